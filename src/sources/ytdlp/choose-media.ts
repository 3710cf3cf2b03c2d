import type { MediaFormat } from "../../source/index.ts";
import {
  chooseFormat,
  choosePair,
  encodeFormatId,
  parseFormatWish,
  rankFormats,
  type TrackPair,
} from "./choose-format.ts";
import type { SiteFormat } from "./media-format.ts";
import type { Resolution } from "./resolution.ts";

/** What to open: one of the site's files, or two tracks to be joined. */
export type MediaChoice =
  | { readonly kind: "file"; readonly format: SiteFormat }
  | { readonly kind: "pair"; readonly pair: TrackPair };

/** What the form of a key means for an item; without one the operator's choice counts, then the best there is. */
export function chooseMedia(
  { formats, preferredFormatId }: Resolution,
  form: string | undefined,
): MediaChoice | undefined {
  const preferred = form === undefined ? formats.find(({ id }) => id === preferredFormatId) : undefined;
  const wish = parseFormatWish(form);
  const pair = preferred === undefined ? choosePair(formats, wish) : undefined;
  if (pair !== undefined) {
    return { kind: "pair", pair };
  }
  const format = preferred ?? chooseFormat(formats, wish);
  return format === undefined ? undefined : { kind: "file", format };
}

/** The forms in which an item can be had, the one first that its key without a form opens. */
export function listForms(resolution: Resolution, form: string | undefined): readonly MediaFormat[] {
  const { formats } = resolution;
  const first = chooseMedia(resolution, form);
  const pair = choosePair(formats, { kind: "quality", tracks: "joined", quality: "hi" });
  const joined = pair === undefined ? [] : [describePair(pair)];
  const files = rankFormats(formats)
    .toSorted((a, b) => Number(isFile(first, b)) - Number(isFile(first, a)))
    .map(describeFile);
  return first?.kind === "pair" ? [...joined, ...files] : [...files, ...joined];
}

function isFile(choice: MediaChoice | undefined, format: SiteFormat): boolean {
  return choice?.kind === "file" && choice.format === format;
}

function describeFile(format: SiteFormat): MediaFormat {
  const { heightPixels, bitsPerSecond, hasAudio, hasVideo, mediaType, sizeBytes } = format;
  const tracks = hasAudio && hasVideo ? "video" : hasVideo ? "video without sound" : "audio";
  const label = labelOf(tracks, heightPixels, bitsPerSecond);
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
