/** Saved media lies in pieces of this size: a download goes on at the last whole one, and none of them is large enough to hurt in memory. */
export const segmentBytes: number = 4 * 1024 * 1024;

/** Bytes of an object, `end` not included. */
export interface ByteSpan {
  readonly start: number;
  readonly end: number;
}

/** A piece of a segment. */
export interface SegmentPart {
  readonly index: number;
  /** Within the segment. */
  readonly span: ByteSpan;
}

/** How many segments an object has. */
export function segmentCount(sizeBytes: number): number {
  return Math.ceil(sizeBytes / segmentBytes);
}

/** Which bytes of the object a segment holds. */
export function segmentSpan(index: number, sizeBytes: number): ByteSpan {
  return { start: index * segmentBytes, end: Math.min((index + 1) * segmentBytes, sizeBytes) };
}

/** The pieces that make up a span of the object, in order, none longer than `maxBytes`. */
export function* segmentParts(span: ByteSpan, maxBytes: number): Generator<SegmentPart, void, undefined> {
  for (let start = span.start; start < span.end;) {
    const index = Math.floor(start / segmentBytes);
    const first = index * segmentBytes;
    const end = Math.min(span.end, first + segmentBytes, start + maxBytes);
    yield { index, span: { start: start - first, end: end - first } };
    start = end;
  }
}
