import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const entryPoint = fileURLToPath(new URL("../../src/server/main.ts", import.meta.url));

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of {@link startSluice}. */
export interface SluiceOptions {
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Arguments for Node itself. */
  readonly nodeArgs?: readonly string[];
}

/** The command line, running as a process of its own. Disposing of it ends it, whatever state it is in. */
export interface SluiceProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  /** Everything that came so far. */
  readonly output: { stdout: string; stderr: string };
  readonly ended: Promise<Ending>;
  /** Waits until stderr holds a line of the log for which `test` is true. */
  logLine(test: (line: Readonly<Record<string, unknown>>) => boolean): Promise<Readonly<Record<string, unknown>>>;
}

/** Runs `sluice` with the runtime that runs the tests, and nothing of their environment that could change what it does. */
export function startSluice(args: readonly string[], options: SluiceOptions = {}): SluiceProcess {
  const child = spawn(process.execPath, [...(options.nodeArgs ?? []), entryPoint, ...args], {
    cwd: options.folder,
    // Without a cache and a library unless a test is about them: what one test fetched must not answer the next.
    env: {
      PATH: process.env["PATH"],
      HOME: "/nonexistent",
      SLUICE_CACHE_SIZE: "0",
      SLUICE_DATABASE: "off",
      ...options.env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output.stderr += text;
  });
  // "close" comes after the last output, "exit" may come before it.
  const ended = once(child, "close").then(([code, signal]) => ({ code, signal, ...output }) as Ending);
  return {
    child,
    output,
    ended,
    logLine: (test) =>
      waitFor(
        () => logLines(output.stderr).find(test),
        () => `No such line in the log:\n${output.stderr}`,
      ),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** Runs `sluice` to its end. */
export async function runSluice(args: readonly string[], options: SluiceOptions = {}): Promise<Ending> {
  await using sluice = startSluice(args, options);
  return await sluice.ended;
}

/** Waits for the first line on stdout and reads the port from it. @throws where it says anything else */
export async function portOf(sluice: SluiceProcess): Promise<number> {
  const { output } = sluice;
  const line = await waitFor(
    () =>
      output.stdout.includes("\n") || sluice.child.exitCode !== null ? output.stdout.split("\n", 1)[0] : undefined,
    () => `Sluice has not said where it listens:\n${output.stderr}`,
  );
  const port = /^Sluice is listening on http:\/\/127\.0\.0\.1:(\d+)$/.exec(line)?.[1];
  if (port === undefined) {
    throw new Error(`The first line on stdout is ${JSON.stringify(line)}; stderr: ${output.stderr}`);
  }
  return Number(port);
}

/** Asks again until there is an answer. */
export async function waitFor<Value>(
  ask: () => Value | undefined,
  complaint: () => string,
  timeoutMs = 20_000,
): Promise<Value> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = ask();
    if (value !== undefined) {
      return value;
    }
    if (performance.now() > deadline) {
      throw new Error(complaint());
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function logLines(stderr: string): readonly Readonly<Record<string, unknown>>[] {
  // What follows the last line feed may be half a line.
  const lines = stderr.split("\n").slice(0, -1);
  return lines
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}
