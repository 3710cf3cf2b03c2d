import { connect, type Socket } from "node:net";
import {
  type BodyFraming,
  type FieldLine,
  fieldValue,
  fieldValues,
  parseResponseHead,
  resolveFraming,
  type ResponseHead,
  WireError,
} from "./response-head.ts";
import { SocketReader } from "./socket-reader.ts";

/** A request as it goes on the wire; nothing is normalised, checked or encoded. */
export interface RawRequest {
  /** @default "GET" */
  readonly method?: string;
  readonly target: string;
  readonly fields?: readonly FieldLine[];
  /** @default "HTTP/1.1" */
  readonly version?: string;
  /** Value of `Host`, or `null` to send none. @default "127.0.0.1" */
  readonly host?: string | null;
}

/** A response as it came off the wire. */
export interface RawResponse extends ResponseHead {
  readonly interim: readonly ResponseHead[];
  readonly framing: BodyFraming["kind"];
  readonly body: Uint8Array;
  /** False where the connection broke before the message was whole. */
  readonly complete: boolean;
  /** True where another request may follow on this connection. */
  readonly reusable: boolean;
  readonly firstByteMs: number;
  readonly elapsedMs: number;
}

/** Options of {@link RawConnection.readResponse}. */
export interface ReadOptions {
  /** Method of the request that is answered. @default "GET" */
  readonly method?: string;
  /** Leave the rest of the body unread after so many bytes; the response then counts as not complete. */
  readonly maxBodyBytes?: number;
  /** Receives body bytes instead of the `body` array, for bodies too large to keep. */
  readonly onBody?: (chunk: Uint8Array, offset: number) => void | Promise<void>;
  /** Bounds the whole response. @default 15000 */
  readonly timeoutMs?: number;
}

const maxHeadBytes = 256 * 1024;

