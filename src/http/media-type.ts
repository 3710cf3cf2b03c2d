import mime from "mime";
import { BoundedMap } from "../bytes/bounded-map.ts";

/** Where the registry's answer is not what players expect or what the extension means among media. */
const preferred: ReadonlyMap<string, string> = new Map([
  ["m4a", "audio/mp4"],
  ["m4b", "audio/mp4"],
  ["opus", "audio/ogg"],
  ["oga", "audio/ogg"],
  ["mka", "audio/matroska"],
  ["mkv", "video/matroska"],
  ["flac", "audio/flac"],
  ["wav", "audio/wav"],
  ["aac", "audio/aac"],
  ["ac3", "audio/ac3"],
  ["eac3", "audio/eac3"],
  ["ec3", "audio/eac3"],
  ["aif", "audio/aiff"],
  ["aiff", "audio/aiff"],
  ["aifc", "audio/aiff"],
  // No browser plays these; players do, and their tags are read.
  ["ape", "audio/ape"],
  ["dff", "audio/dsd"],
  ["dsf", "audio/dsf"],
  // Musepack here, to the registry a certificate of a phone's maker.
  ["mpc", "audio/musepack"],
  ["tta", "audio/x-tta"],
  ["wv", "audio/wavpack"],
  ["m4v", "video/mp4"],
  // `.ts` is MPEG-TS here, not TypeScript.
  ["ts", "video/mp2t"],
  ["m2ts", "video/mp2t"],
  ["m3u8", "application/vnd.apple.mpegurl"],
  ["m3u", "audio/mpegurl"],
  ["lrc", "text/plain"],
  ["srt", "application/x-subrip"],
]);

/** Media type by the extension of a key, or `undefined` where it tells nothing (`.bin` counts as nothing). */
export function mediaTypeOfKey(key: string): string | undefined {
  const name = key.slice(key.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  if (dot <= 0) {
    return undefined;
  }
  const extension = name.slice(dot + 1);
  const known = typesByExtension.get(extension);
  if (known !== undefined) {
    return known.type;
  }
  const type = typeOfExtension(extension.toLowerCase());
  typesByExtension.set(extension, { type });
  return type;
}

/** Asked for at each request; the registry takes its time. */
const typesByExtension = new BoundedMap<{ readonly type: string | undefined }>(256);

function typeOfExtension(extension: string): string | undefined {
  const type = preferred.get(extension) ?? mime.getType(extension) ?? undefined;
  return isGenericMediaType(type) ? undefined : type;
}

/** True for types that say only "some bytes": what S3 and web servers send when they do not know. */
export function isGenericMediaType(type: string | undefined): boolean {
  return (
    type === undefined ||
    ["application/octet-stream", "binary/octet-stream", "application/x-download", ""].includes(essenceOf(type))
  );
}

/** Kind of media, as far as a browser's elements go. */
export function mediaKindOf(type: string | undefined): "audio" | "video" | "image" | undefined {
  const top = type === undefined ? undefined : essenceOf(type).split("/", 1)[0];
  return top === "audio" || top === "video" || top === "image" ? top : undefined;
}

/**
 * The type under which bytes from a source may be sent from the server's own origin. A script would count as one of ours whatever
 * frame it is in, so scripts go out as text; with `nosniff` no browser runs that.
 */
export function harmlessMediaType(type: string): string {
  const essence = essenceOf(type);
  return /(?:java|ecma|type)script$|^text\/jscript$|\/wasm$/.test(essence)
    ? "text/plain; charset=utf-8"
    : withCharset(type, essence);
}

/** Captions, lyrics and playlists are UTF-8; without the parameter browsers guess a legacy encoding. */
function withCharset(type: string, essence: string): string {
  return essence.startsWith("text/") && !/;\s*charset=/i.test(type) ? `${type}; charset=utf-8` : type;
}

/**
 * True for types that a browser would run or render with script when navigated to: HTML, SVG, any XML. They are sent as
 * downloads inside an empty sandbox.
 */
export function isActiveMediaType(type: string): boolean {
  return /^(?:text\/html|image\/svg\+xml|(?:text|application)\/(?:.+\+)?xml(?:-dtd)?|text\/xsl|application\/xslt\+xml|multipart\/.*|message\/.*)$/.test(
    essenceOf(type),
  );
}

function essenceOf(type: string): string {
  return (type.split(";", 1)[0] ?? "").trim().toLowerCase();
}
