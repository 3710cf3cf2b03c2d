import type { ContentRangeChange, Fault } from "./fault.ts";
import { errorReply, gzipReply, textReply, type UpstreamReply } from "./upstream-reply.ts";

/** What a reply becomes under a fault. `ignore-range` and `ignore-conditions` have struck before there was a reply. */
export function applyFault(reply: UpstreamReply, fault: Fault): UpstreamReply {
  switch (fault.kind) {
    case "cut":
      return { ...reply, cut: { afterBodyBytes: fault.afterBodyBytes, how: fault.how ?? "close" } };
    case "drop":
      return { ...reply, drop: fault.how ?? "close" };
    case "stall":
      return fault.at === "head"
        ? { ...reply, stallHeadMs: fault.ms }
        : { ...reply, stallBody: { at: fault.at, ms: fault.ms } };
    case "status":
      return withFields(textReply(fault.status, "text/plain", fault.body ?? ""), fault.fields ?? {});
    case "slow-down":
      return withFields(
        errorReply(503, "SlowDown"),
        fault.retryAfterSeconds === undefined ? {} : { "Retry-After": String(fault.retryAfterSeconds) },
      );
    case "fields":
      return withFields(reply, fault.fields);
    case "redirect":
      return withFields(textReply(fault.status ?? 302, "text/plain", "elsewhere"), { Location: fault.to });
    case "replace":
      return { ...reply, replaceAt: { afterBodyBytes: fault.afterBodyBytes ?? Infinity, with: fault.with } };
    case "content-range":
      return { ...reply, fields: reply.fields.flatMap((line) => changeContentRange(line, fault.change)) };
    case "other-range":
      return shiftRange(reply, fault.startDelta ?? 0, fault.maxLength ?? Infinity);
    case "content-length":
      return { ...reply, contentLengthDelta: fault.delta };
    case "ignore-range":
      return fault.strayContentRange === true && reply.status === 200
        ? withFields(reply, { "Content-Range": `bytes 0-9/${reply.body.object.sizeBytes}` })
        : reply;
    case "ignore-conditions":
      return reply;
    case "gzip":
      return gzipReply(reply);
    case "no-length":
      return { ...reply, framing: fault.framing };
    case "trickle":
      return { ...reply, trickle: { chunkBytes: fault.chunkBytes, everyMs: fault.everyMs } };
    case "garbage":
      return { ...reply, prelude: fault.text };
    case "huge-head":
      return withFields(reply, { "X-Padding": "x".repeat(fault.bytes) });
    case "close-idle":
      return { ...reply, closeIdleAfterMs: fault.afterMs };
  }
}

function withFields(reply: UpstreamReply, fields: Readonly<Record<string, string>>): UpstreamReply {
  return { ...reply, fields: [...reply.fields, ...Object.entries(fields)] };
}

function changeContentRange([name, value]: [string, string], change: ContentRangeChange): [string, string][] {
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(value);
  if (name !== "Content-Range" || match === null) {
    return [[name, value]];
  }
  const [first = 0, last = 0, total = 0] = match.slice(1).map(Number);
  const changed: Record<ContentRangeChange, string | undefined> = {
    start: `bytes ${first + 1}-${last}/${total}`,
    end: `bytes ${first}-${last - 1}/${total}`,
    total: `bytes ${first}-${last}/${total + 1}`,
    malformed: `bytes=${first}-${last}/${total}`,
    "unknown-total": `bytes ${first}-${last}/*`,
    absent: undefined,
  };
  const text = changed[change];
  return text === undefined ? [] : [[name, text]];
}

function shiftRange(reply: UpstreamReply, startDelta: number, maxLength: number): UpstreamReply {
  if (reply.status !== 206) {
    return reply;
  }
  const { object } = reply.body;
  const start = Math.max(0, reply.body.start + startDelta);
  const end = Math.min(reply.body.end, start + maxLength);
  const fields = reply.fields.filter(([name]) => name !== "Content-Range");
  return {
    ...reply,
    fields: [...fields, ["Content-Range", `bytes ${start}-${end - 1}/${object.sizeBytes}`]],
    body: { object, start, end },
  };
}