/** One TCP connection that speaks HTTP/1.x badly or well, as the test wishes, and reads answers strictly. */
export class RawConnection implements AsyncDisposable {
  readonly socket: Socket;
  readonly reader: SocketReader;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.reader = new SocketReader(socket);
  }

  /** Connects to a port of 127.0.0.1. */
  static async open(port: number, timeoutMs = 5000): Promise<RawConnection> {
    const socket = connect({ host: "127.0.0.1", port, noDelay: true });
    const connection = new RawConnection(socket);
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new WireError("Cannot connect in time")), timeoutMs);
      socket.once("connect", resolve);
      socket.once("error", reject);
      socket.once("close", () => clearTimeout(timer));
      socket.once("connect", () => clearTimeout(timer));
    });
    return connection;
  }

  /** Sends bytes as they are; a string is latin1. */
  send(bytes: string | Uint8Array): void {
    this.socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  }

  /** Sends a request and reads its answer. */
  async request(request: RawRequest, options: ReadOptions = {}): Promise<RawResponse> {
    this.send(formatRawRequest(request));
    return await this.readResponse({ method: request.method ?? "GET", ...options });
  }

  /**
   * Reads one response; interim (1xx) ones before it are kept aside.
   * @throws {WireError} where the bytes are not HTTP, or nothing comes in time. A broken body is not thrown: `complete` is false.
   */
  async readResponse(options: ReadOptions = {}): Promise<RawResponse> {
    const startedAt = performance.now();
    const deadline = Date.now() + (options.timeoutMs ?? 15_000);
    const interim: ResponseHead[] = [];
    let head = await this.#readHead(deadline);
    const firstByteMs = performance.now() - startedAt;
    while (head.status < 200 && head.status !== 101) {
      interim.push(head);
      head = await this.#readHead(deadline);
    }
    const framing = resolveFraming(head, options.method ?? "GET");
    const body = new BodyCollector(options);
    const complete = await this.#readBody(framing, body, deadline);
    return {
      ...head,
      interim,
      framing: framing.kind,
      body: body.bytes(),
      complete,
      reusable: complete && framing.kind !== "until-close" && isPersistent(head),
      firstByteMs,
      elapsedMs: performance.now() - startedAt,
    };
  }

  /** Closes at once and without ceremony: with `reset`, the peer sees ECONNRESET. */
  abort(how: "close" | "reset" = "close"): void {
    if (how === "reset") this.socket.resetAndDestroy();
    else this.socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.socket.closed) return;
    const closed = new Promise<void>((resolve) => this.socket.once("close", () => resolve()));
    this.socket.destroy();
    await closed;
  }

  async #readHead(deadline: number): Promise<ResponseHead> {
    const text = await this.reader.takeThrough("\r\n\r\n", maxHeadBytes, deadline);
    if (text === undefined) {
      throw new WireError(`Connection closed without a response${describe(this.reader.failure)}`);
    }
    return parseResponseHead(text);
  }

  async #readBody(framing: BodyFraming, body: BodyCollector, deadline: number): Promise<boolean> {
    switch (framing.kind) {
      case "none":
        return true;
      case "length":
        return await this.#readLength(framing.length, body, deadline);
      case "chunked":
        return await this.#readChunks(body, deadline);
      case "until-close":
        await this.#readLength(Infinity, body, deadline);
        // A reset is no end: only an orderly close makes such a body whole.
        return this.reader.failure === undefined && this.reader.atEnd;
    }
  }

  async #readLength(length: number, body: BodyCollector, deadline: number): Promise<boolean> {
    for (let left = length; left > 0;) {
      const room = Math.min(left, body.room);
      const chunk = room === 0 ? Buffer.alloc(0) : await this.reader.take(room, deadline);
      if (chunk.length === 0) {
        return false;
      }
      await body.add(chunk);
      left -= chunk.length;
    }
    return true;
  }

  async #readChunks(body: BodyCollector, deadline: number): Promise<boolean> {
    for (;;) {
      const line = await this.reader.takeThrough("\r\n", 4096, deadline);
      if (line === undefined) {
        return false;
      }
      if (!/^[0-9A-Fa-f]{1,12}(;.*)?$/.test(line)) {
        throw new WireError(`Not a chunk size: ${JSON.stringify(line.slice(0, 100))}`);
      }
      const size = Number.parseInt(line, 16);
      if (size > 0 && !(await this.#readLength(size, body, deadline))) {
        return false;
      }
      const tail = await this.reader.takeThrough("\r\n", 4096, deadline);
      if (tail === undefined) {
        return false;
      }
      if (tail !== "") {
        throw new WireError(`Bytes after a chunk of ${size}: ${JSON.stringify(tail.slice(0, 100))}`);
      }
      if (size === 0) {
        return true;
      }
    }
  }
}

/** One request on a connection of its own, which is closed afterwards. */
export async function rawRequest(port: number, request: RawRequest, options: ReadOptions = {}): Promise<RawResponse> {
  await using connection = await RawConnection.open(port);
  return await connection.request(request, options);
}

/** The text of a request without a body. */
export function formatRawRequest(request: RawRequest): string {
  const { method = "GET", target, fields = [], version = "HTTP/1.1", host = "127.0.0.1" } = request;
  const lines = host === null ? fields : [["Host", host] as const, ...fields];
  return `${method} ${target} ${version}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
}

/** Keeps or passes on body bytes, and knows how many more the test wants. */
class BodyCollector {
  readonly #options: ReadOptions;
  readonly #chunks: Uint8Array[] = [];
  #offset = 0;

  constructor(options: ReadOptions) {
    this.#options = options;
  }

  get room(): number {
    return (this.#options.maxBodyBytes ?? Infinity) - this.#offset;
  }

  async add(chunk: Uint8Array): Promise<void> {
    if (this.#options.onBody === undefined) this.#chunks.push(chunk);
    else await this.#options.onBody(chunk, this.#offset);
    this.#offset += chunk.length;
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#chunks);
  }
}

function isPersistent(head: ResponseHead): boolean {
  const options = fieldValues(head.fields, "Connection").join(",").toLowerCase();
  return head.httpVersion === "1.0" ? options.includes("keep-alive") : !options.includes("close");
}

function describe(failure: Error | undefined): string {
  return failure === undefined ? "" : `: ${failure.message}`;
}

export { type FieldLine, fieldValue, fieldValues, WireError };
