import type { MediaFormat } from "../../source/index.ts";
import { choosePair, encodeFormatId, rankFormats, type TrackPair } from "./choose-format.ts";
import { chooseMedia, type MediaChoice } from "./choose-media.ts";
import { playlistType } from "./hls/format-playlist.ts";
import { formatHlsForm } from "./hls/hls-form.ts";
import type { Presentation } from "./hls/presentation.ts";
import type { SiteFormat } from "./media-format.ts";
import type { Resolution } from "./resolution.ts";

/**
 * The forms in which an item can be had, the one first that plays best: one file with all it has, else a presentation in HLS, which can be
 * sought in, else what is made into one stream and plays from the start.
 * @param presentation what can be shown in HLS, where that is known to work
 */
export function listForms(
  resolution: Resolution,
  form: string | undefined,
  presentation: Presentation | undefined,
): readonly MediaFormat[] {
  const { formats } = resolution;
  const first = chooseMedia(resolution, form);
  const files = formats.filter(({ kind }) => kind === "file");
  const pair = choosePair(files, { kind: "quality", tracks: "joined", quality: "hi" });
  const joined = pair === undefined ? [] : [describePair(pair)];
  const singles = rankFormats(formats)
    .toSorted((a, b) => Number(isChoice(first, b)) - Number(isChoice(first, a)))
    .map(describeSingle);
  const streams = first?.kind === "pair" ? [...joined, ...singles] : [...singles, ...joined];
  const presented = presentation === undefined ? [] : describePresentation(presentation);
  return isWhole(first) ? [...streams, ...presented] : [...presented, ...streams];
}

/** True for one file that is read as it is. */
export function isWhole(choice: MediaChoice | undefined): boolean {
  return choice?.kind === "file" && choice.format.kind === "file";
}

function isChoice(choice: MediaChoice | undefined, format: SiteFormat): boolean {
  return choice?.kind === "file"
    ? choice.format === format
    : choice?.kind === "playlists" && choice.formats[0] === format;
}

/** All qualities at once, and each by itself where there are several. */
function describePresentation({ pictures, sound }: Presentation): MediaFormat[] {
  const [best = sound] = pictures;
  const soundBits = sound?.bitsPerSecond ?? 0;
  const describe = (formatId: string | undefined, picture: SiteFormat | undefined, label: string): MediaFormat => ({
    id: formatHlsForm({ kind: "master", formatId }),
    label,
    mediaType: playlistType,
    bitsPerSecond: picture?.bitsPerSecond === undefined ? undefined : picture.bitsPerSecond + soundBits,
    heightPixels: picture?.heightPixels,
  });
  const single = (picture: SiteFormat): MediaFormat =>
    describe(picture.id, picture, `${labelOf("video", picture.heightPixels, picture.bitsPerSecond)}, in pieces (HLS)`);
  const tracks = pictures.length === 0 ? "audio" : "video";
  const height = best?.heightPixels === undefined ? "" : ` up to ${best.heightPixels}p`;
  const all = describe(undefined, best, `${tracks}${height}, as the connection allows (HLS)`);
  return [all, ...(pictures.length > 1 ? pictures.map(single) : [])];
}

function describeSingle(format: SiteFormat): MediaFormat {
  const { heightPixels, bitsPerSecond, hasAudio, hasVideo, mediaType, sizeBytes } = format;
  const tracks = hasAudio && hasVideo ? "video" : hasVideo ? "video without sound" : "audio";
  const made = format.kind === "file" ? "" : ", plays from the start";
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
