import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { cpuSeconds, processTree, residentBytes } from "./process-usage.ts";

const READY_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 3_000;
/** How much of a server's output is kept for the message that says why it did not start. */
const KEPT_OUTPUT_CHARS = 2_000;

/** What to run. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A server in a process of its own, ready to answer on its port. */
export class ServerProcess implements AsyncDisposable {
  readonly port: number;
  readonly #child: ChildProcess;
  #output = "";

  constructor(command: Command, port: number) {
    this.port = port;
    this.#child = spawn(command.command, command.args, {
      env: { ...process.env, ...command.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child.on("error", (error) => this.#keep(error.message));
    this.#child.stdout?.on("data", (chunk: Buffer) => this.#keep(chunk.toString()));
    this.#child.stderr?.on("data", (chunk: Buffer) => this.#keep(chunk.toString()));
  }

  /** Processes that do the serving; a server may start more of them at any time, so this is read anew each time. */
  pids(): number[] {
    return this.#child.pid === undefined ? [] : processTree(this.#child.pid);
  }

  cpuSeconds(): number {
    return cpuSeconds(this.pids());
  }

  residentBytes(): number {
    return residentBytes(this.pids());
  }

  /** Resolves when the port takes connections. @throws {Error} with the server's own last words if it ends first. */
  async waitUntilReady(): Promise<void> {
    const deadline = Date.now() + READY_TIMEOUT_MS;
    while (!(await takesConnections(this.port))) {
      if (this.#hasEnded() || Date.now() > deadline) {
        const problem = this.#hasEnded() ? "ended" : "did not open its port in time";
        throw new Error(`${problem}: ${tellingLine(this.#output)}`);
      }
      await sleep(50);
    }
  }

  /** Ends it and its children, first politely, in any case within a few seconds. */
  async stop(): Promise<void> {
    if (this.#hasEnded()) {
      return;
    }
    const pids = this.pids();
    this.#child.kill("SIGTERM");
    await Promise.race([once(this.#child, "exit"), sleep(STOP_TIMEOUT_MS, undefined, { ref: false })]);
    killAll(pids);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #hasEnded(): boolean {
    return this.#child.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  #keep(text: string): void {
    this.#output = (this.#output + text).slice(-KEPT_OUTPUT_CHARS);
  }
}

/** Starts a server and waits until it takes connections. @throws {Error} that says why it does not. */
export async function startServer(command: Command, port: number): Promise<ServerProcess> {
  const server = new ServerProcess(command, port);
  try {
    await server.waitUntilReady();
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Leaves no process behind that this one has started, itself or through others, however it ends. */
export function killDescendantsOnExit(): void {
  process.once("exit", () => {
    const [, ...descendants] = processTree(process.pid);
    killAll(descendants);
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => process.exit(130));
  }
}

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") {
    throw new Error("the probe listens on no port");
  }
  return address.port;
}

/** The line of a server's output that says most about why it ended: the last error, or the last line. */
function tellingLine(output: string): string {
  const lines = output.trim().split("\n");
  return lines.findLast((line) => /error|cannot|not found/i.test(line)) ?? lines.at(-1) ?? "";
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

/** Kills what is still there of these; the list was read while their root lived, so the numbers are theirs. */
function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // already gone
    }
  }
}
