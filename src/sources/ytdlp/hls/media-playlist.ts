import type { ByteRange } from "../../../bytes/index.ts";
import { type AttributeList, parseAttributeList } from "./attribute-list.ts";
import type { PlaylistLine } from "./parsed-playlist.ts";

/** A file, or a part of one, that segments need: what initialises a decoder. */
export interface SegmentResource {
  readonly address: string;
  readonly range?: ByteRange | undefined;
  /** The number of the segment with which it came into force. */
  readonly since: number;
}

/** Where the key of segments is had (AES-128). */
export interface SegmentKey extends SegmentResource {
  /** As written: `0x…`; without one the segment's number serves. */
  readonly iv: string | undefined;
}

/** One piece of media. */
export interface MediaSegment {
  readonly address: string;
  readonly range?: ByteRange | undefined;
  readonly durationSeconds: number;
  readonly map?: SegmentResource | undefined;
  readonly key?: SegmentKey | undefined;
  /** True where timestamps or codecs begin anew. */
  readonly isDiscontinuous: boolean;
  /** True where the site lacks it. */
  readonly isGap: boolean;
  /** Of its first moment, as written. */
  readonly dateTime?: string | undefined;
}

/** A list of segments, one after the other. */
export interface MediaPlaylist {
  /** Number of the first segment; in live playlists it moves on. */
  readonly firstNumber: number;
  readonly discontinuitySequence: number;
  /** False while more may come. */
  readonly isEnded: boolean;
  readonly targetSeconds: number;
  readonly segments: readonly MediaSegment[];
}

/** A day in pieces of two seconds. */
const maxSegments = 50_000;
const longestSegmentSeconds = 3600;

/** What holds for the segments that follow, and what is known of the next one. */
interface Reading {
  readonly url: URL;
  readonly segments: MediaSegment[];
  firstNumber: number;
  discontinuitySequence: number;
  targetSeconds: number;
  isEnded: boolean;
  map: SegmentResource | undefined;
  key: SegmentKey | undefined;
  next: { durationSeconds?: number; isDiscontinuous?: boolean; isGap?: boolean; dateTime?: string | undefined };
  nextRange: string | undefined;
}

/** Reads a media playlist (RFC 8216 section 4.3.3); text says why it is none. */
export function parseMediaPlaylist(lines: readonly PlaylistLine[], url: URL): MediaPlaylist | string {
  const reading: Reading = {
    url,
    segments: [],
    firstNumber: 0,
    discontinuitySequence: 0,
    targetSeconds: 0,
    isEnded: false,
    map: undefined,
    key: undefined,
    next: {},
    nextRange: undefined,
  };
  for (const line of lines) {
    const fault = line.tag === "" ? takeSegment(reading, line.value) : takeTag(reading, line);
    if (fault !== undefined) {
      return fault;
    }
  }
  const { firstNumber, discontinuitySequence, isEnded, segments } = reading;
  if (segments.length === 0 && isEnded) {
    return "it lists no segments";
  }
  // Players go by it and trust that no segment is longer; not every site's word is true.
  const longest = segments.reduce((most, { durationSeconds }) => Math.max(most, durationSeconds), 0);
  const targetSeconds = Math.max(1, reading.targetSeconds, Math.round(longest));
  return { firstNumber, discontinuitySequence, isEnded, targetSeconds, segments };
}

