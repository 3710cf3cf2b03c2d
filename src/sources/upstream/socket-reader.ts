import { connect as connectTcp, isIP, type LookupFunction, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { chunkSizes, PaceMeter, sharedBuffers } from "../../bytes/buffer-pool.ts";
import { SourceError } from "../../source/index.ts";
import { type Tunnel, TunnelAnswer } from "./proxy-tunnel.ts";

/** Where to connect. */
export interface SocketAddress {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  /** Resolves the host where not every address may be reached; see {@link Egress}. */
  readonly lookup?: LookupFunction | undefined;
  /** The address of ours that the connection comes from. */
  readonly localAddress?: string | undefined;
  /** Where the way leads through a proxy; the lookup is then its own affair. */
  readonly tunnel?: Tunnel | undefined;
}

interface ConnectionOptions {
  readonly onread: { readonly buffer: () => Uint8Array; readonly callback: (count: number) => boolean };
  readonly noDelay: true;
  readonly localAddress?: string;
}

/** A tunnel that is being made: what the proxy has said, and what waits to be sent through it. */
interface Tunnelling {
  readonly answer: TunnelAnswer;
  readonly address: SocketAddress;
  held: string;
}

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
  #socket: Socket;
  #tunnelling: Tunnelling | undefined;
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
    const { host, port, isTls, tunnel, lookup } = address;
    this.name = `${host}:${port}`;
    const options = { ...this.#optionsFor(address), ...(lookup && { lookup }) };
    if (tunnel === undefined) {
      this.#socket = isTls
        ? connectTls({ ...options, port, ...tlsOptionsFor(host) })
        : connectTcp({ ...options, host, port });
      this.#watch();
    } else {
      this.#socket = connectTcp({ ...this.#optionsFor(address), host: tunnel.host, port: tunnel.port });
      this.#watch();
      this.#beginTunnel(tunnel, address);
    }
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
    if (this.#tunnelling === undefined) {
      this.#socket.write(head, "latin1");
    } else {
      this.#tunnelling.held += head;
    }
  }

  /** An idle connection must not keep the process alive. */
  setIdle(isIdle: boolean): void {
    if (isIdle) {
      // Reading goes on, to notice when the other side closes.
      this.#takeBack();
      this.#socket.unref();
      this.#socket.resume();
    } else {
      this.#socket.ref();
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

  #optionsFor({ localAddress }: SocketAddress): ConnectionOptions {
    const onread = {
      buffer: (): Uint8Array => this.#buffer,
      callback: (count: number): boolean => this.#onRead(count),
    };
    return { onread, noDelay: true, ...(localAddress !== undefined && { localAddress }) };
  }

  #watch(): void {
    this.#socket.on("error", this.#onError).on("end", this.#onEnd).on("close", this.#onClose);
  }

  #beginTunnel(tunnel: Tunnel, address: SocketAddress): void {
    this.#tunnelling = { answer: new TunnelAnswer(), address, held: "" };
    tunnel.requestFor(address.host, address.port).then(
      (request) => this.#socket.write(request, "latin1"),
      (error: Error) => {
        this.#onError(error);
        this.#socket.destroy();
      },
    );
  }

  /** The tunnel stands: from here on it is a connection like any other. */
  #endTunnel({ address, held }: Tunnelling): void {
    this.#tunnelling = undefined;
    if (this.#socket.destroyed) {
      return;
    }
    if (address.isTls) {
      const outer = this.#socket;
      // Its errors and its end show inside.
      outer.off("end", this.#onEnd).off("close", this.#onClose);
      // Node reads into buffers of ours on connections alone that it has made itself.
      this.#socket = connectTls({ socket: outer, ...tlsOptionsFor(address.host) });
      this.#socket.on("data", (chunk) => this.#onChunk(chunk)).pause();
      this.#watch();
    }
    this.send(held);
    if (this.#waiter !== undefined) {
      this.#socket.resume();
    }
  }

  #onTunnelBytes(tunnelling: Tunnelling, count: number): boolean {
    try {
      if (!tunnelling.answer.take(this.#buffer.subarray(0, count))) {
        return true;
      }
      // Not amid the callback of the very read that is over: the socket is handed on.
      process.nextTick(() => this.#endTunnel(tunnelling));
    } catch (error) {
      this.#onError(error as Error);
      this.#socket.destroy();
    }
    return false;
  }

  #onChunk(chunk: Uint8Array): void {
    this.#socket.pause();
    this.#unread = chunk;
    this.#settleWaiter();
  }

  /** @returns false: reading stops until somebody waits again. */
  #onRead(count: number): boolean {
    if (this.#tunnelling !== undefined) {
      return this.#onTunnelBytes(this.#tunnelling, count);
    }
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

  readonly #onEnd = (): void => {
    this.#hasEnded = true;
    this.#settleWaiter();
  };

  readonly #onError = (cause: Error): void => {
    this.#failure ??= cause instanceof SourceError ? cause : this.#unavailable(describeFailure(cause), cause);
    this.#settleWaiter();
  };

  /** The kernel has let go of the buffer; the consumer may not have, and then it is left to the garbage collector. */
  readonly #onClose = (): void => {
    this.#onEnd();
    if (this.#lentBytes > 0) {
      sharedBuffers.forget(this.#retired ?? this.#buffer);
    }
    if (this.#lentBytes === 0 || this.#retired !== undefined) {
      sharedBuffers.give(this.#buffer);
    }
  };

  #unavailable(why: string, cause?: unknown): SourceError {
    return new SourceError("unavailable", `Cannot read from ${this.name}: ${why}`, { retryable: true, cause });
  }
}

/** RFC 6066 section 3 allows names alone; Node still checks the certificate against an address, where it is told of it. */
function tlsOptionsFor(host: string): {
  readonly host: string;
  readonly servername?: string;
  readonly ALPNProtocols: string[];
} {
  return { host, ...(isIP(host) === 0 && { servername: host }), ALPNProtocols: ["http/1.1"] };
}

/** Connecting to a name with several addresses fails with all their errors at once, and no message of its own. */
function describeFailure(error: Error): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : error.message;
}
