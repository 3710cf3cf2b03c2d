import { asObject, type JsonObject, numberIn, textIn } from "./json-reader.ts";
import { parseFragments, type SiteFragment } from "./site-fragments.ts";

/** One form of an item: a file behind an address, a playlist of pieces, or the pieces themselves. */
export interface SiteFormat {
  /** `playlist`: HLS, to be fetched. `fragments`: DASH, as yt-dlp has read it. */
  readonly kind: "file" | "playlist" | "fragments";
  /** The site's own, by which it is found again when it is resolved anew. */
  readonly id: string;
  readonly address: URL;
  /** Sent with each request to the address's own host. */
  readonly headers: Readonly<Record<string, string>>;
  /** As new versions of yt-dlp print them: `name=value; Domain=.example.com; Path=/`, several after each other. */
  readonly cookies: string | undefined;
  readonly mediaType: string;
  readonly hasAudio: boolean;
  readonly hasVideo: boolean;
  readonly codecs: string;
  readonly widthPixels: number | undefined;
  readonly heightPixels: number | undefined;
  /** True where yt-dlp says that the file is one of fragments, which sites give an index at its head. */
  readonly isFragmented: boolean;
  /** Of `fragments`. */
  readonly fragments: readonly SiteFragment[] | undefined;
  readonly bitsPerSecond: number | undefined;
  /** As the site says; estimates are left out. */
  readonly sizeBytes: number | undefined;
  /** The site wants to be asked for no more than this at once. */
  readonly maxSpanBytes: number;
  /** What the site's own word for the version is, where it has one. */
  readonly version: string | undefined;
  /** Before this time, in milliseconds since 1970, the address does not work yet. */
  readonly availableAtMs: number | undefined;
}

const defaultSpanBytes = 10 * 1024 * 1024;
const leastSpanBytes = 64 * 1024;

/** What is in a file with a name that ends so, where its codecs are known. */
const mediaTypes: Readonly<Record<string, readonly [audio: string, video: string]>> = {
  mp4: ["audio/mp4", "video/mp4"],
  m4a: ["audio/mp4", "video/mp4"],
  m4v: ["audio/mp4", "video/mp4"],
  mov: ["audio/mp4", "video/quicktime"],
  webm: ["audio/webm", "video/webm"],
  mkv: ["audio/x-matroska", "video/x-matroska"],
  ogg: ["audio/ogg", "video/ogg"],
  oga: ["audio/ogg", "video/ogg"],
  ogv: ["audio/ogg", "video/ogg"],
  opus: ["audio/ogg", "audio/ogg"],
  mp3: ["audio/mpeg", "audio/mpeg"],
  aac: ["audio/aac", "audio/aac"],
  flac: ["audio/flac", "audio/flac"],
  wav: ["audio/wav", "audio/wav"],
  flv: ["video/x-flv", "video/x-flv"],
  "3gp": ["audio/3gpp", "video/3gpp"],
};

/** By yt-dlp's names for how media is fetched. */
const kinds: Readonly<Record<string, SiteFormat["kind"]>> = {
  http: "file",
  https: "file",
  m3u8: "playlist",
  m3u8_native: "playlist",
  http_dash_segments: "fragments",
};

/** Fields that are ours to send, or would make bytes mean something else. */
const ownFields = /^(?:accept-encoding|connection|content-length|host|if-.*|range|te|transfer-encoding|proxy-.*)$/i;

/** Reads one format of what yt-dlp printed; `undefined` for protected media, pictures, and what else cannot be played. */
export function parseSiteFormat(format: JsonObject, info: JsonObject): SiteFormat | undefined {
  const address = URL.parse(textIn(format, "url") ?? "");
  const kind = kinds[textIn(format, "protocol") ?? address?.protocol.slice(0, -1) ?? ""];
  const id = textIn(format, "format_id");
  const tracks = tracksOf(format);
  const fragments = kind === "fragments" ? parseFragments(format) : undefined;
  if (
    address === null ||
    id === undefined ||
    kind === undefined ||
    format["has_drm"] === true ||
    (kind === "fragments" && fragments === undefined) ||
    tracks === undefined
  ) {
    return undefined;
  }
  const chunkBytes = numberIn(asObject(format["downloader_options"]) ?? {}, "http_chunk_size") ?? defaultSpanBytes;
  const availableAt = numberIn(format, "available_at");
  return {
    kind,
    id,
    address,
    headers: headersOf(format),
    cookies: textIn(format, "cookies"),
    ...tracks,
    mediaType:
      mediaTypes[textIn(format, "ext") ?? ""]?.[tracks.hasVideo ? 1 : 0] ??
      (tracks.hasVideo ? "video/mp4" : "audio/mp4"),
    widthPixels: tracks.hasVideo ? numberIn(format, "width") : undefined,
    heightPixels: tracks.hasVideo ? numberIn(format, "height") : undefined,
    isFragmented: textIn(format, "container")?.endsWith("_dash") === true,
    fragments,
    bitsPerSecond: bitsPerSecondOf(format),
    sizeBytes: numberIn(format, "filesize"),
    maxSpanBytes: Math.max(leastSpanBytes, Math.min(chunkBytes, defaultSpanBytes)),
    version: address.searchParams.get("lmt") ?? numberIn(info, "modified_timestamp")?.toString(),
    availableAtMs: availableAt === undefined ? undefined : availableAt * 1000,
  };
}

/** `none` is yt-dlp's word for a track that is not there; extractors that do not know say nothing. */
function tracksOf(format: JsonObject): Pick<SiteFormat, "hasAudio" | "hasVideo" | "codecs"> | undefined {
  const audio = textIn(format, "acodec");
  const video = textIn(format, "vcodec");
  const isAudioFile = mediaTypes[textIn(format, "ext") ?? ""]?.[1].startsWith("audio/") === true;
  const hasVideo = video !== "none" && !isAudioFile;
  const hasAudio = audio !== "none";
  const codecs = [video, audio].filter((codec) => codec !== undefined && codec !== "none").join(", ");
  return hasVideo || hasAudio ? { hasAudio, hasVideo, codecs } : undefined;
}

function bitsPerSecondOf(format: JsonObject): number | undefined {
  const kilobits = numberIn(format, "tbr") ?? numberIn(format, "abr");
  return kilobits === undefined || kilobits === 0 ? undefined : Math.round(kilobits * 1000);
}

function headersOf(format: JsonObject): Record<string, string> {
  const fields = Object.entries(asObject(format["http_headers"]) ?? {});
  return Object.fromEntries(
    fields.filter((field): field is [string, string] => {
      const [name, value] = field;
      return typeof value === "string" && /^[\w-]+$/.test(name) && !/[\r\n\0]/.test(value) && !ownFields.test(name);
    }),
  );
}
