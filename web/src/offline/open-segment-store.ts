import { createCacheSegmentStore } from "./cache-segment-store.ts";
import { createOpfsSegmentStore } from "./opfs-segment-store.ts";
import type { SegmentStore } from "./segment-store.ts";

/**
 * Opens the best store that this browser has; the page and the service worker come to the same one. What lies in the other one is not
 * looked for: a browser that learns to write files loses nothing but room until {@link SegmentStore.deleteExcept} there.
 * @returns `undefined` where nothing can be kept: no secure context, or a private window
 */
export async function openSegmentStore(): Promise<SegmentStore | undefined> {
  if (await canWriteFiles()) {
    return createOpfsSegmentStore(await navigator.storage.getDirectory());
  }
  return "caches" in globalThis ? createCacheSegmentStore(caches) : undefined;
}

async function canWriteFiles(): Promise<boolean> {
  if (!("FileSystemFileHandle" in globalThis) || !("createWritable" in FileSystemFileHandle.prototype)) {
    return false;
  }
  try {
    await navigator.storage.getDirectory();
    return true;
  } catch {
    // Firefox refuses it in private windows.
    return false;
  }
}
