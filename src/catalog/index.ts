export type {
  Catalog,
  CatalogPlays,
  CatalogReading,
  CatalogScans,
  CatalogSearch,
  CatalogSources,
  CatalogTransfer,
  ScanRecords,
} from "./catalog.ts";
export type { CatalogBatch, PlayDump, SourceDump, Times } from "./catalog-batch.ts";
export { copyCatalog, type CopyProgress } from "./copy-catalog.ts";
export { openPostgresCatalog, type PostgresCatalogOptions } from "./postgres-catalog.ts";
export { openSqliteCatalog, type SqliteCatalogOptions } from "./sqlite-catalog.ts";
export { CatalogError, type CatalogErrorCode, isCatalogError } from "./catalog-error.ts";
export { groupIdOf, itemIdOf, playlistIdOf, sourceIdOf } from "./catalog-ids.ts";
export type {
  Artwork,
  CatalogAlbum,
  CatalogCreator,
  CatalogItem,
  FeedEpisode,
  ItemRecord,
  MediaKind,
  Sidecar,
} from "./catalog-item.ts";
export type {
  CatalogPlaylist,
  CatalogPlaylistEntry,
  PlaylistEntryPart,
  PlaylistEntryRecord,
  PlaylistRecord,
} from "./catalog-playlist.ts";
export type {
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
export type {
  CatalogSource,
  CatalogSourceState,
  Scan,
  ScanCounts,
  ScanOutcome,
  ScanProgress,
  ScanSummary,
  SourceRecord,
} from "./catalog-source.ts";
