import { type ByteRange, rangeLength, type RangeSpec } from "../bytes/byte-range.ts";
import {
  type CurrentVersion,
  evaluatePreconditions,
  formatAttachment,
  formatContentRange,
  formatHttpDate,
  formatUnsatisfiedRange,
  harmlessMediaType,
  httpDateSeconds,
  isActiveMediaType,
  isRangeCurrent,
  parseEntityTag,
  selectRanges,
} from "../http/index.ts";
import type { MediaObject } from "../source/index.ts";
import type { DeliveryPolicy } from "./delivery-policy.ts";
import { frameMultipartByteranges } from "./multipart-byteranges.ts";
import { type Problem, replyToProblem } from "./problem.ts";
import { emptyBody, type Reply } from "./reply.ts";
import { conditionsOf, continuesShortAnswers, type RequestHead } from "./request-head.ts";

/** An opened object with what delivery has found out about it. */
export interface OpenedMedia {
  readonly key: string;
  readonly object: MediaObject;
  readonly mediaType: string;
}

const preconditionFailed: Problem = {
  status: 412,
  code: "precondition-failed",
  title: "Precondition failed",
  detail: "The media is not the version that the request names.",
};
const rangeNotSatisfiable: Problem = {
  status: 416,
  code: "range-not-satisfiable",
  title: "Range not satisfiable",
  detail: "The range lies beyond the end of the media.",
};

/** Decides the answer to a GET or HEAD of an opened object: 200, 206, 304, 412 or 416, in RFC 9110's order. */
export function replyWithMedia(
  request: RequestHead,
  asked: readonly RangeSpec[] | undefined,
  media: OpenedMedia,
  policy: DeliveryPolicy,
): Reply {
  const version = versionOf(media.object);
  const conditions = conditionsOf(request);
  const verdict = evaluatePreconditions(conditions, version);
  if (verdict === "precondition-failed") {
    return replyToProblem(preconditionFailed);
  }
  const validators = validatorFields(media.object, version, policy);
  if (verdict === "not-modified") {
    return { status: 304, headers: validators, body: emptyBody };
  }
  const headers = { ...validators, ...contentFields(request, media) };
  const { sizeBytes } = media.object;
  if (sizeBytes === undefined) {
    return replyWithStream(request, headers);
  }
  const ranges = isRangeCurrent(conditions.ifRange, version) ? asked : undefined;
  const selection = ranges === undefined ? { kind: "whole" as const } : selectRanges(ranges, sizeBytes);
  switch (selection.kind) {
    case "whole":
      return replyWithWhole(request, sizeBytes, headers);
    case "unsatisfiable":
      return replyToProblem(rangeNotSatisfiable, { "content-range": formatUnsatisfiedRange(sizeBytes) });
    case "ranges":
      return selection.ranges.length === 1
        ? replyWithRange(capped(selection.ranges[0], ranges, request, policy), sizeBytes, headers)
        : replyWithRanges(selection.ranges, sizeBytes, media.mediaType, headers);
  }
}

function versionOf(object: MediaObject): CurrentVersion {
  return {
    etag: object.validator === undefined ? undefined : parseEntityTag(object.validator.etag),
    lastModifiedSeconds: object.modifiedAt === undefined ? undefined : httpDateSeconds(object.modifiedAt),
  };
}

/** What a 304 must repeat of the 200 (RFC 9110 section 15.4.5). */
function validatorFields(object: MediaObject, version: CurrentVersion, policy: DeliveryPolicy): Record<string, string> {
  return {
    ...(object.validator === undefined ? {} : { etag: object.validator.etag }),
    ...(version.lastModifiedSeconds === undefined
      ? {}
      : { "last-modified": formatHttpDate(version.lastModifiedSeconds) }),
    "cache-control": policy.cacheControl,
  };
}

function contentFields(request: RequestHead, media: OpenedMedia): Record<string, string> {
  const isActive = isActiveMediaType(media.mediaType);
  const name = media.key.slice(media.key.lastIndexOf("/") + 1);
  return {
    "content-type": harmlessMediaType(media.mediaType),
    "accept-ranges": media.object.sizeBytes === undefined ? "none" : "bytes",
    "x-content-type-options": "nosniff",
    ...(isActive ? { "content-security-policy": "sandbox; default-src 'none'" } : {}),
    ...(isActive || request.wantsDownload ? { "content-disposition": formatAttachment(name) } : {}),
  };
}

function replyWithStream(request: RequestHead, headers: Record<string, string>): Reply {
  const whole: ByteRange = { start: 0, end: Number.POSITIVE_INFINITY };
  const body = { kind: "media" as const, parts: [{ kind: "range" as const, range: whole }], lengthBytes: undefined };
  return { status: 200, headers, body: request.method === "HEAD" ? emptyBody : body };
}

function replyWithWhole(request: RequestHead, sizeBytes: number, headers: Record<string, string>): Reply {
  const parts = [{ kind: "range" as const, range: { start: 0, end: sizeBytes } }];
  return {
    status: 200,
    headers: { ...headers, "content-length": String(sizeBytes) },
    body: request.method === "HEAD" || sizeBytes === 0 ? emptyBody : { kind: "media", parts, lengthBytes: sizeBytes },
  };
}

function replyWithRange(range: ByteRange, sizeBytes: number, headers: Record<string, string>): Reply {
  const lengthBytes = rangeLength(range);
  return {
    status: 206,
    headers: {
      ...headers,
      "content-range": formatContentRange(range, sizeBytes),
      "content-length": String(lengthBytes),
    },
    body: { kind: "media", parts: [{ kind: "range", range }], lengthBytes },
  };
}

function replyWithRanges(
  ranges: readonly ByteRange[],
  sizeBytes: number,
  mediaType: string,
  headers: Record<string, string>,
): Reply {
  const { contentType, lengthBytes, parts } = frameMultipartByteranges(ranges, sizeBytes, harmlessMediaType(mediaType));
  return {
    status: 206,
    headers: { ...headers, "content-type": contentType, "content-length": String(lengthBytes) },
    body: { kind: "media", parts, lengthBytes },
  };
}

/** Applies `maxResponseBytes`, only where the player is known to ask for the rest. */
function capped(
  range: ByteRange,
  specs: readonly RangeSpec[] | undefined,
  request: RequestHead,
  policy: DeliveryPolicy,
): ByteRange {
  const cap = policy.maxResponseBytes;
  if (cap === undefined || specs?.length !== 1 || specs[0]?.kind !== "open-ended" || !continuesShortAnswers(request)) {
    return range;
  }
  return { start: range.start, end: Math.min(range.end, range.start + cap) };
}
