import { createHash } from "node:crypto";
import type { ItemRecord, PlaylistRecord } from "../catalog/index.ts";
import { mediaKindOf, mediaTypeOfKey } from "../http/index.ts";
import type { PodcastEpisode, PodcastFeed } from "./podcast-feed.ts";

/** What a podcast becomes in the catalog: its episodes, newest first, and a playlist of them. */
export interface FeedRecords {
  readonly items: readonly ItemRecord[];
  readonly playlist: PlaylistRecord;
}

/** @param address where the feed lies; it is the key of the feed's playlist */
export function feedRecordsOf(feed: PodcastFeed, address: string): FeedRecords {
  const byDate = feed.episodes.toSorted((a, b) => (b.publishedAt?.getTime() ?? 0) - (a.publishedAt?.getTime() ?? 0));
  const items = byDate.map((episode) => itemOf(episode, feed));
  const title = feed.title ?? new URL(address).hostname;
  const entries = items.map(({ key, title: entryTitle, durationSeconds, episode }) => ({
    key,
    title: entryTitle,
    durationSeconds,
    location: episode?.enclosureUrl ?? key,
  }));
  const playlist = { key: address, title, entries, issues: feed.notes };
  return { items, playlist: { ...playlist, fingerprint: digest(playlist) } };
}

function itemOf(episode: PodcastEpisode, feed: PodcastFeed): ItemRecord {
  const path = new URL(episode.enclosureUrl).pathname;
  const mediaType = mediaKindOf(episode.mediaType) === undefined ? mediaTypeOfKey(path) : episode.mediaType;
  const artworkUrl = episode.artworkUrl ?? feed.artworkUrl;
  const creator = episode.creator ?? feed.creator;
  const version = `"${digest([episode.enclosureUrl, episode.sizeBytes])}"`;
  const record = {
    key: episode.guid,
    kind: mediaKindOf(mediaType) ?? "audio",
    title: episode.title ?? "Untitled episode",
    creators: creator === undefined ? [] : [creator],
    album: feed.title,
    albumArtist: feed.creator,
    year: episode.publishedAt?.getUTCFullYear(),
    genres: ["Podcast"],
    durationSeconds: episode.durationSeconds,
    mediaType,
    sizeBytes: episode.sizeBytes,
    version,
    artwork: artworkUrl === undefined ? undefined : { type: "url" as const, url: artworkUrl },
    captions: [],
    lyrics: [],
    issues: [],
    episode: {
      enclosureUrl: episode.enclosureUrl,
      publishedAt: episode.publishedAt,
      description: episode.description,
    },
  };
  return { ...record, fingerprint: digest(record) };
}

function digest(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("base64url").slice(0, 22);
}
