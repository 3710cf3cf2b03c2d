import { SourceError, throwIfAborted, type UpstreamMeter } from "../../source/index.ts";
import type { SocketAddress } from "./socket-address.ts";
import { SocketReader } from "./socket-reader.ts";
import {
  defaultUpstreamTimeouts,
  readResponse,
  type UpstreamResponse,
  type UpstreamTimeouts,
} from "./upstream-response.ts";

/** Header fields by name, in the order they are sent. */
export type HeaderFields = Readonly<Record<string, string>>;

/** A request without a body. */
export interface UpstreamRequest {
  readonly method: "GET" | "HEAD";
  readonly target: UpstreamTarget;
  /** Field lines, from {@link formatFieldLines}. */
  readonly fieldLines: string;
  /** True to leave kept connections alone: the one at hand may be what is slow. @default false */
  readonly onNewConnection?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly meter?: UpstreamMeter | undefined;
}

/** An address to ask, made ready once for many requests. */
export interface UpstreamTarget {
  readonly url: URL;
  readonly origin: string;
  /** Between the method and the further fields. */
  readonly requestLine: string;
}

/** Options of an {@link UpstreamClient}. */
export interface UpstreamClientOptions {
  readonly timeouts?: Partial<UpstreamTimeouts> | undefined;
  /** @default connections lead anywhere: to addresses that an operator has configured */
  readonly egress?: Egress | undefined;
}

/** The way out, where viewers have a say in addresses. */
export interface Egress {
  /**
   * Options for a connection to a host, by name or literal address: all that it resolves to has been vetted.
   * @throws {SourceError} `forbidden` for an address that must not be reached; the lookup fails with the same
   */
  socketOptionsFor(host: string): Pick<SocketAddress, "lookup" | "localAddress" | "tunnel">;
}

/** Idle connections kept per origin. */
const maxIdleConnections = 64;
/** Common servers close idle connections after 5 s; one that is about to be closed must not be used. */
const idleMs = 4_000;
/** How often waits are looked at. */
const longestSweepMs = 500;

/** Makes an address ready to be asked. `URL` has encoded whatever could break the line. */
export function createTarget(url: URL): UpstreamTarget {
  return { url, origin: url.origin, requestLine: ` ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\n` };
}

/** Formats fields as lines. @throws {TypeError} for a field that could smuggle another */
export function formatFieldLines(fields: HeaderFields): string {
  let lines = "";
  for (const name of Object.keys(fields)) {
    const line = `${name}: ${fields[name] ?? ""}`;
    if (/[\r\n\0]/.test(line)) {
      throw new TypeError(`Header ${JSON.stringify(name)} contains a line break`);
    }
    lines += `${line}\r\n`;
  }
  return lines;
}

/**
 * A small HTTP/1.1 client for reading bodies: keep-alive, pooled buffers, no buffering of its own. It follows no redirects and decodes
 * no content codings: its callers decide what an answer means.
 */
export class UpstreamClient implements Disposable {
  readonly #timeouts: UpstreamTimeouts;
  readonly #egress: Egress | undefined;
  readonly #idle = new Map<string, SocketReader[]>();
  readonly #open = new Set<SocketReader>();
  #sweep: NodeJS.Timeout | undefined;

  constructor(options: UpstreamClientOptions = {}) {
    this.#timeouts = { ...defaultUpstreamTimeouts, ...options.timeouts };
    this.#egress = options.egress;
  }

  /** Connections open now, idle ones included. */
  get connectionCount(): number {
    return this.#open.size;
  }

  /**
   * Sends a request and resolves with the answer's head. A kept connection that turns out to be closed is replaced without a word.
   * @throws {SourceError} `unavailable`, `timeout`, `aborted` or `bad-upstream`
   */
  async request(request: UpstreamRequest): Promise<UpstreamResponse> {
    const { url } = request.target;
    throwIfAborted(request.signal, `Cannot read from ${url.host}`);
    const reused = request.onNewConnection === true ? undefined : this.#takeIdle(request.target.origin);
    if (reused !== undefined) {
      try {
        return await this.#exchange(reused, request);
      } catch (error) {
        // Closed under us at the moment we used it: nothing was answered, and a GET may be repeated.
        if (!(error instanceof SourceError && error.code === "unavailable")) {
          throw error;
        }
        throwIfAborted(request.signal, `Cannot read from ${url.host}`);
      }
    }
    return this.#exchange(this.#connect(url), request);
  }

  /** Closes every connection, busy ones too. */
  [Symbol.dispose](): void {
    for (const reader of this.#open) {
      reader.destroy();
    }
  }

  #exchange(reader: SocketReader, request: UpstreamRequest): Promise<UpstreamResponse> {
    const { method, target, fieldLines, meter, signal } = request;
    if (meter !== undefined) {
      meter.requests += 1;
    }
    reader.send(`${method}${target.requestLine}${fieldLines}\r\n`);
    return readResponse({
      reader,
      method,
      timeouts: this.#timeouts,
      meter,
      signal,
      onDone: (isReusable) => {
        if (isReusable) {
          this.#keep(target.origin, reader);
        }
      },
    });
  }

  #connect(url: URL): SocketReader {
    const address = addressOf(url);
    const reader = new SocketReader({ ...address, ...this.#egress?.socketOptionsFor(address.host) });
    this.#open.add(reader);
    reader.onceClosed(() => this.#forget(url.origin, reader));
    const { firstByteMs, stallMs } = this.#timeouts;
    this.#sweep ??= setInterval(() => this.#checkDeadlines(), Math.min(longestSweepMs, firstByteMs / 4, stallMs / 4));
    this.#sweep.unref();
    return reader;
  }

  #checkDeadlines(): void {
    const now = performance.now();
    for (const reader of this.#open) {
      reader.checkDeadline(now);
    }
  }

  #forget(origin: string, reader: SocketReader): void {
    this.#open.delete(reader);
    const idle = this.#idle.get(origin) ?? [];
    const index = idle.indexOf(reader);
    if (index !== -1) {
      idle.splice(index, 1);
    }
    if (this.#open.size === 0) {
      clearInterval(this.#sweep);
      this.#sweep = undefined;
    }
  }

  /** The connection used last, as it is the likeliest to be open still. */
  #takeIdle(origin: string): SocketReader | undefined {
    const idle = this.#idle.get(origin);
    for (let reader = idle?.pop(); reader !== undefined; reader = idle?.pop()) {
      if (reader.isUsable) {
        reader.setIdle(false);
        return reader;
      }
      reader.destroy();
    }
    return undefined;
  }

  #keep(origin: string, reader: SocketReader): void {
    const idle = this.#idle.get(origin) ?? [];
    this.#idle.set(origin, idle);
    if (!reader.isUsable || idle.length >= maxIdleConnections) {
      reader.destroy();
      return;
    }
    reader.setIdle(true);
    reader.expect("no further request", idleMs);
    idle.push(reader);
  }
}

function addressOf(url: URL): SocketAddress {
  const isTls = url.protocol === "https:";
  const port = url.port === "" ? (isTls ? 443 : 80) : Number(url.port);
  // Node's connect wants an IPv6 address without the brackets of a URL.
  return { host: url.hostname.replace(/^\[(.*)\]$/, "$1"), port, isTls };
}
