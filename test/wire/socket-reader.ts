import type { Socket } from "node:net";
import { WireError } from "./response-head.ts";

/**
 * Pulls bytes from a socket that is otherwise left alone: what nobody asks for stays in the kernel, so a test can play the
 * viewer who stops reading without closing. Every wait ends at a deadline.
 */
export class SocketReader {
  readonly #socket: Socket;
  #buffered: Buffer = Buffer.alloc(0);
  #ended = false;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;
  #receivedBytes = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("readable", () => this.#notify());
    socket.on("end", () => this.#finish());
    socket.on("close", () => this.#finish());
    socket.on("error", (error) => {
      this.#failure = error;
      this.#finish();
    });
  }

  /** Bytes taken off the socket so far. */
  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** What broke the connection, where it did not end in order. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** True once the peer has closed and everything was read. */
  get atEnd(): boolean {
    return this.#ended && this.#buffered.length === 0 && this.#socket.readableLength === 0;
  }

  /** Up to `max` bytes, at least one; empty at the end of the connection. @throws {WireError} at the deadline. */
  async take(max: number, deadline: number): Promise<Buffer> {
    if (this.#buffered.length === 0 && !(await this.#fill(deadline))) {
      return Buffer.alloc(0);
    }
    const taken = this.#buffered.subarray(0, max);
    this.#buffered = this.#buffered.subarray(taken.length);
    return taken;
  }

  /** Everything before `mark`, which is consumed too; `undefined` where the connection ends first. */
  async takeThrough(mark: string, maxBytes: number, deadline: number): Promise<string | undefined> {
    for (;;) {
      const index = this.#buffered.indexOf(mark, 0, "latin1");
      if (index !== -1) {
        const text = this.#buffered.toString("latin1", 0, index);
        this.#buffered = this.#buffered.subarray(index + mark.length);
        return text;
      }
      if (this.#buffered.length > maxBytes) {
        throw new WireError(`No ${JSON.stringify(mark)} within ${maxBytes} bytes`);
      }
      if (!(await this.#fill(deadline))) {
        return undefined;
      }
    }
  }

  /** Bytes that arrive within `waitMs` although nothing was asked for; empty where none do. */
  async takeSurplus(waitMs: number): Promise<Buffer> {
    const arrived = this.#buffered.length > 0 || (await this.#fill(Date.now() + waitMs, "return"));
    const surplus = arrived ? this.#buffered : Buffer.alloc(0);
    this.#buffered = Buffer.alloc(0);
    return surplus;
  }

  /** Resolves once the peer has closed; bytes that arrive meanwhile are thrown away. */
  async waitForEnd(deadline: number): Promise<void> {
    while ((await this.take(1 << 20, deadline)).length > 0);
  }

  async #fill(deadline: number, atDeadline: "throw" | "return" = "throw"): Promise<boolean> {
    for (;;) {
      const chunk = this.#socket.read() as Buffer | null;
      if (chunk !== null) {
        this.#receivedBytes += chunk.length;
        this.#buffered = this.#buffered.length === 0 ? chunk : Buffer.concat([this.#buffered, chunk]);
        return true;
      }
      if (this.#ended) {
        return false;
      }
      if (!(await this.#waitUntil(deadline))) {
        if (atDeadline === "return") return false;
        throw new WireError(`Nothing came in time; ${this.#receivedBytes} bytes so far`);
      }
    }
  }

  #waitUntil(deadline: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(false), Math.max(0, deadline - Date.now()));
      const settle = (woken: boolean): void => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve(woken);
      };
      this.#wake = () => settle(true);
    });
  }

  #finish(): void {
    this.#ended = true;
    this.#notify();
  }

  #notify(): void {
    this.#wake?.();
  }
}
