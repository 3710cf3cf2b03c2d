import { createHash } from "node:crypto";
import { BoundedMap } from "../../bytes/bounded-map.ts";
import { type ByteRange, type RangeSpec, resolveRangeSpec } from "../../bytes/byte-range.ts";
import { parseContentRange, parseEntityTag, parseHttpDate } from "../../http/index.ts";
import { SourceError, type Validator } from "../../source/index.ts";
import type { UpstreamResponse } from "./upstream-response.ts";

/** What pins one version of a remote object. */
export interface RemoteVersion {
  readonly sizeBytes: number | undefined;
  /** The upstream's own tag, weak or strong. */
  readonly etag: string | undefined;
  readonly lastModifiedSeconds: number | undefined;
  readonly mediaType: string | undefined;
  /** What we tell viewers. */
  readonly validator: Validator | undefined;
  /** By what a later request can be held to this version; absent where nothing is strong enough. */
  readonly pin: "etag" | "last-modified" | undefined;
}

/** An answer with bytes, checked: `range` is what its body holds (to `Infinity` where the length is unknown). */
export interface RangeAnswer {
  /** `whole`: the upstream ignored the range and sends everything. */
  readonly kind: "range" | "whole";
  readonly range: ByteRange;
  readonly sizeBytes: number | undefined;
  readonly response: UpstreamResponse;
}

/**
 * Checks an answer to `range` before a byte of it is believed, and its version against the one expected.
 * @throws {SourceError} as the status means; `changed` for another version; `bad-upstream` for an answer that contradicts itself
 */
export function checkedAnswer(
  name: string,
  response: UpstreamResponse,
  range: RangeSpec | undefined,
  expected: RemoteVersion | undefined,
): RangeAnswer | { readonly kind: "unsatisfiable" } {
  try {
    const answer = interpret(name, response, range);
    if (answer.kind !== "unsatisfiable" && expected !== undefined) {
      assertSameVersion(name, answer, expected);
    }
    if (answer.kind === "unsatisfiable") {
      response.drop();
    }
    return answer;
  } catch (error) {
    response.drop();
    throw error;
  }
}

function interpret(
  name: string,
  response: UpstreamResponse,
  range: RangeSpec | undefined,
): RangeAnswer | { readonly kind: "unsatisfiable" } {
  const { status } = response;
  if (status === 416 && range !== undefined) {
    return { kind: "unsatisfiable" };
  }
  if (status !== 200 && status !== 206) {
    throw statusError(name, response);
  }
  const coding = response.headers.get("content-encoding") ?? "identity";
  if (coding.toLowerCase() !== "identity") {
    throw badAnswer(name, `Content-Encoding ${coding} although identity was asked`);
  }
  return status === 206 ? interpretPartial(name, response, range) : interpretWhole(response);
}

/** A stray Content-Range on a 200 means nothing (RFC 9110 section 14.4). */
function interpretWhole(response: UpstreamResponse): RangeAnswer {
  const sizeBytes = response.lengthBytes;
  return { kind: "whole", range: { start: 0, end: sizeBytes ?? Number.POSITIVE_INFINITY }, sizeBytes, response };
}

function interpretPartial(name: string, response: UpstreamResponse, range: RangeSpec | undefined): RangeAnswer {
  const field = response.headers.get("content-range") ?? "";
  const content = parseContentRange(field);
  if (range === undefined || content?.range === undefined || content.sizeBytes === undefined) {
    throw badAnswer(name, `206 with Content-Range "${field.slice(0, 80)}"`);
  }
  const wanted = resolveRangeSpec(range, content.sizeBytes);
  if (wanted?.start !== content.range.start || wanted.end !== content.range.end) {
    throw badAnswer(name, `Content-Range "${field}" is not what was asked`);
  }
  if (response.lengthBytes !== undefined && response.lengthBytes !== wanted.end - wanted.start) {
    throw badAnswer(name, `Content-Length ${response.lengthBytes} does not fit Content-Range "${field}"`);
  }
  return { kind: "range", range: wanted, sizeBytes: content.sizeBytes, response };
}

/** Versions with a strong tag that were seen lately: their facts are the same in answer after answer. */
const strongVersions = new BoundedMap<RemoteVersion>(1024);

