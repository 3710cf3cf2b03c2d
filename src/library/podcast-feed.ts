import { hash } from "node:crypto";
import { cleanText } from "./clean-text.ts";
import { attributeOf, childOf, childrenOf, parseXml, textOf, type XmlElement } from "./xml-document.ts";

/** A podcast, from RSS 2.0 or Atom. */
export interface PodcastFeed {
  readonly title?: string | undefined;
  readonly creator?: string | undefined;
  readonly language?: string | undefined;
  /** Address of a picture of the whole. */
  readonly artworkUrl?: string | undefined;
  readonly episodes: readonly PodcastEpisode[];
  readonly notes: readonly string[];
}

/** One episode; what can be played is its enclosure. */
export interface PodcastEpisode {
  /** What the feed calls it, whatever its address becomes: its guid, or the enclosure's address where there is none. */
  readonly guid: string;
  readonly title?: string | undefined;
  readonly creator?: string | undefined;
  readonly description?: string | undefined;
  readonly publishedAt?: Date | undefined;
  readonly durationSeconds?: number | undefined;
  readonly artworkUrl?: string | undefined;
  /** Absolute, `http:` or `https:`. */
  readonly enclosureUrl: string;
  readonly mediaType?: string | undefined;
  readonly sizeBytes?: number | undefined;
}

/** Why a text is no feed. */
export interface NoFeed {
  readonly problem: string;
}

const maxEpisodes = 10_000;
const maxDescriptionLength = 4000;

/** Reads a feed. `address` is where it was read, for the relative addresses in it. */
export function parseFeed(text: string, address: string): PodcastFeed | NoFeed {
  const document = parseXml(text, ["rss", "feed", "rdf:RDF"]);
  if ("problem" in document) {
    return document;
  }
  const isAtom = document.name === "feed";
  const channel = isAtom ? document.element : childOf(document.element, "channel");
  if (channel === undefined) {
    return { problem: "It holds no channel" };
  }
  const items = isAtom
    ? childrenOf(channel, "entry")
    : [...childrenOf(channel, "item"), ...childrenOf(document.element, "item")];
  const found = new Map<string, PodcastEpisode>();
  let withoutMedia = 0;
  for (const item of items.slice(0, maxEpisodes)) {
    const episode = parseEpisode(item, address);
    if (episode === undefined) {
      withoutMedia += 1;
    } else if (!found.has(episode.guid)) {
      found.set(episode.guid, episode);
    }
  }
  return { ...aboutFeed(channel, address), episodes: [...found.values()], notes: notesOn(items.length, withoutMedia) };
}

function aboutFeed(channel: XmlElement, address: string): Omit<PodcastFeed, "episodes" | "notes"> {
  const image = childOf(channel, "image");
  return {
    title: cleanText(textOf(channel, "title")),
    creator: creatorOf(channel),
    language: textOf(channel, "language")?.slice(0, 35) ?? attributeOf(channel, "xml:lang"),
    artworkUrl: webAddress(
      attributeOf(childOf(channel, "itunes:image"), "href") ??
        (image === undefined ? undefined : textOf(image, "url")) ??
        textOf(channel, "logo"),
      address,
    ),
  };
}

function notesOn(itemCount: number, withoutMedia: number): string[] {
  const notes: string[] = [];
  if (itemCount > maxEpisodes) notes.push(`Only the first ${maxEpisodes} of ${itemCount} entries are kept`);
  if (withoutMedia > 0) notes.push(`${withoutMedia} entries have nothing to play`);
  return notes;
}

function parseEpisode(item: XmlElement, address: string): PodcastEpisode | undefined {
  const enclosure = enclosureOf(item);
  const enclosureUrl = webAddress(enclosure?.url, address);
  if (enclosureUrl === undefined) {
    return undefined;
  }
  const sizeBytes = Number(enclosure?.length ?? Number.NaN);
  const published = new Date(textOf(item, "pubDate", "published", "updated", "dc:date") ?? Number.NaN);
  const description = textOf(item, "itunes:summary", "description", "summary", "content");
  return {
    guid: usableGuid(textOf(item, "guid", "id") ?? enclosureUrl),
    title: cleanText(textOf(item, "itunes:title", "title")),
    creator: creatorOf(item),
    description: cleanText(description?.slice(0, 64 * 1024).replaceAll(/<[^<>]*>/g, " "), maxDescriptionLength),
    publishedAt: Number.isNaN(published.getTime()) ? undefined : published,
    durationSeconds: parseFeedDuration(textOf(item, "itunes:duration")),
    artworkUrl: webAddress(attributeOf(childOf(item, "itunes:image"), "href"), address),
    enclosureUrl,
    mediaType: enclosure?.type?.toLowerCase().slice(0, 100),
    // Feeds say 0 or 1 where they do not know.
    sizeBytes: Number.isSafeInteger(sizeBytes) && sizeBytes > 1024 ? sizeBytes : undefined,
  };
}

/** As long as a key of the catalog may be, in UTF-8. */
const maxGuidBytes = 1024;

/** Longer ones often begin alike (a signed address, a tracker's prefix), so they are not cut but digested. */
function usableGuid(guid: string): string {
  return Buffer.byteLength(guid) <= maxGuidBytes ? guid : `sha256:${hash("sha256", guid, "base64url")}`;
}

interface Enclosure {
  readonly url: string | undefined;
  readonly type: string | undefined;
  readonly length: string | undefined;
}

/** RSS has `enclosure`, Atom a link of that relation, Media RSS `media:content`. */
function enclosureOf(item: XmlElement): Enclosure | undefined {
  const links = childrenOf(item, "link").filter((link) => attributeOf(link, "rel") === "enclosure");
  const media = childrenOf(item, "media:content");
  const element = [...childrenOf(item, "enclosure"), ...links, ...media].find((candidate) =>
    isPlayable(attributeOf(candidate, "type")),
  );
  return element === undefined
    ? undefined
    : {
        url: attributeOf(element, "url") ?? attributeOf(element, "href"),
        type: attributeOf(element, "type"),
        length: attributeOf(element, "length") ?? attributeOf(element, "fileSize"),
      };
}

function isPlayable(type: string | undefined): boolean {
  return type === undefined || type === "" || /^(?:audio|video)\/|octet-stream/i.test(type);
}

function creatorOf(element: XmlElement): string | undefined {
  const author = childOf(element, "author");
  const name = author === undefined ? undefined : (textOf(author, "name") ?? textOf({ author }, "author"));
  return cleanText(textOf(element, "itunes:author", "dc:creator") ?? name);
}

/** Absolute addresses that are fetched by HTTP; anything else (`file:`, `javascript:`) is none. */
function webAddress(text: string | undefined, base: string): string | undefined {
  const url = text === undefined || text === "" ? null : URL.parse(text, base);
  const isWeb = url !== null && /^https?:$/.test(url.protocol) && url.href.length <= 4096;
  return isWeb ? url.href : undefined;
}

/** `1:02:03`, `62:03` or seconds. */
function parseFeedDuration(text: string | undefined): number | undefined {
  const parts =
    text === undefined
      ? []
      : text.split(":").map((part) => (/^\d{1,7}(?:\.\d+)?$/.test(part) ? Number(part) : Number.NaN));
  const seconds = parts.length > 3 ? Number.NaN : parts.reduce((sum, part) => sum * 60 + part, 0);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}
