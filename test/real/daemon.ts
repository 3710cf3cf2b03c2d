import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { findCommand } from "../../scripts/setup/missing-commands.ts";

const maxKeptOutput = 64 * 1024;
const stopTimeoutMs = 5_000;

/** A program that runs beside the tests until it is disposed of. */
export interface Daemon extends AsyncDisposable {
  readonly pid: number;
  /** The end of what it has printed, for error messages. */
  output(): string;
  /** Resolves once `isReady` does so with true; rejects if the program ends first or takes too long. */
  waitUntil(isReady: () => Promise<boolean> | boolean, timeoutMs: number): Promise<void>;
}

/** Options of {@link startDaemon}. */
export interface DaemonOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Whether to run it as the user `nobody` if the tests run as root. */
  readonly asNobody?: boolean;
  /** How it is asked to end. @default SIGTERM, then SIGKILL after five seconds */
  readonly stopSignal?: NodeJS.Signals;
}

/**
 * Starts a program in the foreground, as a child that does not outlive the test process: where `setpriv` is there, the
 * kernel kills it even if that process crashes.
 */
export function startDaemon(command: string, args: readonly string[], options: DaemonOptions = {}): Daemon {
  const { env, cwd, asNobody = false } = options;
  const [file = command, ...rest] = [...guardsFor(asNobody), command, ...args];
  const child = spawn(file, rest, { env, cwd, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-maxKeptOutput);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  child.on("error", (error) => {
    output += `\n${error.message}`;
  });
  return {
    pid: child.pid ?? 0,
    output: () => output,
    waitUntil: async (isReady, timeoutMs) => {
      const deadline = performance.now() + timeoutMs;
      while (!(await isReady())) {
        if (hasEnded(child) || performance.now() > deadline) {
          const problem = hasEnded(child) ? "ended" : `was not ready in ${timeoutMs} ms`;
          throw new Error(`${command} ${problem}:\n${output}`);
        }
        await sleep(50);
      }
    },
    [Symbol.asyncDispose]: () => stop(child, options.stopSignal ?? "SIGTERM"),
  };
}

/** Changes user before it asks for the signal: a change of user forgets it. */
function guardsFor(asNobody: boolean): string[] {
  if (findCommand("setpriv") === undefined) {
    return [];
  }
  const drop = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"];
  return [...(asNobody && process.getuid?.() === 0 ? drop : []), "setpriv", "--pdeathsig", "KILL", "--"];
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) {
    return;
  }
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
  });
  const patience = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
  child.kill(signal);
  await ended;
  clearTimeout(patience);
}