/** The version that an answer shows. */
export function versionOf(answer: Pick<RangeAnswer, "response" | "sizeBytes">): RemoteVersion {
  const { headers } = answer.response;
  const name = `${headers.get("etag")}\n${headers.get("last-modified")}\n${headers.get("content-type")}\n${answer.sizeBytes}`;
  const known = strongVersions.get(name);
  if (known !== undefined) {
    return known;
  }
  const version = deriveVersion(answer);
  if (version.pin === "etag") {
    strongVersions.set(name, version);
  }
  return version;
}

function deriveVersion({ response, sizeBytes }: Pick<RangeAnswer, "response" | "sizeBytes">): RemoteVersion {
  const etag = response.headers.get("etag");
  const tag = etag === undefined ? undefined : parseEntityTag(etag);
  const lastModifiedSeconds = parseHttpDate(response.headers.get("last-modified") ?? "");
  const facts = { sizeBytes, etag: tag === undefined ? undefined : etag, lastModifiedSeconds };
  const isStrong = tag?.weak === false && etag !== undefined;
  const pin = isStrong ? "etag" : isStrongDate(response, lastModifiedSeconds) ? "last-modified" : undefined;
  return {
    ...facts,
    mediaType: response.headers.get("content-type"),
    validator: isStrong ? { etag, derived: false, joinable: true } : deriveValidator(facts, pin !== undefined),
    pin,
  };
}

/**
 * A strong tag where the upstream has none: browsers and VLC seek badly or not at all with weak ones. Made from all that
 * the upstream does tell of the version; the size alone tells too little.
 */
function deriveValidator(
  facts: Pick<RemoteVersion, "sizeBytes" | "etag" | "lastModifiedSeconds">,
  joinable: boolean,
): Validator | undefined {
  if (facts.etag === undefined && facts.lastModifiedSeconds === undefined) {
    return undefined;
  }
  const text = JSON.stringify([facts.etag ?? "", facts.lastModifiedSeconds ?? "", facts.sizeBytes ?? ""]);
  return { etag: `"d-${createHash("sha256").update(text).digest("base64url").slice(0, 22)}"`, derived: true, joinable };
}

/** A date is a strong validator once it is a minute older than the answer (RFC 9110 section 8.8.2.2, by its older, safer rule). */
function isStrongDate(response: UpstreamResponse, lastModifiedSeconds: number | undefined): boolean {
  const date = parseHttpDate(response.headers.get("date") ?? "");
  return date !== undefined && lastModifiedSeconds !== undefined && date - lastModifiedSeconds >= 60;
}

/** If-Match should have seen to it, but not every upstream evaluates it. */
function assertSameVersion(name: string, answer: RangeAnswer, expected: RemoteVersion): void {
  const found = versionOf(answer);
  const isSame =
    found.sizeBytes === expected.sizeBytes &&
    found.etag === expected.etag &&
    found.lastModifiedSeconds === expected.lastModifiedSeconds;
  if (!isSame) {
    throw new SourceError("changed", `Cannot read ${name}: it is not the version that was opened any more`);
  }
}

/** What an answer means that is neither bytes nor "no such range"; `reason` is what the upstream said beyond its status. */
export function statusError(name: string, response: UpstreamResponse, reason = ""): SourceError {
  const { status } = response;
  const message = `Cannot read ${name}: the upstream answered ${`${status} ${reason}`.trimEnd()}`;
  switch (status) {
    case 404:
    case 410:
      return new SourceError("not-found", message);
    case 401:
    case 403:
      return new SourceError("forbidden", message);
    case 412:
      return new SourceError("changed", message);
    case 408:
    case 425:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
      return new SourceError("unavailable", message, { retryable: true, retryAfterSeconds: retryAfter(response) });
    default:
      return new SourceError("bad-upstream", message);
  }
}

/** Seconds or a date (RFC 9110 section 10.2.3). */
function retryAfter(response: UpstreamResponse): number | undefined {
  const value = response.headers.get("retry-after");
  if (value === undefined) {
    return undefined;
  }
  const date = parseHttpDate(value);
  if (date !== undefined) {
    return Math.max(0, date - Math.floor(Date.now() / 1000));
  }
  return /^[0-9]{1,9}$/.test(value) ? Number(value) : undefined;
}

function badAnswer(name: string, why: string): SourceError {
  return new SourceError("bad-upstream", `Cannot read ${name}: ${why}`);
}
