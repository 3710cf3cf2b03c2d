export type { CacheCounters } from "./cache-counters.ts";
export { type CachePolicy, defaultCachePolicy } from "./cache-policy.ts";
export { type CachedSource, cachedSource, type CachedSourceOptions } from "./cached-source.ts";
