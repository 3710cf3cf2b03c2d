import type { QueryClient } from "@tanstack/react-query";
import type { Item } from "../../../src/api/contract.ts";
import type { SluiceClient } from "../../../src/api/sluice-client.ts";

/** What is known of items, by id. The queue holds ids alone: whoever lists items writes them down here first. */
export interface ItemBook {
  remember(items: readonly Item[]): void;
  /** What is known at once. */
  get(id: string): Item | undefined;
  /** Asks for what is not known. */
  load(id: string): Promise<Item>;
  /** What {@link load} asks: the device, then the server. */
  fetch(id: string, signal?: AbortSignal): Promise<Item>;
}

/** The key of an item among the queries. */
export function itemKey(id: string): readonly ["item", string] {
  return ["item", id];
}

/**
 * Creates the book over the cache of the queries.
 * @param saved tells of items that lie on this device: they are shown as they were saved
 * @param remembered tells of items that were seen before, for when the server is out of reach
 */
export function createItemBook(
  client: SluiceClient,
  queries: QueryClient,
  saved: (id: string) => Promise<Item | undefined>,
  remembered: (id: string) => Promise<Item | undefined>,
): ItemBook {
  const fetchItem = async (id: string, signal?: AbortSignal): Promise<Item> => {
    const here = await saved(id);
    if (here !== undefined) {
      return here;
    }
    try {
      return await client.item(id, { signal });
    } catch (error) {
      const before = await remembered(id);
      if (before === undefined) throw error;
      return before;
    }
  };
  return {
    remember(items) {
      for (const item of items) {
        queries.setQueryData(itemKey(item.id), item);
      }
    },
    get: (id) => queries.getQueryData(itemKey(id)),
    load: (id) => queries.ensureQueryData({ queryKey: itemKey(id), queryFn: ({ signal }) => fetchItem(id, signal) }),
    fetch: fetchItem,
  };
}
