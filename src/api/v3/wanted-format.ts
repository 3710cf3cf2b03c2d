import type { StreamFormat } from "../contract.ts";

/** What a client says of the form it wants. */
export interface FormatWish {
  /** One of those offered. */
  readonly format?: string | undefined;
  /** Media types that it plays, as an Accept field lists them (RFC 9110 section 12.5.1); others than media's count for nothing. */
  readonly accept?: string | undefined;
}

const mediaRange = /^\s*((?:audio|video)\/(?:\*|[\w.+-]+)|application\/vnd\.apple\.mpegurl)\s*(?:;\s*q=([\d.]+)\s*)?$/i;

/** The format named; else, in the order they are offered, the first that the client plays; else the first of all. `undefined` where the one named is not offered. */
export function wantedFormat(
  formats: readonly StreamFormat[],
  { format, accept = "" }: FormatWish,
): StreamFormat | undefined {
  if (format !== undefined) {
    return formats.find(({ id }) => id === format);
  }
  const ranges = accept.split(",").flatMap((part) => {
    const [, type, weight = "1"] = mediaRange.exec(part) ?? [];
    return type === undefined || Number(weight) === 0 ? [] : [type.toLowerCase()];
  });
  return formats.find(({ mediaType }) => ranges.some((range) => isWithin(mediaType, range))) ?? formats[0];
}

function isWithin(mediaType: string | undefined, range: string): boolean {
  const type = mediaType?.split(";", 1)[0]?.trim().toLowerCase();
  return range.endsWith("/*") ? type?.startsWith(range.slice(0, -1)) === true : type === range;
}
