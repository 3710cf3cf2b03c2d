import type { Item } from "../../../src/api/contract.ts";
import { savedAssetHref } from "./saved-item.ts";

/** The cache of what goes with saved media: pictures, captions, lyrics. */
export const assetCacheName = "sluice-saved-assets";

/** Of the pictures that are kept, the longer side in pixels: as large as a phone shows them. */
const artworkSize = 640;

/** Keeps and drops what goes with saved media. */
export interface SavedAssets {
  /** What cannot be had is left out: a song without its cover is better than none. */
  save(item: Item, signal: AbortSignal): Promise<void>;
  delete(item: Item): Promise<void>;
}

/** Creates them in the Cache API. @param resolveUrl makes the API's relative addresses whole */
export function createSavedAssets(caches: CacheStorage, resolveUrl: (href: string) => string): SavedAssets {
  return {
    async save(item, signal) {
      const cache = await caches.open(assetCacheName);
      await Promise.allSettled(
        assetsOf(item).map(async ({ name, href }) => {
          const response = await fetch(resolveUrl(href), { signal });
          if (response.ok) {
            await cache.put(savedAssetHref(item.id, name), response);
          }
        }),
      );
    },
    async delete(item) {
      const cache = await caches.open(assetCacheName);
      await Promise.all(assetsOf(item).map(({ name }) => cache.delete(savedAssetHref(item.id, name))));
    },
  };
}

function assetsOf({ artworkUrl, captions, lyrics }: Item): readonly { readonly name: string; readonly href: string }[] {
  const artwork = artworkUrl === undefined ? [] : [{ name: "artwork", href: withSize(artworkUrl) }];
  return [
    ...artwork,
    ...captions.map(({ url }, index) => ({ name: `captions/${index}`, href: url })),
    ...lyrics.map(({ url }, index) => ({ name: `lyrics/${index}`, href: url })),
  ];
}

function withSize(href: string): string {
  return `${href}${href.includes("?") ? "&" : "?"}size=${artworkSize}`;
}
