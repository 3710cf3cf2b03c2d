import { createCacheSegmentStore } from "./cache-segment-store.ts";
import { createOpfsSegmentStore, openPrivateFolder } from "./opfs-segment-store.ts";
import type { SegmentStore } from "./segment-store.ts";

/**
 * Opens the best store that this browser has; the page and the service worker come to the same one. What lies in the other one is not
 * looked for: a browser that learns to write files loses nothing but room until {@link SegmentStore.deleteExcept} there.
 * @returns `undefined` where nothing can be kept: no secure context, or a private window
 */
export async function openSegmentStore(): Promise<SegmentStore | undefined> {
  const folder = await openPrivateFolder();
  if (folder !== undefined) {
    return createOpfsSegmentStore(folder);
  }
  return "caches" in globalThis ? createCacheSegmentStore(caches) : undefined;
}
