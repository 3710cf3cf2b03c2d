import { gzipSync } from "node:zlib";
import { bytesObject, type UpstreamObject } from "./upstream-object.ts";

/** A request as the origin received it. */
export interface UpstreamRequest {
  readonly method: string;
  readonly target: string;
  /** The decoded path without its leading slash. */
  readonly key: string;
  readonly query: string;
  /** Lower-case names; lines of one name joined with `, `. */
  readonly fields: Readonly<Record<string, string>>;
  readonly head: string;
}

/** An answer before it is sent; faults change it. */
export interface UpstreamReply {
  status: number;
  fields: [name: string, value: string][];
  body: { readonly object: UpstreamObject; start: number; end: number };
  framing: "length" | "chunked" | "until-close";
  contentLengthDelta: number;
  prelude: string;
  stallHeadMs: number;
  stallBody: { readonly at: number; readonly ms: number } | undefined;
  cut: { readonly afterBodyBytes: number; readonly how: "close" | "reset" } | undefined;
  drop: "close" | "reset" | undefined;
  trickle: { readonly chunkBytes: number; readonly everyMs: number } | undefined;
  closeIdleAfterMs: number | undefined;
  replaceAt: { readonly afterBodyBytes: number; readonly with: UpstreamObject } | undefined;
}

/** The right answer of a well-behaved origin: conditions, then one range, as S3 and nginx give it. */
export function rightReply(
  request: UpstreamRequest,
  object: UpstreamObject | undefined,
  ignore: { readonly range: boolean; readonly conditions: boolean },
): UpstreamReply {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return errorReply(405, "MethodNotAllowed");
  }
  if (object === undefined) {
    return errorReply(404, "NoSuchKey");
  }
  const failed = ignore.conditions ? undefined : failedCondition(request.fields, object);
  if (failed !== undefined) {
    return failed === 304
      ? { ...emptyReply(304), fields: validatorFields(object) }
      : errorReply(412, "PreconditionFailed");
  }
  const asked = ignore.range || request.method === "HEAD" ? undefined : parseSingleRange(request.fields["range"]);
  if (asked === undefined || !isRangeCurrent(request.fields["if-range"], object)) {
    return { ...emptyReply(200), fields: objectFields(object), body: { object, start: 0, end: object.sizeBytes } };
  }
  const start = asked.first ?? Math.max(0, object.sizeBytes - (asked.last ?? 0));
  const end = asked.first === undefined ? object.sizeBytes : Math.min((asked.last ?? Infinity) + 1, object.sizeBytes);
  if (start >= end) {
    const reply = errorReply(416, "InvalidRange");
    reply.fields.push(["Content-Range", `bytes */${object.sizeBytes}`]);
    return reply;
  }
  const range: [string, string] = ["Content-Range", `bytes ${start}-${end - 1}/${object.sizeBytes}`];
  return { ...emptyReply(206), fields: [...objectFields(object), range], body: { object, start, end } };
}

/** An error with S3's XML as its body. */
export function errorReply(status: number, code: string): UpstreamReply {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${code}</Message></Error>`;
  return textReply(status, "application/xml", xml);
}

/** A small answer of our own. */
export function textReply(status: number, mediaType: string, text: string): UpstreamReply {
  const object = bytesObject(Buffer.from(text));
  const fields: [string, string][] = [["Content-Type", mediaType]];
  return { ...emptyReply(status), fields, body: { object, start: 0, end: object.sizeBytes } };
}

/** The same bytes, gzipped, and said to be so. */
export function gzipReply(reply: UpstreamReply): UpstreamReply {
  const { object, start, end } = reply.body;
  const parts: Uint8Array[] = [];
  for (let at = start; at < end; at += parts.at(-1)?.length ?? 0) parts.push(object.view(at, end - at));
  const packed = bytesObject(gzipSync(Buffer.concat(parts)));
  const fields: [string, string][] = [...reply.fields, ["Content-Encoding", "gzip"]];
  return { ...reply, fields, body: { object: packed, start: 0, end: packed.sizeBytes } };
}

function emptyReply(status: number): UpstreamReply {
  return {
    status,
    fields: [],
    body: { object: bytesObject(new Uint8Array(0)), start: 0, end: 0 },
    framing: "length",
    contentLengthDelta: 0,
    prelude: "",
    stallHeadMs: 0,
    stallBody: undefined,
    cut: undefined,
    drop: undefined,
    trickle: undefined,
    closeIdleAfterMs: undefined,
    replaceAt: undefined,
  };
}

function objectFields(object: UpstreamObject): [string, string][] {
  const type: [string, string][] = object.mediaType === undefined ? [] : [["Content-Type", object.mediaType]];
  return [...type, ["Accept-Ranges", "bytes"], ...validatorFields(object)];
}

function validatorFields(object: UpstreamObject): [string, string][] {
  const fields: [string, string][] = [];
  if (object.etag !== undefined) fields.push(["ETag", object.etag]);
  if (object.lastModified !== undefined) fields.push(["Last-Modified", object.lastModified.toUTCString()]);
  return fields;
}

function failedCondition(fields: UpstreamRequest["fields"], object: UpstreamObject): 412 | 304 | undefined {
  const match = fields["if-match"];
  const unmodified = fields["if-unmodified-since"];
  const modifiedAt = object.lastModified?.getTime();
  if (match !== undefined) {
    const strong = object.etag !== undefined && !object.etag.startsWith("W/");
    if (match !== "*" && !(strong && splitTags(match).includes(object.etag))) return 412;
  } else if (unmodified !== undefined && modifiedAt !== undefined && modifiedAt > Date.parse(unmodified)) {
    return 412;
  }
  const noneMatch = fields["if-none-match"];
  if (noneMatch !== undefined) {
    const opaque = object.etag?.replace(/^W\//, "");
    return noneMatch === "*" || splitTags(noneMatch).some((tag) => tag.replace(/^W\//, "") === opaque)
      ? 304
      : undefined;
  }
  const since = fields["if-modified-since"];
  return since !== undefined && modifiedAt !== undefined && modifiedAt <= Date.parse(since) ? 304 : undefined;
}

function splitTags(list: string): string[] {
  return list.split(",").map((tag) => tag.trim());
}

function isRangeCurrent(ifRange: string | undefined, object: UpstreamObject): boolean {
  if (ifRange === undefined) return true;
  if (ifRange.startsWith('"')) return ifRange === object.etag;
  return !ifRange.startsWith("W/") && Date.parse(ifRange) === object.lastModified?.getTime();
}

function parseSingleRange(
  value: string | undefined,
): { first: number | undefined; last: number | undefined } | undefined {
  const match = /^bytes=([0-9]*)-([0-9]*)$/.exec(value ?? "");
  const [first, last] = [match?.[1] ?? "", match?.[2] ?? ""].map((digits) =>
    digits === "" ? undefined : Number(digits),
  );
  return first === undefined && last === undefined ? undefined : { first, last };
}
