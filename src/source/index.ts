export {
  isSourceError,
  SourceError,
  type SourceErrorCode,
  type SourceErrorOptions,
  throwIfAborted,
} from "./source-error.ts";
export {
  type FoundMedia,
  isSearchableSource,
  type MediaFormat,
  type SearchableSource,
  type SearchOptions,
  type SitesHealth,
} from "./searchable-source.ts";
export type {
  Caching,
  CallOptions,
  ListEntry,
  ListOptions,
  ListPage,
  LocateOptions,
  MediaObject,
  OpenOptions,
  ReadOptions,
  Revalidation,
  Source,
  UpstreamMeter,
  Validator,
} from "./source.ts";
