export {
  isSourceError,
  SourceError,
  type SourceErrorCode,
  type SourceErrorOptions,
  throwIfAborted,
} from "./source-error.ts";
export {
  type DescribeOptions,
  type FoundMedia,
  isSearchableSource,
  type MediaFormat,
  type PartHref,
  type SearchableSource,
  type SearchOptions,
  type SiteRecord,
  type SitesHealth,
  type SuggestOptions,
} from "./searchable-source.ts";
export { SharedCalls, untilAborted } from "./shared-calls.ts";
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
