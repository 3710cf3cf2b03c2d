import type { CatalogItem } from "./catalog-item.ts";

/** An entry of a playlist as the scanner read it. */
export interface PlaylistEntryRecord {
  /** Key of the object in the playlist's own source; absent where the entry leads outside of it. */
  readonly key?: string | undefined;
  /** As the playlist says it. */
  readonly title?: string | undefined;
  /** What the playlist's text names, as it is written there. */
  readonly location: string;
  readonly durationSeconds?: number | undefined;
  /** Where in the object it begins and ends, where it is a part of it: a track of a cue sheet. */
  readonly startSeconds?: number | undefined;
  readonly endSeconds?: number | undefined;
  /** Why it leads nowhere, in plain words; for entries without a key. */
  readonly note?: string | undefined;
}

/** A playlist as the scanner read it. */
export interface PlaylistRecord {
  readonly key: string;
  readonly title: string;
  readonly entries: readonly PlaylistEntryRecord[];
  readonly issues: readonly string[];
  /** As {@link ItemRecord.fingerprint}. */
  readonly fingerprint: string;
}

/** A playlist of the catalog. */
export interface CatalogPlaylist {
  readonly id: string;
  readonly sourceId: string;
  readonly key: string;
  readonly title: string;
  readonly entryCount: number;
  /** Sum of what is known. */
  readonly durationSeconds: number;
  readonly issues: readonly string[];
  readonly addedAt: Date;
  readonly changedAt: Date;
}

/** A part of an item that a playlist names as an entry of its own. */
export interface PlaylistEntryPart {
  readonly title?: string | undefined;
  readonly startSeconds: number;
  /** Absent where it is the item's end. */
  readonly endSeconds?: number | undefined;
}

/**
 * An entry of a playlist. What it refers to is looked up when it is read: an entry whose file comes later, or comes back, is
 * then found.
 */
export interface CatalogPlaylistEntry {
  /** From 0. */
  readonly position: number;
  readonly durationSeconds?: number | undefined;
  /** Present where the entry is a part of its item: what the playlist calls it, and where in the item it begins and ends. */
  readonly part?: PlaylistEntryPart | undefined;
  /** Absent where the entry leads to nothing the catalog holds; then {@link unresolved} says what is known. */
  readonly item?: CatalogItem | undefined;
  readonly unresolved?:
    | { readonly title?: string | undefined; readonly location: string; readonly note: string }
    | undefined;
}
