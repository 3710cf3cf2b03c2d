import { assertRangeWithin, type ByteRange, type RangeSpec } from "../../bytes/byte-range.ts";
import type { ByteSink } from "../../bytes/byte-sink.ts";
import { formatHttpDate, formatRangeHeader, parseStoragePolicy } from "../../http/index.ts";
import {
  type Caching,
  type CallOptions,
  isSourceError,
  type MediaObject,
  type OpenOptions,
  type ReadOptions,
  type Revalidation,
  SourceError,
  throwIfAborted,
  type UpstreamMeter,
  type Validator,
} from "../../source/index.ts";
import { Backoff } from "./backoff.ts";
import { checkedAnswer, type RangeAnswer, type RemoteVersion, statusError, versionOf } from "./range-answer.ts";
import type { UpstreamHealth } from "./upstream-health.ts";
import type { UpstreamResponse } from "./upstream-response.ts";

/** How one remote object is asked for; what differs between plain HTTP and S3. */
export interface RemoteKey {
  /** For messages: `"a.mp4" in https://host/films/`. */
  readonly name: string;
  /** Of the source; its budget bounds repetitions. */
  readonly health: UpstreamHealth;
  /** The longest range to ask for at once, where the upstream wants less than we would ask. */
  readonly maxSpanBytes?: number | undefined;
  /** Sends a request with these further headers, and follows what redirects are allowed. */
  send(
    method: "GET" | "HEAD",
    headers: Readonly<Record<string, string>>,
    options: CallOptions,
  ): Promise<UpstreamResponse>;
}

/** An upstream request asks for no more than this, so that little is wasted when a viewer leaves. */
const defaultMaxSpanBytes = 16 * 1024 * 1024;
/** The first request where the viewer's end is open. */
const firstSpanBytes = 1024 * 1024;
const leastSpanBytes = 512 * 1024;

/** No more than a reader takes in this time, once his pace is known. */
const longestSpanMs = 10_000;

/**
 * How much to ask for next. What is asked for fills the kernel's buffers at once, whether the viewer stays or not. An eighth of what he has
 * had keeps the waste of an aborted seek below that (doubling wasted more than half). Beside that, his pace: spans that a thousand slow
 * viewers leave standing use up the memory that the kernel has for TCP, which then drops packets of everybody; and an upstream closes a
 * connection on which nothing moves for a minute.
 * @param askedBytes of this read, until now
 * @param bytesPerMs at which its reader took the last span
 */
function nextSpanBytes(askedBytes: number, bytesPerMs: number, maxSpanBytes: number): number {
  const grownBytes = Math.floor(Math.min(askedBytes / 8, bytesPerMs * longestSpanMs));
  return Math.min(Math.max(leastSpanBytes, grownBytes), maxSpanBytes);
}
/** So much of an answer that is under way is skipped rather than asking anew. */
const maxSkipBytes = 1024 * 1024;

/**
 * Opens a remote object in one request: the answer to the first ranged GET is the metadata too.
 * @throws {SourceError}
 */
export async function openRemoteObject(key: RemoteKey, options: OpenOptions): Promise<MediaObject> {
  const wish = firstRange(options.intent, key.maxSpanBytes ?? defaultMaxSpanBytes);
  const answer = await askWithRetries(key, wish, undefined, options);
  if (answer.kind === "range" || answer.kind === "whole") {
    return new RemoteObject(key, versionOf(answer), answer);
  }
  return openPastTheEnd(key, options);
}

/** The range lies beyond the end, and a 416 names no version: ask for the first byte, and an empty object for all of it. */
async function openPastTheEnd(key: RemoteKey, options: OpenOptions): Promise<MediaObject> {
  const first = await askWithRetries(key, { kind: "bounded", start: 0, end: 1 }, undefined, options);
  const answer = first.kind === "unsatisfiable" ? await askWithRetries(key, undefined, undefined, options) : first;
  if (answer.kind === "unsatisfiable") {
    throw new SourceError("bad-upstream", `Cannot open ${key.name}: 416 without a Range`);
  }
  return new RemoteObject(key, versionOf(answer), answer);
}

/** The range of the request that opens: what will be read, as far as one span goes. */
function firstRange(intent: OpenOptions["intent"], maxSpanBytes: number): RangeSpec {
  if (intent === "metadata") {
    return { kind: "bounded", start: 0, end: 1 };
  }
  if (intent?.kind === "bounded") {
    return { ...intent, end: Math.min(intent.end, intent.start + maxSpanBytes) };
  }
  if (intent?.kind === "suffix") {
    // "-0" is unsatisfiable by definition and a long tail may be the whole object: both need the size first.
    return intent.length === 0 || intent.length > maxSpanBytes ? { kind: "bounded", start: 0, end: 1 } : intent;
  }
  const start = intent?.start ?? 0;
  return { kind: "bounded", start, end: start + Math.min(firstSpanBytes, maxSpanBytes) };
}

