import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { Item } from "../../../src/api/contract.ts";
import { type Services, useServices, useStore } from "../app/services.ts";
import { useYours } from "../app/yours.ts";
import { describeReason } from "../core/describe-reason.ts";
import { suggestItems } from "../core/suggestions.ts";
import { ItemCard } from "./item-card.tsx";
import { Shelf } from "./shelf.tsx";

interface Suggested {
  readonly item: Item;
  readonly reason: string;
}

const shown = 12;

/** What to play next, each with why; thought up on this device. */
export function SuggestedShelf(): ReactElement | null {
  const services = useServices();
  const { history, hidden, setHidden } = useYours();
  const plays = useStore(history).length;
  const hiddenIds = useStore(hidden);
  const { data = [] } = useQuery({
    queryKey: ["suggested", plays, hiddenIds],
    staleTime: Infinity,
    placeholderData: (before) => before,
    queryFn: () => suggest(services),
  });
  const list = data.map(({ item }) => item);
  const hide = (item: Item): void => {
    setHidden(item.id, true);
    services.announcer.tell("It will not be suggested again.", { label: "Undo", run: () => setHidden(item.id, false) });
  };
  return data.length === 0 ? null : (
    <Shelf title="For you">
      {data.map(({ item, reason }) => (
        <div key={item.id}>
          <ItemCard item={item} list={list} reason={reason} />
          <button type="button" className="text-link card-reason" onClick={() => hide(item)}>
            Not this<span className="visually-hidden">: {item.title.slice(0, 80)}</span>
          </button>
        </div>
      ))}
    </Shelf>
  );
}

async function suggest({ store, saves, items }: Services): Promise<readonly Suggested[]> {
  if (store === undefined) {
    return [];
  }
  const [data, related] = await Promise.all([store.readAll(), store.readRelated()]);
  const known = new Map(data.items.map((item) => [item.id, item]));
  const likes = new Set(data.likes.map(({ itemId }) => itemId));
  const outcomes = new Map(data.history.map(({ itemId, outcome }) => [itemId, outcome]));
  const nowMs = Date.now();
  const isOffline = !navigator.onLine;
  const found = suggestItems(
    { ...data, items: known, related, nowMs, ...(isOffline ? { isAvailable: saves.isSaved } : {}) },
    shown,
  );
  items.remember(found.flatMap(({ itemId }) => known.get(itemId) ?? []));
  return found.flatMap(({ itemId, reason }) => {
    const item = known.get(itemId);
    const words = describeReason(reason, {
      titleOf: (id) => known.get(id)?.title,
      isLiked: (id) => likes.has(id),
      outcomeOf: (id) => outcomes.get(id),
      nowMs,
    });
    return item === undefined ? [] : [{ item, reason: words }];
  });
}
