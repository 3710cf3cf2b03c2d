import { type ByteRange, rangeLength, type RangeSpec, resolveRangeSpec } from "../bytes/byte-range.ts";

/** Which bytes answer a request: all, some, or none. */
export type RangeSelection =
  | { readonly kind: "whole" }
  | { readonly kind: "ranges"; readonly ranges: readonly [ByteRange, ...ByteRange[]] }
  | { readonly kind: "unsatisfiable" };

/** More ranges than this and the field is ignored: no player asks for them, attackers do (RFC 9110 section 17.15). */
export const maxRangeCount = 64;

/**
 * Resolves a parsed `Range` field against an object's size.
 *
 * Ranges keep the order they were asked in. An empty object answers 200 (no range of it can be expressed). The whole object is
 * sent instead where the ranges add up to more than it, or are too many: nobody gets more bytes out of a range
 * request than out of a plain one.
 */
export function selectRanges(specs: readonly RangeSpec[], sizeBytes: number): RangeSelection {
  if (sizeBytes === 0 || specs.length > maxRangeCount) {
    return { kind: "whole" };
  }
  const resolved: ByteRange[] = [];
  let totalBytes = 0;
  for (const spec of specs) {
    const range = resolveRangeSpec(spec, sizeBytes);
    if (range !== undefined) {
      resolved.push(range);
      totalBytes += rangeLength(range);
    }
  }
  if (totalBytes > sizeBytes) {
    return { kind: "whole" };
  }
  const [first, ...rest] = resolved.length > 2 ? coalesceOverlapping(resolved) : resolved;
  return first === undefined ? { kind: "unsatisfiable" } : { kind: "ranges", ranges: [first, ...rest] };
}

/**
 * Two overlapping ranges are a legitimate wish and are sent as asked. With more, section 14.2 calls overlap a sign of
 * a broken or hostile client: then what overlaps or touches is merged, at the place of its first member.
 */
function coalesceOverlapping(ranges: readonly ByteRange[]): readonly ByteRange[] {
  const ascending = ranges.map((range, order) => ({ ...range, order })).sort((a, b) => a.start - b.start);
  const merged: { start: number; end: number; order: number }[] = [];
  let overlaps = false;
  for (const range of ascending) {
    const previous = merged.at(-1);
    if (previous === undefined || range.start > previous.end) {
      merged.push({ ...range });
      continue;
    }
    overlaps ||= range.start < previous.end;
    previous.end = Math.max(previous.end, range.end);
    previous.order = Math.min(previous.order, range.order);
  }
  if (!overlaps) {
    return ranges;
  }
  return merged.sort((a, b) => a.order - b.order).map(({ start, end }) => ({ start, end }));
}
