import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { SourceError, throwIfAborted } from "../../source/index.ts";
import { kill } from "./stray-processes.ts";

/** A subprocess to run. */
export interface ProcessPlan {
  /** For messages: `yt-dlp for https://…`. */
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  /** All of its environment: nothing of ours is passed on. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** For all of it. */
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
  readonly signal: AbortSignal | undefined;
  /** Told when the program has ended, so that what it may have left outside of its group is looked for. */
  readonly onExit: () => void;
}

/** How a subprocess ended that said it failed. */
export interface ProcessFailure {
  /** `exit code 1`, `signal SIGSEGV`. */
  readonly how: string;
  /** The end of what it said. */
  readonly stderr: string;
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

const keptStderr = 16 * 1024;
/** More than any list has on a page. */
const maxLines = 10_000;
/** How long errors may stay open after the program has ended: another process holds them then. */
const lingerMs = 500;

/**
 * Runs a subprocess in a group of its own and yields its lines as they come; what nobody takes stays in the pipe. However the loop is left,
 * the group is killed.
 *
 * @param explain what a failure means
 * @throws {SourceError} `timeout`, `aborted`, `bad-upstream` for too much output, `unavailable` where it cannot be started, or as explained
 */
export async function* processLines(
  plan: ProcessPlan,
  explain: (failure: ProcessFailure) => SourceError,
): AsyncGenerator<string, void, undefined> {
  throwIfAborted(plan.signal, `Cannot run ${plan.name}`);
  const run = new ProcessRun(plan);
  try {
    yield* run.lines();
    const failure = await run.ended;
    run.throwIfStopped();
    if (failure !== undefined) {
      throw explain(failure);
    }
  } finally {
    await run.stop();
  }
}

class ProcessRun {
  /** Resolves when the program has ended, with how, if it failed; rejects where it could not be started. */
  readonly ended: Promise<ProcessFailure | undefined>;
  readonly #plan: ProcessPlan;
  readonly #child: Child;
  readonly #limits = new AbortController();
  #stderr = "";
  #stopped: SourceError | undefined;

  constructor(plan: ProcessPlan) {
    this.#plan = plan;
    const { file, args, env, cwd, timeoutMs, signal } = plan;
    this.#child = spawn(file, args, { env, cwd, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    let stderrBytes = 0;
    this.#child.stderr.on("data", (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-keptStderr);
      stderrBytes += chunk.length;
      if (stderrBytes > plan.maxOutputBytes) {
        this.#kill(this.#tooMuch());
      }
    });
    this.ended = this.#untilEnded();
    // Whoever reads the lines hears of it; until he asks it is no unhandled rejection.
    this.ended.catch(() => undefined);
    const stopFor = (code: "timeout" | "aborted", why: string): void =>
      this.#kill(new SourceError(code, `Stopped ${plan.name}: ${why}`, { retryable: code === "timeout" }));
    const timer = setTimeout(() => stopFor("timeout", `not done within ${timeoutMs / 1000} s`), timeoutMs);
    const onAbort = (): void => stopFor("aborted", "nobody waits for it any more");
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#limits.signal.addEventListener("abort", () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    });
  }

  async *lines(): AsyncGenerator<string, void, undefined> {
    const decoder = new TextDecoder();
    let rest = "";
    let bytes = 0;
    let lineCount = 0;
    for await (const chunk of this.#chunks()) {
      bytes += chunk.length;
      const lines = decoder.decode(chunk, { stream: true }).split("\n");
      lineCount += lines.length - 1;
      if (bytes > this.#plan.maxOutputBytes || lineCount > maxLines) {
        throw this.#tooMuch();
      }
      lines[0] = rest + (lines[0] ?? "");
      rest = lines.pop() ?? "";
      yield* lines;
    }
    this.throwIfStopped();
    if (rest !== "") {
      yield rest;
    }
  }

  async *#chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* this.#child.stdout as AsyncIterable<Uint8Array>;
    } catch (error) {
      // Output is closed under us when the program is stopped.
      this.throwIfStopped();
      throw error;
    }
  }

  throwIfStopped(): void {
    if (this.#stopped !== undefined) {
      throw this.#stopped;
    }
  }

  async stop(): Promise<void> {
    this.#limits.abort();
    this.#kill(undefined);
    await this.ended.catch(() => undefined);
  }

  #tooMuch(): SourceError {
    const { name, maxOutputBytes } = this.#plan;
    const limit = `${maxOutputBytes} bytes, or ${maxLines} lines`;
    return new SourceError("bad-upstream", `Stopped ${name}: it printed more than ${limit}`);
  }

  #kill(why: SourceError | undefined): void {
    this.#stopped ??= why;
    const { pid, exitCode, signalCode } = this.#child;
    if (pid !== undefined && exitCode === null && signalCode === null) {
      kill(-pid);
    }
    // Whoever may hold it still: nothing more is wanted of it.
    this.#child.stdout.destroy();
  }

  async #untilEnded(): Promise<ProcessFailure | undefined> {
    const child = this.#child;
    try {
      const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
      if (child.pid !== undefined) {
        // The program has ended; what it has left in its group has no business to go on.
        kill(-child.pid);
      }
      this.#plan.onExit();
      await Promise.race([finished(child.stderr), sleep(lingerMs)]);
      const stderr = this.#stderr;
      return code === 0 ? undefined : { how: signal === null ? `exit code ${code}` : `signal ${signal}`, stderr };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new SourceError("unavailable", `Cannot start ${this.#plan.name}: ${why}`, { cause: error });
    } finally {
      child.stderr.destroy();
    }
  }
}