/**
 * Asks with a conditional HEAD whether a version is still current; neither answer to it has a body.
 * @throws {SourceError}
 */
export async function revalidateRemoteObject(
  key: RemoteKey,
  validator: Validator,
  options: CallOptions,
): Promise<Revalidation> {
  // A tag we derived means nothing to the upstream; its own facts are compared instead.
  const condition = validator.derived ? {} : { "If-None-Match": validator.etag };
  const response = await key.send("HEAD", condition, options);
  const caching = parseStoragePolicy((name) => response.headers.get(name));
  response.drop();
  if (response.status === 304) {
    // Ceph's gateway answers 304 for a tag that merely begins like the object's; its own tag tells.
    const tag = response.headers.get("etag") ?? validator.etag;
    return { isCurrent: tag === validator.etag, caching };
  }
  if (response.status !== 200) {
    throw statusError(key.name, response);
  }
  const length = Number(response.headers.get("content-length") ?? Number.NaN);
  const sizeBytes = Number.isSafeInteger(length) ? length : undefined;
  return { isCurrent: versionOf({ response, sizeBytes }).validator?.etag === validator.etag, caching };
}

/** One version of an object behind HTTP. */
class RemoteObject implements MediaObject {
  readonly sizeBytes: number | undefined;
  readonly validator: Validator | undefined;
  readonly mediaType: string | undefined;
  readonly modifiedAt: Date | undefined;
  readonly #key: RemoteKey;
  readonly #version: RemoteVersion;
  readonly #headers: ReadonlyMap<string, string>;
  /** The answer that opened the object, until a read takes it. */
  #opening: RangeAnswer | undefined;

  constructor(key: RemoteKey, version: RemoteVersion, opening: RangeAnswer) {
    this.#key = key;
    this.#version = version;
    this.#headers = opening.response.headers;
    this.#opening = opening;
    this.sizeBytes = version.sizeBytes;
    this.validator = version.validator;
    this.mediaType = version.mediaType;
    this.modifiedAt =
      version.lastModifiedSeconds === undefined ? undefined : new Date(version.lastModifiedSeconds * 1000);
  }

