import { folderNameOf, type SegmentStore } from "./segment-store.ts";

/** The name of the cache. */
export const segmentCacheName = "sluice-segments";

/** Creates a store in the Cache API, for browsers whose private file system cannot be written from here (Safari before 26). */
export function createCacheSegmentStore(caches: CacheStorage): SegmentStore {
  const open = (): Promise<Cache> => caches.open(segmentCacheName);
  const addressOf = (folder: string, index: number): string => `/${segmentCacheName}/${folder}/${index}`;

  async function deleteWhere(isDropped: (folder: string) => boolean): Promise<number> {
    const cache = await open();
    const requests = await cache.keys();
    const dropped = requests.filter(({ url }) => isDropped(folderIn(url)));
    await Promise.all(dropped.map((request) => cache.delete(request)));
    return new Set(dropped.map(({ url }) => folderIn(url))).size;
  }
  return {
    kind: "cache",
    async put(itemId, index, bytes) {
      const cache = await open();
      await cache.put(addressOf(await folderNameOf(itemId), index), new Response(bytes));
    },
    async get(itemId, index) {
      const cache = await open();
      const response = await cache.match(addressOf(await folderNameOf(itemId), index));
      return await response?.blob();
    },
    async delete(itemId) {
      const name = await folderNameOf(itemId);
      await deleteWhere((folder) => folder === name);
    },
    async deleteExcept(keptItemIds) {
      const kept = new Set(await Promise.all(Array.from(keptItemIds, folderNameOf)));
      return await deleteWhere((folder) => !kept.has(folder));
    },
  };
}

function folderIn(url: string): string {
  return new URL(url).pathname.split("/")[2] ?? "";
}
