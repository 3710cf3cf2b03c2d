import { type ByteRange, rangeLength, type RangeSpec } from "../bytes/byte-range.ts";
import {
  evaluatePreconditions,
  formatAttachment,
  formatContentRange,
  formatUnsatisfiedRange,
  isRangeCurrent,
  selectRanges,
} from "../http/index.ts";
import type { DeliveryPolicy } from "./delivery-policy.ts";
import { frameMultipartByteranges } from "./multipart-byteranges.ts";
import { type Problem, replyToProblem } from "./problem.ts";
import { emptyBody, type Reply } from "./reply.ts";
import { conditionsOf, continuesShortAnswers, type RequestHead } from "./request-head.ts";
import { fileNameOf, type VersionHead } from "./version-head.ts";

/** An opened object with what delivery has found out about it. */
export interface OpenedMedia {
  readonly key: string;
  readonly sizeBytes: number | undefined;
  readonly head: VersionHead;
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
  const { sizeBytes, head } = media;
  const conditions = conditionsOf(request);
  const verdict = evaluatePreconditions(conditions, head.version);
  if (verdict === "precondition-failed") {
    return replyToProblem(preconditionFailed);
  }
  if (verdict === "not-modified") {
    return { status: 304, headers: head.validators, body: emptyBody };
  }
  const headers = request.wantsDownload
    ? { ...head.content, "content-disposition": formatAttachment(fileNameOf(media.key)) }
    : head.content;
  if (sizeBytes === undefined) {
    return replyWithStream(request, headers);
  }
  const ranges = isRangeCurrent(conditions.ifRange, head.version) ? asked : undefined;
  const selection = ranges === undefined ? { kind: "whole" as const } : selectRanges(ranges, sizeBytes);
  switch (selection.kind) {
    case "whole":
      return replyWithWhole(request, sizeBytes, headers);
    case "unsatisfiable":
      return replyToProblem(rangeNotSatisfiable, { "content-range": formatUnsatisfiedRange(sizeBytes) });
    case "ranges":
      return selection.ranges.length === 1
        ? replyWithRange(capped(selection.ranges[0], ranges, request, policy), sizeBytes, headers)
        : replyWithRanges(selection.ranges, sizeBytes, head.mediaType, headers);
  }
}

function replyWithStream(request: RequestHead, headers: Readonly<Record<string, string>>): Reply {
  const whole: ByteRange = { start: 0, end: Number.POSITIVE_INFINITY };
  const body = { kind: "media" as const, parts: [{ kind: "range" as const, range: whole }], lengthBytes: undefined };
  return { status: 200, headers, body: request.method === "HEAD" ? emptyBody : body };
}

function replyWithWhole(request: RequestHead, sizeBytes: number, headers: Readonly<Record<string, string>>): Reply {
  const parts = [{ kind: "range" as const, range: { start: 0, end: sizeBytes } }];
  return {
    status: 200,
    headers: { ...headers, "content-length": String(sizeBytes) },
    body: request.method === "HEAD" || sizeBytes === 0 ? emptyBody : { kind: "media", parts, lengthBytes: sizeBytes },
  };
}

function replyWithRange(range: ByteRange, sizeBytes: number, headers: Readonly<Record<string, string>>): Reply {
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
  headers: Readonly<Record<string, string>>,
): Reply {
  const { contentType, lengthBytes, parts } = frameMultipartByteranges(ranges, sizeBytes, mediaType);
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
