import type { SiteFormat } from "./media-format.ts";

/** How good: `hi`, `md` and `lo` are the old API's words. */
export type Quality = "hi" | "md" | "lo";

/** `joined`: sound and picture that the site keeps apart. */
type Wanted = "best" | "audio" | "video" | "joined";

/** What was asked for: one of the site's formats, or a kind and a quality. */
export type FormatWish =
  | { readonly kind: "format"; readonly id: string }
  | { readonly kind: "quality"; readonly tracks: Wanted; readonly quality: Quality };

/** The site's ids as they stand in keys and addresses: other characters than letters, digits, `_`, `+` and `-` become `~2e`. */
export function encodeFormatId(id: string): string {
  return id.replaceAll(/[^\w+-]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `~${byte.toString(16).padStart(2, "0")}`).join(""),
  );
}

/** Reads what {@link encodeFormatId} wrote. */
export function decodeFormatId(encoded: string): string {
  const bytes = encoded.replaceAll(/~([0-9a-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, "latin1").toString();
}

/** Reads the form of a key: `audio~hi`, `best~lo`, or the encoded id of a format; without one the best of all it has. */
export function parseFormatWish(form: string | undefined): FormatWish {
  const [, tracks = "best", quality = "hi"] = /^(best|audio|video|joined)~(hi|md|lo)$/.exec(form ?? "best~hi") ?? [];
  if (form === undefined || `${tracks}~${quality}` === form) {
    return { kind: "quality", tracks: tracks as Wanted, quality: quality as Quality };
  }
  return { kind: "format", id: decodeFormatId(form) };
}

/** All formats, the best first: those with both tracks, then larger pictures, then more bits. */
export function rankFormats(formats: readonly SiteFormat[]): readonly SiteFormat[] {
  return formats.toSorted((a, b) => tracksOf(b) - tracksOf(a) || qualityOf(b) - qualityOf(a) || bitsOf(b) - bitsOf(a));
}

/**
 * The format that a wish means. `best` is one that has sound and picture where there is one; `md` is the middle of what there is. Where there
 * is no sound alone, `audio` takes the smallest that has any.
 */
export function chooseFormat(formats: readonly SiteFormat[], wish: FormatWish): SiteFormat | undefined {
  const ranked = rankFormats(formats);
  if (wish.kind === "format") {
    return ranked.find(({ id }) => id === wish.id);
  }
  const { tracks, quality } = wish;
  const sound = ranked.filter((format) => format.hasAudio && !format.hasVideo);
  if (tracks === "audio") {
    return sound.length > 0 ? pick(sound, quality) : ranked.findLast(({ hasAudio }) => hasAudio);
  }
  const joint = jointFormats(ranked);
  const pictures = ranked.filter(({ hasVideo }) => hasVideo);
  const order = tracks === "video" ? [joint, pictures] : [joint, sound, pictures];
  return pick(order.find((group) => group.length > 0) ?? [], quality);
}

/** Sound and picture that their site keeps apart, to be joined. */
export interface TrackPair {
  readonly picture: SiteFormat;
  readonly sound: SiteFormat;
  readonly container: "mp4" | "webm";
}

/** The pair that a wish means, or that must do for the best because nothing has both; the sound is of the picture's kind where there is such. */
export function choosePair(formats: readonly SiteFormat[], wish: FormatWish): TrackPair | undefined {
  if (wish.kind === "format" || wish.tracks === "audio") {
    return undefined;
  }
  const ranked = rankFormats(formats);
  const picture = pick(
    ranked.filter((format) => format.hasVideo && !format.hasAudio),
    wish.quality,
  );
  const sound = ranked.filter((format) => format.hasAudio && !format.hasVideo);
  const alike = sound.filter((format) => isWebm(format) === (picture !== undefined && isWebm(picture)));
  const chosen = pick(alike.length > 0 ? alike : sound, wish.quality);
  if (picture === undefined || chosen === undefined || (wish.tracks !== "joined" && jointFormats(formats).length > 0)) {
    return undefined;
  }
  return { picture, sound: chosen, container: isWebm(picture) && isWebm(chosen) ? "webm" : "mp4" };
}

function jointFormats(formats: readonly SiteFormat[]): readonly SiteFormat[] {
  return formats.filter((format) => format.hasAudio && format.hasVideo);
}

function isWebm(format: SiteFormat): boolean {
  return format.mediaType.endsWith("/webm");
}

/** Formats whose bytes may well be the same as those of one that is gone: the session's own check decides. */
export function equalFormats(formats: readonly SiteFormat[], gone: SiteFormat): readonly SiteFormat[] {
  return formats.filter(
    (format) =>
      format.id !== gone.id &&
      format.sizeBytes !== undefined &&
      format.sizeBytes === gone.sizeBytes &&
      format.mediaType === gone.mediaType &&
      format.codecs === gone.codecs,
  );
}

function pick(ranked: readonly SiteFormat[], quality: Quality): SiteFormat | undefined {
  const index = { hi: 0, md: Math.floor((ranked.length - 1) / 2), lo: ranked.length - 1 };
  return ranked[index[quality]];
}

function tracksOf(format: SiteFormat): number {
  return (format.hasVideo ? 1 : 0) + (format.hasAudio ? 1 : 0);
}

function qualityOf(format: SiteFormat): number {
  return format.heightPixels ?? 0;
}

function bitsOf(format: SiteFormat): number {
  return format.bitsPerSecond ?? 0;
}
