export { createLocalSource, type LocalSourceOptions } from "./local-source.ts";
export { createMemorySource, type MemoryEntry, type MemorySource } from "./memory-source.ts";
export { createHttpSource, type HttpSourceOptions } from "./http-source.ts";
export {
  createFeedSource,
  type FeedSource,
  type FeedSourceOptions,
  type FeedVersion,
  type ReadFeedOptions,
} from "./feed-source.ts";
export { createS3Source, type S3Credentials, type S3SourceOptions } from "./s3-source.ts";
export type { UpstreamTimeouts } from "./upstream/upstream-response.ts";
export { type Fetched, type FetchedText, type FetchOptions, OutboundClient } from "./outbound/outbound-client.ts";
export { OutboundGuard, type OutboundGuardOptions, type ResolvedAddress } from "./outbound/outbound-guard.ts";
export { createYtdlpSource, type YtdlpSource } from "./ytdlp/ytdlp-source.ts";
export type { YtdlpSourceOptions } from "./ytdlp/ytdlp-options.ts";
export type { EntryOptions, EntryPage } from "./ytdlp/site-listing.ts";
export type { YtdlpHealth } from "./ytdlp/ytdlp-health.ts";
export type { SiteHealth } from "./ytdlp/site-health.ts";
