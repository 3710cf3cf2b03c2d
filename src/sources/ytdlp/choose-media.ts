import type { MediaFormat } from "../../source/index.ts";
import {
  chooseFormat,
  choosePair,
  encodeFormatId,
  type FormatWish,
  parseFormatWish,
  rankFormats,
  type TrackPair,
} from "./choose-format.ts";
import type { SiteFormat } from "./media-format.ts";
import type { Resolution } from "./resolution.ts";

/** What to open: one of the site's files, two tracks to be joined, or playlists to be made one stream of. */
export type MediaChoice =
  | { readonly kind: "file"; readonly format: SiteFormat }
  | { readonly kind: "pair"; readonly pair: TrackPair }
  | { readonly kind: "playlists"; readonly formats: readonly SiteFormat[] };

/**
 * What the form of a key means for an item; without one the operator's choice counts, then the best there is. Files go before playlists,
 * for they can be sought in; but a film is not reduced to its sound for that.
 */
export function chooseMedia(
  { formats, preferredFormatId }: Resolution,
  form: string | undefined,
): MediaChoice | undefined {
  const preferred = form === undefined ? formats.find(({ id }) => id === preferredFormatId) : undefined;
  if (preferred !== undefined) {
    return choiceOf(preferred);
  }
  const wish = parseFormatWish(form);
  const fromFiles = chooseAmong(
    formats.filter(({ kind }) => kind === "file"),
    wish,
  );
  const fromPlaylists = chooseAmong(
    formats.filter(({ kind }) => kind === "playlist"),
    wish,
  );
  const isSoundOfFilm =
    fromFiles?.kind === "file" && !fromFiles.format.hasVideo && formats.some(({ hasVideo }) => hasVideo);
  const wantsAll = wish.kind === "quality" && wish.tracks !== "audio";
  return isSoundOfFilm && wantsAll ? (fromPlaylists ?? fromFiles) : (fromFiles ?? fromPlaylists);
}

function chooseAmong(formats: readonly SiteFormat[], wish: FormatWish): MediaChoice | undefined {
  const pair = choosePair(formats, wish);
  if (pair !== undefined) {
    const { picture, sound } = pair;
    return picture.kind === "playlist" ? { kind: "playlists", formats: [picture, sound] } : { kind: "pair", pair };
  }
  const format = chooseFormat(formats, wish);
  return format && choiceOf(format);
}

function choiceOf(format: SiteFormat): MediaChoice {
  return format.kind === "file" ? { kind: "file", format } : { kind: "playlists", formats: [format] };
}

/** The forms in which an item can be had, the one first that its key without a form opens. */
export function listForms(resolution: Resolution, form: string | undefined): readonly MediaFormat[] {
  const { formats } = resolution;
  const first = chooseMedia(resolution, form);
  const files = formats.filter(({ kind }) => kind === "file");
  const pair = choosePair(files, { kind: "quality", tracks: "joined", quality: "hi" });
  const joined = pair === undefined ? [] : [describePair(pair)];
  const singles = rankFormats(formats)
    .toSorted((a, b) => Number(isChoice(first, b)) - Number(isChoice(first, a)))
    .map(describeSingle);
  return first?.kind === "pair" ? [...joined, ...singles] : [...singles, ...joined];
}

function isChoice(choice: MediaChoice | undefined, format: SiteFormat): boolean {
  return choice?.kind === "file"
    ? choice.format === format
    : choice?.kind === "playlists" && choice.formats[0] === format;
}

function describeSingle(format: SiteFormat): MediaFormat {
  const { heightPixels, bitsPerSecond, hasAudio, hasVideo, mediaType, sizeBytes } = format;
  const tracks = hasAudio && hasVideo ? "video" : hasVideo ? "video without sound" : "audio";
  const made = format.kind === "playlist" ? ", plays from the start" : "";
  const label = labelOf(tracks, heightPixels, bitsPerSecond) + made;
  return { id: encodeFormatId(format.id), label, mediaType, sizeBytes, bitsPerSecond, heightPixels };
}

function describePair({ picture, sound, container }: TrackPair): MediaFormat {
  const { heightPixels } = picture;
  const bitsPerSecond = (picture.bitsPerSecond ?? 0) + (sound.bitsPerSecond ?? 0);
  const label = `${labelOf("video", heightPixels, bitsPerSecond)}, joined: plays from the start`;
  return { id: "joined~hi", label, mediaType: `video/${container}`, bitsPerSecond, heightPixels };
}

function labelOf(tracks: string, heightPixels: number | undefined, bitsPerSecond: number | undefined): string {
  const height = heightPixels === undefined ? "" : ` ${heightPixels}p`;
  const rate = bitsPerSecond === undefined ? "" : `, ${Math.round(bitsPerSecond / 1000)} kbit/s`;
  return `${tracks}${height}${rate}`;
}
