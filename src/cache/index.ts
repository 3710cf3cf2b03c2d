export type { CacheCounters } from "./cache-counters.ts";
export type { CachePolicy } from "./cache-policy.ts";
export { type CachedSource, cachedSource, type CachedSourceOptions } from "./cached-source.ts";
export { defaultCacheBytes } from "./default-cache-bytes.ts";
export { readDiskGrid } from "./disk-grid.ts";
export { openDiskSliceStore } from "./disk-slice-store.ts";
export { FolderInUseError } from "./disk-volume.ts";
export type { SliceStore, SliceStoreState, SliceTotals } from "./slice-store.ts";
export { createMemorySliceStore } from "./memory-slice-store.ts";