function takeTag(reading: Reading, { tag, value }: PlaylistLine): string | undefined {
  switch (tag) {
    case "EXTINF":
      reading.next.durationSeconds = Number.parseFloat(value);
      return undefined;
    case "EXT-X-TARGETDURATION":
      reading.targetSeconds = Math.min(wholeNumber(value) ?? 0, longestSegmentSeconds);
      return undefined;
    case "EXT-X-MEDIA-SEQUENCE":
      reading.firstNumber = wholeNumber(value) ?? -1;
      return reading.firstNumber < 0 || reading.segments.length > 0 ? `its ${tag} is malformed` : undefined;
    case "EXT-X-DISCONTINUITY-SEQUENCE":
      reading.discontinuitySequence = wholeNumber(value) ?? 0;
      return undefined;
    case "EXT-X-ENDLIST":
      reading.isEnded = true;
      return undefined;
    case "EXT-X-DISCONTINUITY":
      reading.next.isDiscontinuous = true;
      return undefined;
    case "EXT-X-GAP":
      reading.next.isGap = true;
      return undefined;
    case "EXT-X-PROGRAM-DATE-TIME":
      reading.next.dateTime = /^[\dT:.Z+-]{10,40}$/.test(value) ? value : undefined;
      return undefined;
    case "EXT-X-BYTERANGE":
      reading.nextRange = value;
      return undefined;
    case "EXT-X-MAP":
      return takeMap(reading, parseAttributeList(value));
    case "EXT-X-KEY":
      return takeKey(reading, parseAttributeList(value));
    case "EXT-X-I-FRAMES-ONLY":
      return "it lists single pictures only";
    default:
      return undefined;
  }
}

function takeSegment(reading: Reading, text: string): string | undefined {
  const { url, segments, next, nextRange, map, key } = reading;
  const address = URL.parse(text, url.href)?.href;
  const { durationSeconds = Number.NaN, isDiscontinuous = false, isGap = false, dateTime } = next;
  if (address === undefined || !(durationSeconds >= 0 && durationSeconds <= longestSegmentSeconds)) {
    return `its segment ${segments.length + 1} has no address and length that can be read`;
  }
  if (segments.length >= maxSegments) {
    return `it lists more than ${maxSegments} segments`;
  }
  const previous = segments.at(-1);
  const follows = previous?.address === address ? previous.range?.end : undefined;
  const range = nextRange === undefined ? undefined : parseByteRange(nextRange, follows);
  if (nextRange !== undefined && range === undefined) {
    return `its segment ${segments.length + 1} is no part of a file: EXT-X-BYTERANGE:${nextRange.slice(0, 40)}`;
  }
  segments.push({ address, range, durationSeconds, map, key, isDiscontinuous, isGap, dateTime });
  reading.next = {};
  reading.nextRange = undefined;
  return undefined;
}

function takeMap(reading: Reading, attributes: AttributeList): string | undefined {
  const address = URL.parse(attributes.get("URI") ?? "", reading.url.href)?.href;
  const text = attributes.get("BYTERANGE");
  const range = text === undefined ? undefined : parseByteRange(text, 0);
  if (address === undefined || !attributes.has("URI") || (text !== undefined && range === undefined)) {
    return "its EXT-X-MAP is malformed";
  }
  reading.map = { address, range, since: reading.firstNumber + reading.segments.length };
  return undefined;
}

function takeKey(reading: Reading, attributes: AttributeList): string | undefined {
  if (attributes.get("METHOD") === "NONE") {
    reading.key = undefined;
    return undefined;
  }
  const address = URL.parse(attributes.get("URI") ?? "", reading.url.href)?.href;
  const iv = attributes.get("IV");
  if (address === undefined || !attributes.has("URI") || !(iv === undefined || /^0x[0-9a-f]{1,32}$/i.test(iv))) {
    return "its EXT-X-KEY is malformed";
  }
  reading.key = { address, iv, since: reading.firstNumber + reading.segments.length };
  return undefined;
}

/** `1000@500`; without a position it follows what came before. */
function parseByteRange(text: string, follows: number | undefined): ByteRange | undefined {
  const [, length = "", position] = /^(\d{1,15})(?:@(\d{1,15}))?$/.exec(text.trim()) ?? [];
  const start = position === undefined ? follows : Number(position);
  return length === "" || Number(length) === 0 || start === undefined
    ? undefined
    : { start, end: start + Number(length) };
}

function wholeNumber(text: string): number | undefined {
  const value = /^\d{1,16}$/.test(text.trim()) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}
