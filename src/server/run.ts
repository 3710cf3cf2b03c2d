import { homedir } from "node:os";
import type { Source } from "../source/index.ts";
import { parseCommandLine, type SourcesCommand } from "./command-line.ts";
import { loadConfig, type ServerConfig } from "./config.ts";
import { readEnvironment } from "./env.ts";
import { helpText } from "./help-text.ts";
import { createLog } from "./log.ts";
import { demoFolder, readVersion } from "./package-info.ts";
import type { SourceConfig } from "./source-config.ts";
import { StartError } from "./start-error.ts";

/**
 * Runs the command line to its end.
 * @returns the exit code: 0, 1 where something failed, 2 where the command line or configuration is wrong
 */
export async function run(args: readonly string[]): Promise<number> {
  // `sluice | head -1`: the reader has what he wanted.
  process.stdout.on("error", () => undefined);
  try {
    return await runCommand(args);
  } catch (error) {
    if (error instanceof StartError) {
      process.stderr.write(error.message.replace(/^/gm, "sluice: ") + "\n");
      return error.exitCode;
    }
    throw error;
  }
}

async function runCommand(args: readonly string[]): Promise<number> {
  const command = parseCommandLine(args);
  switch (command.kind) {
    case "problem":
      throw new StartError(2, command.detail);
    case "help":
      process.stdout.write(helpText);
      return 0;
    case "version":
      print(await readVersion());
      return 0;
    case "db copy": {
      const { runDatabaseCopy } = await import("./database-command.ts");
      await runDatabaseCopy(command, process.cwd(), print);
      return 0;
    }
    case "cache":
    case "keys rotate":
    case "check":
    case "doctor":
    case "scan":
    case "serve": {
      const environment = readEnvironment();
      const places = { folder: process.cwd(), home: homedir() };
      const loaded = await loadConfig({
        flags: command.settings,
        configFlag: command.configFile,
        environment,
        ...places,
      });
      if (command.kind === "cache") {
        const { runCacheCommand } = await import("./cache-command.ts");
        await runCacheCommand(command.action, command.place, loaded, print);
        return 0;
      }
      if (command.kind === "keys rotate") {
        const { rotateStreamKeys } = await import("./keys-command.ts");
        await rotateStreamKeys(loaded, print);
        return 0;
      }
      const config = withDemo(loaded);
      return command.kind === "serve"
        ? runServer(config, environment.warnings)
        : runSourcesCommand(command.kind, config);
    }
  }
}

// Sources bring the AWS SDK, which takes its time to load: neither --help nor a mistake in the configuration waits for it.
async function runSourcesCommand(kind: SourcesCommand, config: ServerConfig): Promise<number> {
  const { createSource } = await import("./compose.ts");
  switch (kind) {
    case "check": {
      const { checkSources } = await import("./check-sources.ts");
      return (await checkSources(config.sources, createSource, print)) ? 0 : 1;
    }
    case "doctor": {
      const { runDoctor } = await import("./doctor.ts");
      return (await runDoctor(config, createSource, print)) ? 0 : 1;
    }
    case "scan":
      return runScan(config, createSource);
  }
}

async function runScan(config: ServerConfig, createSource: (entry: SourceConfig) => Source): Promise<number> {
  const { runScanCommand } = await import("./scan-command.ts");
  const stop = new AbortController();
  onStopSignal(() => stop.abort());
  // To the right of the line begun before: what is shorter must not leave its end behind.
  const show = (line: string): void => void process.stderr.write(`\r${line}\u001b[K`);
  const isWell = await runScanCommand(config, {
    createSource,
    print: (line) => {
      process.stderr.write(process.stderr.isTTY ? "\r\u001b[K" : "");
      print(line);
    },
    show: process.stderr.isTTY ? show : undefined,
    signal: stop.signal,
  });
  return isWell ? 0 : 1;
}

async function runServer(config: ServerConfig, warnings: readonly string[]): Promise<number> {
  const { serve } = await import("./serve.ts");
  const log = createLog(config.logLevel, { isShared: config.workers > 1 });
  const { logger } = log;
  process.once("uncaughtException", (error) => {
    logger.fatal({ err: error }, "stopped by a mistake in Sluice");
    log.flush();
    process.exit(1);
  });
  for (const warning of warnings) {
    logger.warn(warning);
  }
  try {
    await serve(config, { logger, print, onStopSignal });
    return 0;
  } finally {
    await log.close();
  }
}

function onStopSignal(listener: (signal: NodeJS.Signals) => void): void {
  process.on("SIGTERM", listener);
  process.on("SIGINT", listener);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Without any location there is still something to see. */
function withDemo(config: ServerConfig): ServerConfig {
  if (config.sources.length > 0) {
    return config;
  }
  const location = { kind: "local", root: demoFolder, text: demoFolder, defaultName: "demo" } as const;
  const none = undefined;
  const demo = {
    redirectLifetimeSeconds: none,
    cacheControl: none,
    headers: none,
    allowedRedirectOrigins: none,
    credentials: none,
    caching: none,
  };
  return { ...config, sources: [{ ...demo, name: "demo", location, delivery: "proxy" }] };
}
