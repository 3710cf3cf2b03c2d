import { SourceError, type UpstreamMeter } from "../../source/index.ts";
import { ChunkedDecoder } from "./chunked-decoder.ts";
import { type BodyFraming, framingOf, keepsConnection, maxHeadBytes, parseResponseHead } from "./response-head.ts";
import type { ResponseHead } from "./response-head.ts";
import type { SocketReader } from "./socket-reader.ts";

/** Limits on waiting for an upstream, in milliseconds. */
export interface UpstreamTimeouts {
  /** From the request, connecting included, to the answer's head. @default 15000 */
  readonly firstByteMs: number;
  /** Between two reads of a body, while somebody wants it. @default 15000 */
  readonly stallMs: number;
}

export const defaultUpstreamTimeouts: UpstreamTimeouts = { firstByteMs: 15_000, stallMs: 15_000 };

/** More than this left of an unwanted body and the connection is closed instead of drained. */
const drainBytes = 64 * 1024;

/** One exchange on a connection. */
export interface Exchange {
  readonly reader: SocketReader;
  readonly method: string;
  readonly timeouts: UpstreamTimeouts;
  readonly meter: UpstreamMeter | undefined;
  readonly signal: AbortSignal | undefined;
  /** Called once: the connection is free again, or of no more use. */
  readonly onDone: (isReusable: boolean) => void;
}

/**
 * Waits for the head of an answer; interim (1xx) answers are skipped.
 * @throws {SourceError} `unavailable`, `timeout`, `aborted`, or `bad-upstream` for what is not HTTP
 */
export async function readResponse(exchange: Exchange): Promise<UpstreamResponse> {
  const stopWatching = destroyOnAbort(exchange);
  exchange.reader.expect("no answer", exchange.timeouts.firstByteMs);
  try {
    let unread: Uint8Array | undefined;
    for (;;) {
      const { head, rest } = await readHead(exchange.reader, unread);
      unread = rest;
      if (head.status >= 200) {
        return new UpstreamResponse(exchange, head, framingOrThrow(exchange, head), rest, stopWatching);
      }
    }
  } catch (error) {
    stopWatching();
    exchange.reader.destroy();
    exchange.onDone(false);
    throw error;
  } finally {
    exchange.reader.met();
  }
}

function framingOrThrow(exchange: Exchange, head: ResponseHead): BodyFraming {
  const framing = framingOf(head, exchange.method);
  if (framing === undefined) {
    throw badUpstream(exchange.reader, "the answer's length cannot be told");
  }
  return framing;
}

async function readHead(
  reader: SocketReader,
  unread: Uint8Array | undefined,
): Promise<{ head: ResponseHead; rest: Uint8Array }> {
  let text = "";
  let chunk = unread !== undefined && unread.length > 0 ? unread : await reader.read();
  while (chunk !== undefined) {
    const before = text.length;
    const { added, end } = takeHeadText(text, chunk);
    text += added;
    if (end !== undefined) {
      const head = parseResponseHead(text.slice(0, end));
      if (head === undefined) {
        throw badUpstream(reader, "the answer is not HTTP/1.1");
      }
      return { head, rest: chunk.subarray(end + 4 - before) };
    }
    if (!"HTTP/".startsWith(text.slice(0, 5)) || text.length >= maxHeadBytes) {
      throw badUpstream(
        reader,
        text.startsWith("HTTP/") ? "the answer's head is too large" : "the answer is not HTTP/1.1",
      );
    }
    chunk = await reader.read();
  }
  const why = text === "" ? "closed without an answer" : "closed within the answer's head";
  throw new SourceError("unavailable", `Cannot read from ${reader.name}: ${why}`, { retryable: true });
}

/** Only the head becomes text: most of a first chunk is body. `end` is where the head ends in `text` and `added` together. */
function takeHeadText(text: string, chunk: Uint8Array): { added: string; end: number | undefined } {
  const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
  if (text === "") {
    const end = bytes.indexOf("\r\n\r\n");
    return end === -1 || end > maxHeadBytes
      ? { added: bytes.toString("latin1", 0, maxHeadBytes), end: undefined }
      : { added: bytes.toString("latin1", 0, end), end };
  }
  // The empty line may lie across two reads.
  const added = bytes.toString("latin1", 0, maxHeadBytes);
  const end = (text + added).indexOf("\r\n\r\n", Math.max(0, text.length - 3));
  return { added, end: end === -1 ? undefined : end };
}

/** An answer whose head has come. Its body is read chunk by chunk, or dropped; either way exactly one of the two is done. */
export class UpstreamResponse {
  readonly status: number;
  #headers: ReadonlyMap<string, string>;
  /** Body bytes to come, where the head tells. */
  readonly lengthBytes: number | undefined;
  readonly #exchange: Exchange;
  readonly #head: ResponseHead;
  readonly #framing: BodyFraming;
  readonly #chunks: ChunkedDecoder | undefined;
  readonly #stopWatching: () => void;
  #rest: Uint8Array | undefined;
  #remainingBytes: number;
  /** Set once the body has ended: whether exactly there. The chunk lent last is in use until the next call. */
  #endedCleanly: boolean | undefined;
  #isDone = false;

