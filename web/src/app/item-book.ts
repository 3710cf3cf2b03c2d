import type { QueryClient } from "@tanstack/react-query";
import type { Item } from "../../../src/api/contract.ts";
import type { SluiceClient } from "../../../src/api/sluice-client.ts";

/** What is known of items, by id. The queue holds ids alone: whoever lists items writes them down here first. */
export interface ItemBook {
  remember(items: readonly Item[]): void;
  /** What is known at once. */
  get(id: string): Item | undefined;
  /** Asks the server for what is not known. */
  load(id: string): Promise<Item>;
}

/** The key of an item among the queries. */
export function itemKey(id: string): readonly ["item", string] {
  return ["item", id];
}

/** Creates the book over the cache of the queries. `kept` tells of items that are saved on the device. */
export function createItemBook(
  client: SluiceClient,
  queries: QueryClient,
  kept: (id: string) => Promise<Item | undefined>,
): ItemBook {
  const load = (id: string): Promise<Item> =>
    queries.ensureQueryData({
      queryKey: itemKey(id),
      queryFn: async ({ signal }) => (await kept(id)) ?? (await client.item(id, { signal })),
    });
  return {
    remember(items) {
      for (const item of items) {
        queries.setQueryData(itemKey(item.id), item);
      }
    },
    get: (id) => queries.getQueryData(itemKey(id)),
    load,
  };
}
