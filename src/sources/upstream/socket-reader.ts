import { chunkSizes, PaceMeter, sharedBuffers } from "../../bytes/index.ts";
import { SourceError } from "../../source/index.ts";
import { type Connection, openConnection } from "./connection.ts";
import type { SocketAddress } from "./socket-address.ts";

interface Waiter {
  readonly resolve: (chunk: Uint8Array | undefined) => void;
  readonly reject: (error: SourceError) => void;
}

/**
 * A socket whose bytes are read into pooled buffers and lent on; Node's own stream would allocate for each read. It reads only while
 * somebody waits, so what a slow consumer does not take stays in the kernel, whose window then closes.
 */
export class SocketReader {
  /** `host:port`, for messages. */
  readonly name: string;
  readonly #socket: Connection;
  readonly #pace = new PaceMeter();
  /** Where the next read goes. It is also what the consumer has been lent: nothing is read until he is done with that. */
  #buffer: Uint8Array<ArrayBuffer> = sharedBuffers.take("normal");
  /** A buffer of another size that the consumer still has, while the next read already has its own. */
  #retired: Uint8Array<ArrayBuffer> | undefined;
  #unread: Uint8Array | undefined;
  /** Of what the consumer has, 0 where he has nothing. */
  #lentBytes = 0;
  #lentAt = 0;
  #waiter: Waiter | undefined;
  #deadline: { readonly at: number; readonly what: string; readonly afterMs: number } | undefined;
  #failure: SourceError | undefined;
  #hasEnded = false;

  constructor(address: SocketAddress) {
    this.name = `${address.host}:${address.port}`;
    this.#socket = openConnection(address, {
      onread: { buffer: () => this.#buffer, callback: (count) => this.#onRead(count) },
      onChunk: (chunk) => this.#onChunk(chunk),
    });
    this.#socket.on("error", (error) => this.#fail(error));
    this.#socket.on("end", () => this.#end());
    this.#socket.on("close", () => this.#onClose());
  }

  /** True while the connection can carry a request: open, and nothing has come unasked. */
  get isUsable(): boolean {
    return !this.#hasEnded && this.#failure === undefined && this.#unread === undefined;
  }

  /** Calls back once when the connection is of no use any more. */
  onceClosed(callback: () => void): void {
    this.#socket.once("close", callback);
  }

  /** Sends a request's head; it waits for the connection where that is not there yet. */
  send(head: string): void {
    this.#socket.write(head, "latin1");
  }

  /** An idle connection must not keep the process alive. */
  setIdle(isIdle: boolean): void {
    if (isIdle) {
      // Reading goes on, to notice when the other side closes.
      this.#takeBack();
      this.#socket.unref?.();
      this.#socket.resume();
    } else {
      this.#socket.ref?.();
    }
  }

  /**
   * The next bytes, lent until the next call; `undefined` at the end of the stream. One call at a time.
   * @throws {SourceError} `unavailable` where the connection broke
   */
  read(): Promise<Uint8Array | undefined> {
    this.#takeBack();
    if (this.#unread !== undefined) {
      return Promise.resolve(this.#lend());
    }
    if (this.#failure !== undefined) {
      return Promise.reject(this.#failure);
    }
    if (this.#hasEnded) {
      return Promise.resolve(undefined);
    }
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject };
      this.#socket.resume();
    });
  }

  /** Fails the connection unless {@link met} is called within `afterMs`. `what` says what was waited for. */
  expect(what: string, afterMs: number): void {
    this.#deadline = { at: performance.now() + afterMs, what, afterMs };
  }

  /** What was expected has come. */
  met(): void {
    this.#deadline = undefined;
  }

  /** To be called now and then: a timer for each wait of each connection would cost more than the wait. */
  checkDeadline(now: number): void {
    if (this.#deadline !== undefined && now > this.#deadline.at) {
      const { what, afterMs } = this.#deadline;
      const message = `Cannot read from ${this.name}: ${what} within ${afterMs} ms`;
      this.destroy(new SourceError("timeout", message, { retryable: true }));
    }
  }

  /** Closes at once; a waiting read rejects with `reason`. The chunk lent last stays with its holder. */
  destroy(reason?: SourceError): void {
    this.#failure ??= reason ?? this.#unavailable("the connection was closed");
    this.#socket.destroy();
    this.#settleWaiter();
  }

  #onChunk(chunk: Uint8Array): void {
    this.#socket.pause();
    this.#unread = chunk;
    this.#settleWaiter();
  }

  /** @returns false: reading stops until somebody waits again. */
  #onRead(count: number): boolean {
    this.#unread = this.#buffer.subarray(0, count);
    this.#resizeBuffer(count === this.#buffer.length);
    this.#settleWaiter();
    return false;
  }

  /**
   * Gives the next read a buffer that suits the consumer; called between two reads, when Node asks for one. A large one is for those whose
   * buffers are filled to the brim.
   */
  #resizeBuffer(wasFull: boolean): void {
    const { pace } = this.#pace;
    const wish = pace === "fast" && !wasFull ? "normal" : pace;
    if (chunkSizes[wish] === this.#buffer.length) {
      return;
    }
    const buffer = sharedBuffers.take(wish);
    if (buffer.length === this.#buffer.length) {
      sharedBuffers.give(buffer);
      return;
    }
    this.#retired = this.#buffer;
    this.#buffer = buffer;
  }

  #lend(): Uint8Array | undefined {
    const chunk = this.#unread;
    this.#unread = undefined;
    this.#lentBytes = chunk?.length ?? 0;
    this.#lentAt = performance.now();
    return chunk;
  }

  /** The consumer is done with what he has been lent. */
  #takeBack(): void {
    if (this.#lentBytes === 0) {
      return;
    }
    this.#pace.note(this.#lentBytes, performance.now() - this.#lentAt);
    this.#lentBytes = 0;
    if (this.#retired !== undefined) {
      sharedBuffers.give(this.#retired);
      this.#retired = undefined;
    }
  }

  #settleWaiter(): void {
    const waiter = this.#waiter;
    if (waiter === undefined) {
      return;
    }
    this.#waiter = undefined;
    if (this.#unread !== undefined) {
      waiter.resolve(this.#lend());
    } else if (this.#failure !== undefined) {
      waiter.reject(this.#failure);
    } else {
      waiter.resolve(undefined);
    }
  }

  #end(): void {
    this.#hasEnded = true;
    this.#settleWaiter();
  }

  #fail(cause: Error): void {
    this.#failure ??= cause instanceof SourceError ? cause : this.#unavailable(describeFailure(cause), cause);
    this.#settleWaiter();
  }

  /** The kernel has let go of the buffer; the consumer may not have, and then it is left to the garbage collector. */
  #onClose(): void {
    this.#end();
    if (this.#lentBytes > 0) {
      sharedBuffers.forget(this.#retired ?? this.#buffer);
    }
    if (this.#lentBytes === 0 || this.#retired !== undefined) {
      sharedBuffers.give(this.#buffer);
    }
  }

  #unavailable(why: string, cause?: unknown): SourceError {
    return new SourceError("unavailable", `Cannot read from ${this.name}: ${why}`, { retryable: true, cause });
  }
}

/** Connecting to a name with several addresses fails with all their errors at once, and no message of its own. */
function describeFailure(error: Error): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : error.message;
}
