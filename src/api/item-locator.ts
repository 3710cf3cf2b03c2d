import type { Catalog, CatalogItem } from "../catalog/index.ts";
import type { ApiSource, ApiSources } from "./api-source.ts";
import { formatLiveItemId, parseLiveItemId } from "./live-item-id.ts";

/** An item that somebody named, and where its bytes are. */
export interface LocatedItem {
  readonly id: string;
  readonly source: ApiSource;
  readonly key: string;
  /** Absent for what was found live. */
  readonly item?: CatalogItem | undefined;
}

/** Finds items by their ids, those of the catalog and those found live. */
export interface ItemLocator {
  /** `undefined` where the id names nothing, or something of a source that is served no more. */
  locate(id: string): Promise<LocatedItem | undefined>;
}

/** Creates a locator. */
export function createItemLocator(catalog: Pick<Catalog, "item">, sources: ApiSources): ItemLocator {
  return {
    async locate(id) {
      const live = parseLiveItemId(id);
      if (live !== undefined) {
        const source = sources.byId(live.sourceId);
        return source?.searchable === undefined ? undefined : { id: formatLiveItemId(live), source, key: live.key };
      }
      const item = await catalog.item(id);
      const source = item && sources.byId(item.sourceId);
      return item === undefined || source === undefined ? undefined : { id, source, key: item.key, item };
    },
  };
}
