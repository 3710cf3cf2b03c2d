/**
 * Many viewers in one process: `node viewers.ts OPTIONS`, {@link ViewerLoadOptions} as JSON. Each opens one connection, asks
 * for the rest of an object from a place of its own, and reads at its pace: it stops reading when it is ahead, so that the
 * kernel's buffers fill and the server feels it. Prints a {@link ViewersResult} as JSON.
 */
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { ViewerLoadOptions, ViewersResult } from "./viewer-load.ts";

const TICK_MS = 25;
/** New viewers come in over this time: a thousand in one instant would be a test of the listen queue. */
const ARRIVAL_SECONDS = 2;
/** Waiting this long for bytes one is owed is a stall. */
const STALL_MS = 1_000;
/** All viewers read into this and nobody looks at it. */
const sharedBuffer = Buffer.allocUnsafe(32 * 1024);

/** Reads one response at a steady pace and notes how long it had to wait for bytes it was owed. */
class Viewer {
  receivedBytes = 0;
  /** Until the first byte came, or until now. */
  firstByteMs = 0;
  /** After that. */
  longestWaitMs = 0;
  problem: string | undefined;
  readonly #bytesPerMs: number;
  readonly #socket: Socket;
  readonly #startedAt = performance.now();
  #waitingSince: number | undefined = this.#startedAt;

  constructor(port: number, path: string, start: number, bytesPerSecond: number) {
    this.#bytesPerMs = bytesPerSecond / 1000;
    const onread = { buffer: sharedBuffer, callback: (length: number) => this.#onBytes(length) };
    this.#socket = connect({ port, host: "127.0.0.1", onread });
    this.#socket.on("error", (error) => this.#fail(error.message));
    this.#socket.on("close", () => this.#fail("the server closed the connection"));
    this.#socket.write(`GET /${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nRange: bytes=${start}-\r\n\r\n`);
  }

  /** Reads on where the pace allows it. */
  tick(now: number): void {
    this.#noteWait(now);
    if (this.#waitingSince === undefined && !this.#isAhead(now)) {
      this.#waitingSince = now;
      this.#socket.resume();
    }
  }

  bytesPerSecond(now: number): number {
    return (this.receivedBytes / (now - this.#startedAt)) * 1000;
  }

  leave(): void {
    this.#socket.removeAllListeners("close");
    this.#socket.destroy();
  }

  #onBytes(length: number): boolean {
    const now = performance.now();
    if (this.receivedBytes === 0 && sharedBuffer.toString("latin1", 0, 12) !== "HTTP/1.1 206") {
      this.#fail(`answered ${sharedBuffer.toString("latin1", 0, 40)}`);
    }
    this.#noteWait(now);
    this.receivedBytes += length;
    const readsOn = !this.#isAhead(now);
    this.#waitingSince = readsOn ? now : undefined;
    return readsOn;
  }

  #isAhead(now: number): boolean {
    return this.receivedBytes > (now - this.#startedAt) * this.#bytesPerMs;
  }

  #noteWait(now: number): void {
    if (this.receivedBytes === 0) {
      this.firstByteMs = now - this.#startedAt;
    } else if (this.#waitingSince !== undefined) {
      this.longestWaitMs = Math.max(this.longestWaitMs, now - this.#waitingSince);
    }
  }

  #fail(problem: string): void {
    this.problem ??= problem;
    this.#socket.destroy();
  }
}

async function watch(options: ViewerLoadOptions): Promise<ViewersResult> {
  const { port, paths, objectBytes, viewers: count, bytesPerSecond, seconds } = options;
  const viewers: Viewer[] = [];
  const ticking = setInterval(() => {
    const now = performance.now();
    viewers.forEach((viewer) => viewer.tick(now));
  }, TICK_MS);
  const lastStart = objectBytes - 2 * bytesPerSecond * (seconds + ARRIVAL_SECONDS);
  for (let index = 0; index < count; index += 1) {
    const path = paths[index % paths.length] ?? "";
    viewers.push(new Viewer(port, path, Math.floor((lastStart * index) / count), bytesPerSecond));
    if (index % Math.ceil(count / 100) === 0) {
      await sleep((ARRIVAL_SECONDS * 1000) / 100);
    }
  }
  await sleep(seconds * 1000);
  const now = performance.now();
  clearInterval(ticking);
  const rates = viewers.map((viewer) => viewer.bytesPerSecond(now));
  viewers.forEach((viewer) => viewer.leave());
  const cpu = process.cpuUsage();
  return {
    slowestBytesPerSecond: Math.min(...rates),
    longestFirstByteMs: Math.max(...viewers.map((viewer) => viewer.firstByteMs)),
    longestWaitMs: Math.max(...viewers.map((viewer) => viewer.longestWaitMs)),
    stalled: viewers.filter((viewer) => Math.max(viewer.firstByteMs, viewer.longestWaitMs) > STALL_MS).length,
    failures: viewers.filter((viewer) => viewer.problem !== undefined).length,
    firstFailure: viewers.find((viewer) => viewer.problem !== undefined)?.problem,
    clientCpuSeconds: (cpu.user + cpu.system) / 1e6,
  };
}

console.log(JSON.stringify(await watch(JSON.parse(process.argv[2] ?? "") as ViewerLoadOptions)));
