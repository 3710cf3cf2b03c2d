import { useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import type { HomeAnswer, Item } from "../../../src/api/contract.ts";
import { itemKey } from "./item-book.ts";
import { useServices } from "./services.ts";

/** What the player shows first. */
export function useHome(): UseQueryResult<HomeAnswer> {
  const { client, items } = useServices();
  return useQuery({
    queryKey: ["home"],
    queryFn: async ({ signal }) => {
      const answer = await client.home({ signal });
      items.remember(answer.shelves.flatMap((shelf) => (shelf.kind === "items" ? shelf.items : [])));
      return answer;
    },
  });
}

/** One item; none while there is no id. */
export function useItem(id: string | undefined): UseQueryResult<Item> {
  const { items } = useServices();
  return useQuery({
    queryKey: itemKey(id ?? ""),
    enabled: id !== undefined,
    staleTime: Infinity,
    queryFn: ({ signal }) => items.fetch(id ?? "", signal),
  });
}

/** Asks for everything again: after a failure, or when the server is back. */
export function useRefresh(): () => void {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries();
}
