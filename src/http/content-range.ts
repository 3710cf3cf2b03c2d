import type { ByteRange } from "../bytes/byte-range.ts";

/** Formats the field of a 206 (RFC 9110 section 14.4): the one place where half-open becomes inclusive. */
export function formatContentRange(range: ByteRange, sizeBytes: number): string {
  return `bytes ${range.start}-${range.end - 1}/${sizeBytes}`;
}

/** Formats the field of a 416. */
export function formatUnsatisfiedRange(sizeBytes: number): string {
  return `bytes */${sizeBytes}`;
}

/** Formats a `Range` request field for one range; an end of `Infinity` leaves it open. */
export function formatRangeHeader(range: ByteRange): string {
  return range.end === Number.POSITIVE_INFINITY ? `bytes=${range.start}-` : `bytes=${range.start}-${range.end - 1}`;
}

/** What a `Content-Range` field says; `range` is absent for `bytes *\/size`, `sizeBytes` for `bytes a-b/*`. */
export interface ContentRange {
  readonly range: ByteRange | undefined;
  readonly sizeBytes: number | undefined;
}

/**
 * Parses a `Content-Range` field that an upstream sent. Strict: an answer that cannot be read exactly must not be trusted.
 * @returns `undefined` for anything else than a valid byte range whose numbers are safe integers.
 */
export function parseContentRange(value: string): ContentRange | undefined {
  const match = /^bytes (?:([0-9]{1,16})-([0-9]{1,16})|\*)\/([0-9]{1,16}|\*)$/i.exec(value);
  if (match === null) {
    return undefined;
  }
  const sizeBytes = match[3] === "*" ? undefined : Number(match[3]);
  if (match[1] === undefined) {
    return sizeBytes === undefined || !Number.isSafeInteger(sizeBytes) ? undefined : { range: undefined, sizeBytes };
  }
  const range = { start: Number(match[1]), end: Number(match[2]) + 1 };
  const isValid =
    range.start < range.end &&
    Number.isSafeInteger(range.end) &&
    (sizeBytes === undefined || (Number.isSafeInteger(sizeBytes) && range.end <= sizeBytes));
  return isValid ? { range, sizeBytes } : undefined;
}
