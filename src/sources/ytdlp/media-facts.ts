import type { FoundMedia } from "../../source/index.ts";
import { type JsonObject, numberIn, objectsIn, textIn } from "./json-reader.ts";

/** Wide enough for a shelf of covers; larger ones cost the site and us for nothing. */
const artworkWidth = 480;

/** What is known of an item besides its media. */
export type MediaFacts = Omit<FoundMedia, "key" | "kind" | "mediaType">;

/** Reads it out of what yt-dlp printed; all the rest, hundreds of kilobytes for some sites, is forgotten. */
export function mediaFacts(info: JsonObject): MediaFacts {
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
