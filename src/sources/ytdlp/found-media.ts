import type { FoundMedia } from "../../source/index.ts";
import { formatItemKey } from "./item-key.ts";
import { type JsonObject, numberIn, objectsIn, textIn } from "./json-reader.ts";
import type { Resolution } from "./resolution.ts";
import { chooseFormat, parseFormatWish } from "./choose-format.ts";

/** Sites for listening: their lists do not say that an entry has no picture. */
const soundSites =
  /soundcloud|bandcamp|mixcloud|audiomack|audius|podcast|deezer|jamendo|hearthis|ytmusic|youtubemusic/i;
/** Wide enough for a shelf of covers; larger ones cost the site and us for nothing. */
const artworkWidth = 480;

/** One entry of a flat list or a search. `undefined` for what has no page of its own that may be asked. */
export function foundInList(entry: JsonObject, isAllowed: (address: string) => boolean): FoundMedia | undefined {
  const address = [textIn(entry, "url"), textIn(entry, "webpage_url")].find(
    (text) => text !== undefined && isAllowed(text),
  );
  const extractor = textIn(entry, "ie_key") ?? textIn(entry, "extractor_key");
  const id = textIn(entry, "id");
  if (address === undefined) {
    return undefined;
  }
  const identity = extractor === undefined || id === undefined ? undefined : { extractor, id };
  const kind = textIn(entry, "vcodec") === "none" || soundSites.test(extractor ?? "") ? "audio" : "video";
  return { key: formatItemKey({ address, identity }), kind, ...facts(entry) };
}

/** What is known of an item that has been resolved. */
export function foundByResolving({ item, info, formats }: Resolution): FoundMedia {
  const format = chooseFormat(formats, parseFormatWish(undefined));
  return {
    key: formatItemKey(item),
    kind: formats.some(({ hasVideo }) => hasVideo) ? "video" : "audio",
    mediaType: format?.mediaType,
    ...facts(info),
  };
}

function facts(info: JsonObject): Omit<FoundMedia, "key" | "kind" | "mediaType"> {
  const publishedAt = publishedAtOf(info);
  const creators = [
    textIn(info, "artist") ?? textIn(info, "creator") ?? textIn(info, "uploader") ?? textIn(info, "channel"),
  ];
  return {
    title: textIn(info, "track") ?? textIn(info, "title") ?? textIn(info, "id") ?? "Untitled",
    creators: creators.filter((name) => name !== undefined),
    durationSeconds: numberIn(info, "duration"),
    description: textIn(info, "description")?.slice(0, 5000),
    publishedAt: Number.isNaN(publishedAt.getTime()) ? undefined : publishedAt,
    viewCount: numberIn(info, "view_count"),
    artworkUrl: artworkOf(info),
    state: stateOf(info),
  };
}

function publishedAtOf(info: JsonObject): Date {
  const seconds = numberIn(info, "timestamp") ?? numberIn(info, "release_timestamp");
  const day = textIn(info, "upload_date")?.replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3") ?? "";
  return new Date(seconds === undefined ? Date.parse(day) : seconds * 1000);
}

/** The smallest that is wide enough; lists of thumbnails are in ascending order. */
function artworkOf(info: JsonObject): string | undefined {
  const listed = objectsIn(info["thumbnails"]).filter((picture) => textIn(picture, "url") !== undefined);
  const wide = listed.find((picture) => (numberIn(picture, "width") ?? 0) >= artworkWidth);
  const address = textIn(wide ?? listed.at(-1) ?? {}, "url") ?? textIn(info, "thumbnail");
  return /^https?:$/.test(URL.parse(address ?? "")?.protocol ?? "") ? address : undefined;
}

function stateOf(info: JsonObject): FoundMedia["state"] {
  const live = textIn(info, "live_status");
  if (live === "is_upcoming") {
    return "upcoming";
  }
  if (live === "is_live" || info["is_live"] === true) {
    return "live";
  }
  const open = ["public", "unlisted", undefined];
  return open.includes(textIn(info, "availability")) ? undefined : "private";
}
