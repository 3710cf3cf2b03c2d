import { SourceError, throwIfAborted, type UpstreamMeter } from "../../source/index.ts";
import { type SocketAddress, SocketReader } from "./socket-reader.ts";
import { defaultUpstreamTimeouts, readResponse, type UpstreamResponse, type UpstreamTimeouts } from "./upstream-response.ts";

/** A request without a body; `headers` in the order they are sent. */
export interface UpstreamRequest {
  readonly method: "GET" | "HEAD";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  readonly meter?: UpstreamMeter | undefined;
}

/** Options of an {@link UpstreamClient}. */
export interface UpstreamClientOptions {
  readonly timeouts?: Partial<UpstreamTimeouts> | undefined;
}

/** Idle connections kept per origin. */
const maxIdleConnections = 64;
/** Common servers close idle connections after 5 s; one that is about to be closed must not be used. */
const idleMs = 4_000;

/**
 * A small HTTP/1.1 client for reading bodies: keep-alive, pooled buffers, no buffering of its own. It follows no redirects and decodes
 * no content codings: its callers decide what an answer means.
 */
export class UpstreamClient implements Disposable {
  readonly #timeouts: UpstreamTimeouts;
  readonly #idle = new Map<string, IdleConnection[]>();
  readonly #open = new Set<SocketReader>();

  constructor(options: UpstreamClientOptions = {}) {
    this.#timeouts = { ...defaultUpstreamTimeouts, ...options.timeouts };
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
    throwIfAborted(request.signal, `Cannot read from ${request.url.host}`);
    const reused = this.#takeIdle(request.url.origin);
    if (reused !== undefined) {
      try {
        return await this.#exchange(reused, request);
      } catch (error) {
        // Closed under us at the moment we used it: nothing was answered, and a GET may be repeated.
        if (!(error instanceof SourceError && error.code === "unavailable")) {
          throw error;
        }
        throwIfAborted(request.signal, `Cannot read from ${request.url.host}`);
      }
    }
    return this.#exchange(this.#connect(request.url), request);
  }

  /** Closes every connection, busy ones too. */
  [Symbol.dispose](): void {
    for (const reader of this.#open) {
      reader.destroy();
    }
  }

  #exchange(reader: SocketReader, request: UpstreamRequest): Promise<UpstreamResponse> {
    const { method, url, meter, signal } = request;
    if (meter !== undefined) {
      meter.requests += 1;
    }
    reader.send(formatRequestHead(request));
    return readResponse({
      reader,
      method,
      timeouts: this.#timeouts,
      meter,
      signal,
      onDone: (isReusable) => {
        if (isReusable) {
          this.#keep(url.origin, reader);
        }
      },
    });
  }

  #connect(url: URL): SocketReader {
    const reader = new SocketReader(addressOf(url));
    this.#open.add(reader);
    reader.onceClosed(() => {
      this.#open.delete(reader);
      this.#forgetIdle(url.origin, reader);
    });
    return reader;
  }

  #forgetIdle(origin: string, reader: SocketReader): void {
    const idle = this.#idle.get(origin) ?? [];
    const index = idle.findIndex((entry) => entry.reader === reader);
    for (const entry of index === -1 ? [] : idle.splice(index, 1)) {
      clearTimeout(entry.timer);
    }
  }

  /** The connection used last, as it is the likeliest to be open still. */
  #takeIdle(origin: string): SocketReader | undefined {
    const idle = this.#idle.get(origin);
    for (let entry = idle?.pop(); entry !== undefined; entry = idle?.pop()) {
      clearTimeout(entry.timer);
      if (entry.reader.isUsable) {
        entry.reader.setIdle(false);
        return entry.reader;
      }
      entry.reader.destroy();
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
    const timer = setTimeout(() => reader.destroy(), idleMs).unref();
    idle.push({ reader, timer });
  }
}

interface IdleConnection {
  readonly reader: SocketReader;
  readonly timer: NodeJS.Timeout;
}

function addressOf(url: URL): SocketAddress {
  const isTls = url.protocol === "https:";
  const port = url.port === "" ? (isTls ? 443 : 80) : Number(url.port);
  // Node's connect wants an IPv6 address without the brackets of a URL.
  return { host: url.hostname.replace(/^\[(.*)\]$/, "$1"), port, isTls };
}

/** @throws {TypeError} for a header that could smuggle another; addresses are safe, `URL` encodes them */
function formatRequestHead({ method, url, headers }: UpstreamRequest): string {
  let head = `${method} ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\n`;
  for (const [name, value] of Object.entries(headers)) {
    if (/[\r\n\0]/.test(name + value)) {
      throw new TypeError(`Header ${JSON.stringify(name)} contains a line break`);
    }
    head += `${name}: ${value}\r\n`;
  }
  return `${head}\r\n`;
}