  /** Read out only where somebody means to keep the object. */
  get caching(): Caching {
    return parseStoragePolicy((name) => this.#headers.get(name));
  }

  async read(range: ByteRange, sink: ByteSink, options: ReadOptions = {}): Promise<void> {
    assertRangeWithin(range, this.sizeBytes);
    if (range.start === range.end) {
      return;
    }
    const backoff = new Backoff(this.#key.health);
    let position = range.start;
    const maxSpanBytes = this.#key.maxSpanBytes ?? defaultMaxSpanBytes;
    let spanBytes = options.isCertain === true ? maxSpanBytes : leastSpanBytes;
    while (position < range.end) {
      throwIfAborted(options.signal, `Cannot read ${this.#key.name}`);
      const startedAt = position;
      const startedMs = performance.now();
      try {
        const answer = await this.#answerAt({ start: position, end: range.end }, spanBytes, options);
        await copyAnswer(answer, { start: position, end: range.end }, (count) => (position += count), sink, options);
        if (this.sizeBytes === undefined) {
          return;
        }
        if (options.isCertain !== true) {
          const bytesPerMs = (position - startedAt) / (performance.now() - startedMs);
          spanBytes = nextSpanBytes(position - range.start, bytesPerMs, maxSpanBytes);
        }
      } catch (error) {
        if (position > startedAt) {
          backoff.reset();
          noteResume(options.meter);
        }
        await this.#waitToResume(error, backoff, position > range.start, options);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#takeOpening()?.response.drop();
  }

  /** The opening answer where it fits, else a new request that is held to the same version. */
  async #answerAt(need: ByteRange, spanBytes: number, options: CallOptions): Promise<RangeAnswer> {
    const opening = this.#takeOpening();
    if (opening !== undefined && this.#serves(opening, need)) {
      return opening;
    }
    opening?.response.drop();
    if (this.sizeBytes === undefined) {
      throw new SourceError("unsupported", `Cannot read ${this.#key.name} again: its source gives no length`);
    }
    // Without a validator two answers cannot be told to be of one version: one answer must do for all.
    const end = this.#version.pin === undefined ? need.end : Math.min(need.end, need.start + spanBytes);
    const answer = await ask(this.#key, { kind: "bounded", start: need.start, end }, this.#version, options);
    if (answer.kind === "unsatisfiable") {
      throw new SourceError("changed", `Cannot read ${this.#key.name}: it has become shorter`);
    }
    return answer;
  }

  #takeOpening(): RangeAnswer | undefined {
    const opening = this.#opening;
    this.#opening = undefined;
    return opening;
  }

  /** Usable where it begins where we read, or little before (or is the whole) and, without a validator, also reaches the end. */
  #serves(opening: RangeAnswer, need: ByteRange): boolean {
    const skippedBytes = need.start - opening.range.start;
    const isNear = skippedBytes >= 0 && skippedBytes <= maxSkipBytes && need.start < opening.range.end;
    return (opening.kind === "whole" || isNear) && (this.#version.pin !== undefined || opening.range.end >= need.end);
  }

  /** Rethrows what waiting cannot mend. */
  async #waitToResume(error: unknown, backoff: Backoff, hasSent: boolean, options: CallOptions): Promise<void> {
    const mayResume = isSourceError(error) && error.retryable && (!hasSent || this.#version.pin !== undefined);
    if (!mayResume || !(await backoff.wait(error.retryAfterSeconds, options.signal))) {
      throwIfAborted(options.signal, `Cannot read ${this.#key.name}`);
      throw error;
    }
  }
}

function noteResume(meter: UpstreamMeter | undefined): void {
  if (meter !== undefined) {
    meter.resumes = (meter.resumes ?? 0) + 1;
  }
}

/** Writes the part of an answer that is needed; bytes before it are skipped, what comes after is dropped. */
async function copyAnswer(
  answer: RangeAnswer,
  need: ByteRange,
  advance: (count: number) => void,
  sink: ByteSink,
  options: CallOptions,
): Promise<void> {
  let position = answer.range.start;
  // The answer that opened the object knows the opener's signal alone, and he may be another than the reader.
  const signal = answer.response.endsWith(options.signal) ? undefined : options.signal;
  const destroy = (): void => answer.response.destroy();
  signal?.addEventListener("abort", destroy, { once: true });
  try {
    for (let chunk = await answer.response.read(); chunk !== undefined; chunk = await answer.response.read()) {
      const from = Math.max(0, need.start - position);
      const to = Math.min(chunk.length, need.end - position);
      position += chunk.length;
      if (from < to) {
        await sink.write(from === 0 && to === chunk.length ? chunk : chunk.subarray(from, to));
        advance(to - from);
      }
      if (position >= need.end) {
        return;
      }
    }
    if (Number.isFinite(answer.range.end) && position < answer.range.end) {
      throw new SourceError("unavailable", "Cannot read on: the body is shorter than its Content-Range", {
        retryable: true,
      });
    }
  } catch (error) {
    throwIfAborted(options.signal, "Cannot read on");
    throw error;
  } finally {
    signal?.removeEventListener("abort", destroy);
    answer.response.drop();
  }
}

/** Asks before anything has been sent: what may pass is tried again, a few times. */
async function askWithRetries(
  key: RemoteKey,
  range: RangeSpec | undefined,
  version: RemoteVersion | undefined,
  options: CallOptions,
): ReturnType<typeof ask> {
  const backoff = new Backoff(key.health);
  for (;;) {
    try {
      return await ask(key, range, version, options);
    } catch (error) {
      if (!isSourceError(error) || !error.retryable || !(await backoff.wait(error.retryAfterSeconds, options.signal))) {
        throwIfAborted(options.signal, `Cannot open ${key.name}`);
        throw error;
      }
    }
  }
}

async function ask(
  key: RemoteKey,
  range: RangeSpec | undefined,
  version: RemoteVersion | undefined,
  options: CallOptions,
): Promise<ReturnType<typeof checkedAnswer>> {
  const headers = { ...rangeField(range), ...pinField(version) };
  return checkedAnswer(key.name, await key.send("GET", headers, options), range, version);
}

function rangeField(range: RangeSpec | undefined): Record<string, string> {
  switch (range?.kind) {
    case undefined:
      return {};
    case "suffix":
      return { Range: `bytes=-${range.length}` };
    case "open-ended":
      return { Range: formatRangeHeader({ start: range.start, end: Number.POSITIVE_INFINITY }) };
    case "bounded":
      return { Range: formatRangeHeader(range) };
  }
}

/** Once a version is known every request is held to it, so that a changed object answers 412 and not other bytes. */
function pinField(version: RemoteVersion | undefined): Record<string, string> {
  switch (version?.pin) {
    case "etag":
      return version.etag === undefined ? {} : { "If-Match": version.etag };
    case "last-modified":
      return version.lastModifiedSeconds === undefined
        ? {}
        : { "If-Unmodified-Since": formatHttpDate(version.lastModifiedSeconds) };
    case undefined:
      return {};
  }
}
