import type { StreamFormat } from "../contract.ts";

/** How good a stream old clients may ask for. */
export type Quality = "hi" | "md" | "lo";

/** Reads the query's word; everything else is the middle, as it always was. */
export function parseQuality(text: string | undefined): Quality {
  return text === "hi" || text === "lo" ? text : "md";
}

/** The format that suits a quality: of those with sound alone, where there are any, the best, the least, or the one in the middle. */
export function chooseFormat(formats: readonly StreamFormat[], quality: Quality): StreamFormat | undefined {
  // Old clients hand the address to whatever plays it: a playlist they would take for damaged media.
  const streams = formats.filter(({ mediaType }) => mediaType !== "application/vnd.apple.mpegurl");
  const audible = streams.filter(({ mediaType }) => mediaType?.startsWith("audio/") === true);
  const ranked = (audible.length === 0 ? streams : audible).toSorted(
    (one, other) => (other.bitsPerSecond ?? 0) - (one.bitsPerSecond ?? 0),
  );
  switch (quality) {
    case "hi":
      return ranked[0];
    case "md":
      return ranked[Math.floor((ranked.length - 1) / 2)];
    case "lo":
      return ranked.at(-1);
  }
}
