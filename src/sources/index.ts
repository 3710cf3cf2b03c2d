export { createLocalSource, type LocalSourceOptions } from "./local-source.ts";
export { createMemorySource, type MemoryEntry, type MemorySource } from "./memory-source.ts";
export { createHttpSource, type HttpSourceOptions } from "./http-source.ts";
export { createS3Source, type S3Credentials, type S3SourceOptions } from "./s3-source.ts";
export type { UpstreamTimeouts } from "./upstream/upstream-response.ts";
export { type Fetched, type FetchedText, type FetchOptions, OutboundClient } from "./outbound/outbound-client.ts";
export { OutboundGuard, type OutboundGuardOptions, type ResolvedAddress } from "./outbound/outbound-guard.ts";
