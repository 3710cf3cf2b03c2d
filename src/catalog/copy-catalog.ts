import type { Catalog } from "./catalog.ts";
import { CatalogError } from "./catalog-error.ts";

/** How far a copy has come. */
export interface CopyProgress {
  readonly items: number;
  readonly playlists: number;
}

/**
 * Copies a catalog into another database: sources, items, playlists, plays; every id stays what it was.
 *
 * @param options `resume`: into a target that holds something, for a copy that was cut; what is there already is written again
 * @throws {CatalogError} `not-empty` where the target holds something
 */
export async function copyCatalog(
  from: Catalog,
  to: Catalog,
  options: { readonly resume?: boolean; readonly onProgress?: (progress: CopyProgress) => void } = {},
): Promise<CopyProgress> {
  if (options.resume !== true && !(await to.isEmpty())) {
    throw new CatalogError(
      "not-empty",
      `Cannot copy ${from.location} into ${to.location}: it holds sources already. Take an empty database, or resume a copy that was cut.`,
    );
  }
  let progress: CopyProgress = { items: 0, playlists: 0 };
  for await (const batch of from.exportBatches()) {
    await to.importBatch(batch);
    progress = {
      items: progress.items + (batch.type === "items" ? batch.items.length : 0),
      playlists: progress.playlists + (batch.type === "playlists" ? batch.playlists.length : 0),
    };
    options.onProgress?.(progress);
  }
  return progress;
}
