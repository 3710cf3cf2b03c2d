import type { ItemRecord } from "./catalog-item.ts";
import type { PlaylistRecord } from "./catalog-playlist.ts";
import type { CatalogSourceState, ScanSummary, SourceRecord } from "./catalog-source.ts";

/** When the catalog first saw something, and last saw it change. */
export interface Times {
  readonly addedAt: Date;
  readonly changedAt: Date;
}

/** A part of a catalog on its way to another. Sources come first: what follows refers to them by id. */
export type CatalogBatch =
  | { readonly type: "sources"; readonly sources: readonly SourceDump[] }
  | { readonly type: "items"; readonly sourceId: string; readonly items: readonly (ItemRecord & Times)[] }
  | { readonly type: "playlists"; readonly sourceId: string; readonly playlists: readonly (PlaylistRecord & Times)[] }
  | { readonly type: "plays"; readonly plays: readonly PlayDump[] };

/** A source without what hangs on one database: locks, scans under way. */
export interface SourceDump extends SourceRecord {
  readonly state: CatalogSourceState;
  readonly lastScan?: ScanSummary | undefined;
  readonly lastError?: string | undefined;
}

/** The plays of an item in one hour. */
export interface PlayDump {
  readonly itemId: string;
  /** The start of the hour. */
  readonly hour: Date;
  readonly count: number;
}
