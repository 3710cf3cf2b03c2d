import { lazy, type ReactElement, Suspense, useMemo } from "react";
import { Link } from "wouter";
import { useServices, useStore } from "../app/services.ts";
import { useYours } from "../app/yours.ts";
import { ItemCard } from "./item-card.tsx";
import { useItemsById } from "./known-items.ts";
import { Shelf } from "./shelf.tsx";

const SuggestedShelf = lazy(async () => ({ default: (await import("./suggested-shelf.tsx")).SuggestedShelf }));
const shownRecent = 12;

/** What the device knows of its user: where one was, what to hear next. Nobody who is new sees any of it. */
export function OwnShelves(): ReactElement | null {
  const { saves } = useServices();
  const plays = useStore(useYours().history);
  const saved = useStore(saves.items);
  const recentIds = useMemo(
    () => Array.from(new Set(plays.map(({ itemId }) => itemId))).slice(0, shownRecent),
    [plays],
  );
  const recent = useItemsById(recentIds);
  const onDevice = Array.from(saved.values()).flatMap(({ state, item }) => (state === "saved" ? [item] : []));
  return (
    <>
      {plays.length > 0 && (
        <Suspense>
          <SuggestedShelf />
        </Suspense>
      )}
      {recent.length > 0 && (
        <Shelf
          title="Played lately"
          more={
            <Link href="/yours/history" className="text-link">
              Show all<span className="visually-hidden"> that was played</span>
            </Link>
          }
        >
          {recent.map((item) => (
            <ItemCard key={item.id} item={item} list={recent} />
          ))}
        </Shelf>
      )}
      {onDevice.length > 0 && (
        <Shelf
          title="On this device"
          more={
            <Link href="/yours/saved" className="text-link">
              Show all<span className="visually-hidden"> that is saved</span>
            </Link>
          }
        >
          {onDevice.slice(0, shownRecent).map((item) => (
            <ItemCard key={item.id} item={item} list={onDevice} />
          ))}
        </Shelf>
      )}
    </>
  );
}
