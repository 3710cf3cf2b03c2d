import type { CatalogAlbum, CatalogCreator, CatalogItem, ItemRecord } from "./catalog-item.ts";
import type { CatalogPlaylist, CatalogPlaylistEntry, PlaylistRecord } from "./catalog-playlist.ts";
import type {
  BrowseEntry,
  GroupQuery,
  ItemQuery,
  Page,
  PageOptions,
  PlaylistQuery,
  PlayOptions,
  RelatedItems,
  RelatedOptions,
  SearchQuery,
  Suggestion,
  SuggestOptions,
  TrendingQuery,
} from "./catalog-query.ts";
import type {
  CatalogSource,
  CatalogSourceState,
  Scan,
  ScanOutcome,
  ScanProgress,
  SourceRecord,
} from "./catalog-source.ts";
import type { CatalogBatch } from "./catalog-batch.ts";

/**
 * What the server knows of its sources: items, playlists, plays. Every method rejects with a `CatalogError`. Ids are derived
 * (`itemIdOf`): the same in every database. Nothing here holds the event loop: streams run in the same process.
 */
export interface Catalog
  extends CatalogSources, CatalogScans, CatalogReading, CatalogSearch, CatalogPlays, CatalogTransfer, AsyncDisposable {
  /** Which database, for people and logs: `SQLite ~/.local/share/sluice/catalog.db`. Holds no credentials. */
  readonly location: string;
  /** Resolves where the database answers. */
  check(): Promise<void>;
}

/** The sources a catalog knows. */
export interface CatalogSources {
  /** Makes a source known, or gives a known one its new display name. */
  saveSource(source: SourceRecord): Promise<CatalogSource>;
  /** All of them, by name. */
  sources(): Promise<CatalogSource[]>;
  source(sourceId: string): Promise<CatalogSource | undefined>;
  /** Forgets a source and all it held. Only for one that was taken out of the configuration on purpose. */
  removeSource(sourceId: string): Promise<void>;
  /** For what a scan does not say by itself, such as a source that is found out of reach before one begins. */
  setSourceState(sourceId: string, state: CatalogSourceState, error?: string): Promise<void>;
}

/** What a scanner does. One scan of a source at a time: hold {@link withScanLock} around it. */
export interface CatalogScans {
  /**
   * Runs `work` while no other scan of the source runs, on this or any other node of the same database.
   * @throws {CatalogError} `busy` at once where another has the lock
   */
  withScanLock<T>(sourceId: string, work: () => Promise<T>): Promise<T>;
  /**
   * Begins a scan; or resumes the last one where it neither finished nor failed and saved a cursor: {@link Scan.cursor} tells.
   * @param options `partial`: a new scan of a part, for a watcher; never resumed
   */
  beginScan(sourceId: string, options?: { readonly partial?: boolean | undefined }): Promise<Scan>;
  /** The fingerprints of those objects the catalog holds, items and playlists, by key. At most 1000 keys. */
  known(sourceId: string, keys: readonly string[]): Promise<Map<string, string>>;
  /** Says that objects are there and unchanged. At most 1000 keys; those the catalog does not hold are ignored. */
  touch(scan: Scan, keys: readonly string[]): Promise<void>;
  /** Says that all the catalog holds of the source is there and unchanged, on the source's own word. Returns how many objects that is. */
  touchAll(scan: Scan): Promise<number>;
  /** Adds or replaces items and playlists, in one transaction. At most 500 records; 100 to 200 are a good batch. */
  upsert(scan: Scan, records: ScanRecords): Promise<void>;
  /** Remembers how far the listing was read: what comes before was upserted or touched. Any text of the scanner's own. */
  saveScanCursor(scan: Scan, cursor: string): Promise<void>;
  /** For those who watch. Cheap, yet not for every object: once a second will do. */
  saveScanProgress(scan: Scan, progress: ScanProgress): Promise<void>;
  /** Ends a scan; removes what it did not see where it is `complete`. Returns the source as it then is. */
  finishScan(scan: Scan, outcome: ScanOutcome): Promise<CatalogSource>;
}

/** A batch of a scan. */
export interface ScanRecords {
  readonly items?: readonly ItemRecord[] | undefined;
  readonly playlists?: readonly PlaylistRecord[] | undefined;
}

/** Looking things up. An unknown id is no error: it is absent, or its list is empty. */
export interface CatalogReading {
  item(id: string): Promise<CatalogItem | undefined>;
  /** In the order of the ids; unknown ones are left out. At most 1000. */
  items(ids: readonly string[]): Promise<CatalogItem[]>;
  listItems(query?: ItemQuery): Promise<Page<CatalogItem>>;
  /** What lies directly below a prefix (`""`, or a path that ends in `/`): folders first, then items, both by name. */
  browse(sourceId: string, prefix: string, options?: PageOptions): Promise<Page<BrowseEntry>>;
  related(id: string, options?: RelatedOptions): Promise<RelatedItems>;
  album(id: string): Promise<CatalogAlbum | undefined>;
  albums(query?: GroupQuery): Promise<Page<CatalogAlbum>>;
  creator(id: string): Promise<CatalogCreator | undefined>;
  creators(query?: GroupQuery): Promise<Page<CatalogCreator>>;
  playlist(id: string): Promise<CatalogPlaylist | undefined>;
  playlists(query?: PlaylistQuery): Promise<Page<CatalogPlaylist>>;
  /** In their order. */
  playlistEntries(id: string, options?: PageOptions): Promise<Page<CatalogPlaylistEntry>>;
}

/** Finding things. Same text, same hits in the same order, in every database. */
export interface CatalogSearch {
  /** Items that match every word; nothing where the text holds no word. Pages end after the best few hundred. */
  search(query: SearchQuery): Promise<Page<CatalogItem>>;
  /** What to offer to somebody typing: each text once. */
  suggest(text: string, options?: SuggestOptions): Promise<Suggestion[]>;
}

/** What is played, without saying by whom. */
export interface CatalogPlays {
  /** Counts a play, by the hour. Of an unknown item: does nothing and says `false`. */
  recordPlay(itemId: string, options?: PlayOptions): Promise<boolean>;
  /** How often items were played, all in all, by their ids; without those never played, and unknown ones. At most 1000. */
  playCounts(itemIds: readonly string[]): Promise<Map<string, number>>;
  /** What was played most, most played first. */
  trending(query: TrendingQuery): Promise<{ readonly item: CatalogItem; readonly plays: number }[]>;
}

/** Moving to another database; see `copyCatalog`. */
export interface CatalogTransfer {
  isEmpty(): Promise<boolean>;
  /** All it holds, in batches that {@link importBatch} takes in the same order. */
  exportBatches(): AsyncIterable<CatalogBatch>;
  importBatch(batch: CatalogBatch): Promise<void>;
}
