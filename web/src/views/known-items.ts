import { useQueries } from "@tanstack/react-query";
import type { Item } from "../../../src/api/contract.ts";
import { itemKey } from "../app/item-book.ts";
import { useServices } from "../app/services.ts";

/** Items by their ids, in that order; those that are gone, or out of reach, are left out. */
export function useItemsById(ids: readonly string[]): readonly Item[] {
  const { items } = useServices();
  return useQueries({
    queries: ids.map((id) => ({
      queryKey: itemKey(id),
      staleTime: Infinity,
      queryFn: ({ signal }: { signal: AbortSignal }) => items.fetch(id, signal),
    })),
    combine: (results) => results.flatMap(({ data }) => (data === undefined ? [] : [data])),
  });
}
