/**
 * A half-open run of bytes, `start` included, `end` not: `0 <= start <= end`, both safe integers
 * (`end` is `Infinity` only where an object's size is unknown). Inclusive positions exist in header text alone.
 */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * What a client asks for before the size is known (RFC 9110 section 14.1.2), half-open like {@link ByteRange}.
 * Positions beyond 2^53 - 1 saturate there: no object is that large, so they resolve as the exact number would.
 */
export type RangeSpec =
  | { readonly kind: "bounded"; readonly start: number; readonly end: number }
  | { readonly kind: "open-ended"; readonly start: number }
  | { readonly kind: "suffix"; readonly length: number };

/** Number of bytes in a range. */
export function rangeLength(range: ByteRange): number {
  return range.end - range.start;
}

/** True where every byte of `inner` lies in `outer`. */
export function rangeContains(outer: ByteRange, inner: ByteRange): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

/**
 * Clamps a wish to an object of `sizeBytes`.
 * @returns the range, never empty, or `undefined` where no byte of the object is asked for.
 */
export function resolveRangeSpec(spec: RangeSpec, sizeBytes: number): ByteRange | undefined {
  const range = clampSpec(spec, sizeBytes);
  return range.start < range.end ? range : undefined;
}

function clampSpec(spec: RangeSpec, sizeBytes: number): ByteRange {
  switch (spec.kind) {
    case "bounded":
      return { start: spec.start, end: Math.min(spec.end, sizeBytes) };
    case "open-ended":
      return { start: spec.start, end: sizeBytes };
    case "suffix":
      return { start: Math.max(0, sizeBytes - spec.length), end: sizeBytes };
  }
}

/**
 * Throws where `range` is not a range of an object of `sizeBytes`: a mistake of the caller, never of a client.
 * @throws {RangeError}
 */
export function assertRangeWithin(range: ByteRange, sizeBytes: number | undefined): void {
  const { start, end } = range;
  const endIsSane = sizeBytes === undefined ? end >= start : Number.isSafeInteger(end) && end <= sizeBytes;
  if (!Number.isSafeInteger(start) || start < 0 || end < start || !endIsSane) {
    throw new RangeError(`Range [${start}, ${end}) does not lie within an object of ${sizeBytes ?? "unknown"} bytes`);
  }
}
