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

/**
 * An entry of a playlist. What it refers to is looked up when it is read: an entry whose file comes later, or comes back, is
 * then found.
 */
export interface CatalogPlaylistEntry {
  /** From 0. */
  readonly position: number;
  readonly durationSeconds?: number | undefined;
  /** Absent where the entry leads to nothing the catalog holds; then {@link unresolved} says what is known. */
  readonly item?: CatalogItem | undefined;
  readonly unresolved?:
    | { readonly title?: string | undefined; readonly location: string; readonly note: string }
    | undefined;
}
