import type { ByteRange } from "../../../bytes/index.ts";
import { formatAttributeList } from "./attribute-list.ts";
import type { MediaPlaylist, MediaSegment } from "./media-playlist.ts";
import type { MasterPlaylist, SoundRendition, Variant } from "./master-playlist.ts";

/** The media type of playlists (RFC 8216 section 10). */
export const playlistType = "application/vnd.apple.mpegurl";

/** A file that a playlist of ours names, or a part of it. */
export interface ListedFile {
  readonly href: string;
  readonly range?: ByteRange | undefined;
}

/** Where the parts of segments are had from us. */
export interface SegmentFiles {
  segment(segment: MediaSegment, number: number): ListedFile;
  map(segment: MediaSegment): ListedFile | undefined;
  key(segment: MediaSegment): string | undefined;
}

/** 6 lets audio and video stand apart in fragments of their own (EXT-X-MAP outside of I-frame lists), 7 is what such lists should say. */
const version = 7;

/** Writes a media playlist whose addresses are ours. */
export function formatMediaPlaylist(playlist: MediaPlaylist, files: SegmentFiles): string {
  const { firstNumber, discontinuitySequence, isEnded, targetSeconds, segments } = playlist;
  const lines = [
    "#EXTM3U",
    `#EXT-X-VERSION:${version}`,
    `#EXT-X-TARGETDURATION:${targetSeconds}`,
    `#EXT-X-MEDIA-SEQUENCE:${firstNumber}`,
    ...(discontinuitySequence === 0 ? [] : [`#EXT-X-DISCONTINUITY-SEQUENCE:${discontinuitySequence}`]),
    ...(isEnded ? ["#EXT-X-PLAYLIST-TYPE:VOD"] : []),
  ];
  let [mapLine, keyLine] = ["", noKey];
  for (const [index, segment] of segments.entries()) {
    if (segment.isDiscontinuous) lines.push("#EXT-X-DISCONTINUITY");
    const key = keyLineOf(segment, files.key(segment));
    if (key !== keyLine) lines.push((keyLine = key));
    const map = files.map(segment);
    const nextMapLine = map === undefined ? "" : mapLineOf(map);
    if (nextMapLine !== mapLine && nextMapLine !== "") lines.push(nextMapLine);
    mapLine = nextMapLine;
    lines.push(...segmentLines(segment, files.segment(segment, firstNumber + index)));
  }
  if (isEnded) lines.push("#EXT-X-ENDLIST");
  return `${lines.join("\n")}\n`;
}

const noKey = "#EXT-X-KEY:METHOD=NONE";

function keyLineOf({ key }: MediaSegment, href: string | undefined): string {
  return href === undefined
    ? noKey
    : `#EXT-X-KEY:${formatAttributeList({ METHOD: "AES-128", IV: key?.iv }, { URI: href })}`;
}

function mapLineOf({ href, range }: ListedFile): string {
  return `#EXT-X-MAP:${formatAttributeList({}, { URI: href, BYTERANGE: range && formatByteRange(range) })}`;
}

function segmentLines({ durationSeconds, isGap, dateTime }: MediaSegment, { href, range }: ListedFile): string[] {
  return [
    ...(dateTime === undefined ? [] : [`#EXT-X-PROGRAM-DATE-TIME:${dateTime}`]),
    ...(isGap ? ["#EXT-X-GAP"] : []),
    `#EXTINF:${durationSeconds.toFixed(6)},`,
    ...(range === undefined ? [] : [`#EXT-X-BYTERANGE:${formatByteRange(range)}`]),
    href,
  ];
}

function formatByteRange({ start, end }: ByteRange): string {
  return `${end - start}@${start}`;
}

/** Writes a master playlist. @param hrefOf of a media playlist, by its number: sounds first, then variants, in their order */
export function formatMasterPlaylist({ variants, sounds }: MasterPlaylist, hrefOf: (number: number) => string): string {
  const lines = [
    "#EXTM3U",
    `#EXT-X-VERSION:${version}`,
    "#EXT-X-INDEPENDENT-SEGMENTS",
    ...sounds.map((sound, index) => soundLine(sound, hrefOf(index))),
    ...variants.flatMap((variant, index) => [variantLine(variant), hrefOf(sounds.length + index)]),
  ];
  return `${lines.join("\n")}\n`;
}

function soundLine({ address, group, name, language, isDefault }: SoundRendition, href: string): string {
  const attributes = formatAttributeList(
    { TYPE: "AUDIO", DEFAULT: isDefault ? "YES" : "NO", AUTOSELECT: "YES" },
    { "GROUP-ID": group, NAME: name, LANGUAGE: language, URI: address === undefined ? undefined : href },
  );
  return `#EXT-X-MEDIA:${attributes}`;
}

function variantLine({ bitsPerSecond, resolution, framesPerSecond, codecs, soundGroup }: Variant): string {
  const attributes = formatAttributeList(
    { BANDWIDTH: bitsPerSecond, RESOLUTION: resolution, "FRAME-RATE": framesPerSecond },
    { CODECS: codecs, AUDIO: soundGroup },
  );
  return `#EXT-X-STREAM-INF:${attributes}`;
}

/** The addresses of a master playlist by the numbers that {@link formatMasterPlaylist} gives them. */
export function masterAddresses({ variants, sounds }: MasterPlaylist): readonly (string | undefined)[] {
  return [...sounds, ...variants].map(({ address }) => address);
}