  constructor(
    exchange: Exchange,
    head: ResponseHead,
    framing: BodyFraming,
    rest: Uint8Array,
    stopWatching: () => void,
  ) {
    this.status = head.status;
    this.#headers = head.headers;
    this.lengthBytes = framing.kind === "length" ? framing.lengthBytes : undefined;
    this.#exchange = exchange;
    this.#head = head;
    this.#framing = framing;
    this.#chunks = framing.kind === "chunked" ? new ChunkedDecoder() : undefined;
    this.#remainingBytes = this.lengthBytes ?? Number.POSITIVE_INFINITY;
    this.#stopWatching = stopWatching;
    this.#rest = rest.length > 0 ? rest : undefined;
    if (this.#remainingBytes === 0) {
      this.#finish(this.#rest === undefined);
    }
  }

  get headers(): ReadonlyMap<string, string> {
    return this.#headers;
  }

  /** Sets a field to what is known from elsewhere, where the upstream's own word is missing or wrong. */
  supplement(name: string, value: string): void {
    this.#headers = new Map(this.#headers).set(name, value);
  }

  /**
   * The next body bytes, lent until the next call; `undefined` at the end.
   * @throws {SourceError} `unavailable` where the body is cut, `timeout` where it stalls
   */
  async read(): Promise<Uint8Array | undefined> {
    while (this.#endedCleanly === undefined && !this.#isDone) {
      const raw = this.#rest ?? (await this.#readRaw());
      this.#rest = undefined;
      const body = this.#decode(raw);
      if (body !== undefined && body.length > 0) {
        if (this.#exchange.meter !== undefined) {
          this.#exchange.meter.bytes += body.length;
        }
        return body;
      }
    }
    this.#finish(this.#endedCleanly ?? false);
    return undefined;
  }

  /** True where `signal` already ends it: it was asked for under that. */
  endsWith(signal: AbortSignal | undefined): boolean {
    return signal === undefined || signal === this.#exchange.signal;
  }

  /** Closes the connection at once, also under a read that waits. */
  destroy(): void {
    this.#finish(false);
  }

  /** Gives the rest of the body up: little is drained in the background, for more the connection is closed. */
  drop(): void {
    if (this.#endedCleanly !== undefined || this.#remainingBytes > drainBytes) {
      this.#finish(this.#endedCleanly ?? false);
    } else {
      void this.#drain();
    }
  }

  async #drain(): Promise<void> {
    try {
      while ((await this.read()) !== undefined);
    } catch {
      this.#finish(false);
    }
  }

  async #readRaw(): Promise<Uint8Array | undefined> {
    const { reader, timeouts } = this.#exchange;
    reader.expect("no progress", timeouts.stallMs);
    try {
      return await reader.read();
    } catch (error) {
      this.#finish(false);
      throw error;
    } finally {
      reader.met();
    }
  }

  #decode(raw: Uint8Array | undefined): Uint8Array | undefined {
    if (raw === undefined) {
      this.#endedCleanly = false;
      if (this.#framing.kind === "until-close") {
        return undefined;
      }
      this.#finish(false);
      const { name } = this.#exchange.reader;
      throw new SourceError("unavailable", `Cannot read from ${name}: the body was cut`, { retryable: true });
    }
    return this.#chunks === undefined ? this.#decodeLength(raw) : this.#decodeChunk(raw, this.#chunks);
  }

  #decodeLength(raw: Uint8Array): Uint8Array {
    const body = raw.length > this.#remainingBytes ? raw.subarray(0, this.#remainingBytes) : raw;
    this.#remainingBytes -= body.length;
    if (this.#remainingBytes === 0) {
      // Surplus bytes would be taken for the next answer.
      this.#endedCleanly = body.length === raw.length;
    }
    return body;
  }

  #decodeChunk(raw: Uint8Array, chunks: ChunkedDecoder): Uint8Array | undefined {
    try {
      const { data, consumedBytes, isEnd } = chunks.decode(raw);
      const rest = raw.subarray(consumedBytes);
      if (isEnd) {
        this.#endedCleanly = rest.length === 0;
      } else if (rest.length > 0) {
        this.#rest = rest;
      }
      return data;
    } catch (error) {
      this.#finish(false);
      throw badUpstream(this.#exchange.reader, error instanceof Error ? error.message : String(error));
    }
  }

  #finish(isClean: boolean): void {
    if (this.#isDone) {
      return;
    }
    this.#isDone = true;
    this.#stopWatching();
    const isReusable = isClean && keepsConnection(this.#head, this.#framing);
    if (!isReusable) {
      this.#exchange.reader.destroy();
    }
    this.#exchange.onDone(isReusable);
  }
}

function destroyOnAbort({ signal, reader }: Exchange): () => void {
  if (signal === undefined) {
    return () => undefined;
  }
  function onAbort(): void {
    reader.destroy(new SourceError("aborted", `Cannot read from ${reader.name}: aborted`, { cause: signal?.reason }));
  }
  if (signal.aborted) {
    onAbort();
  } else {
    signal.addEventListener("abort", onAbort, { once: true });
  }
  return () => signal.removeEventListener("abort", onAbort);
}

function badUpstream(reader: SocketReader, why: string): SourceError {
  return new SourceError("bad-upstream", `Cannot read from ${reader.name}: ${why}`);
}
