import { lazy, type ReactElement, Suspense, useDeferredValue } from "react";
import { Link } from "wouter";
import type { Shelf as ShelfContents } from "../../../src/api/contract.ts";
import { useHome, useRefresh } from "../app/queries.ts";
import { useServices, useStore } from "../app/services.ts";
import { useYours } from "../app/yours.ts";
import { AlbumCard, ItemCard, PlaylistCard } from "./item-card.tsx";
import { Page } from "./page.tsx";
import { Shelf } from "./shelf.tsx";
import { CardSkeletons, EmptyState, ErrorState } from "./states.tsx";

/** Nobody who is new needs it. */
const OwnShelves = lazy(async () => ({ default: (await import("./own-shelves.tsx")).OwnShelves }));

/** On most screens nothing below these is seen at first. */
const firstShelves = 3;

/** What the player shows first. */
export function HomeView(): ReactElement {
  const home = useHome();
  const refresh = useRefresh();
  // The first come at once; the rest is made in small pieces, so that no tap waits for what nobody sees yet.
  const allShelves = useDeferredValue(home.data?.shelves);
  const shelves = allShelves ?? home.data?.shelves.slice(0, firstShelves) ?? [];
  const hasPlays = useStore(useYours().history).length > 0;
  const isKnown = useStore(useServices().saves.items).size > 0 || hasPlays;
  return (
    <Page title={greeting(new Date())}>
      {isKnown && (
        <Suspense>
          <OwnShelves />
        </Suspense>
      )}
      {home.isPending && <CardSkeletons count={12} />}
      {home.isError && <ErrorState error={home.error} onRetry={refresh} />}
      {home.isSuccess && shelves.length === 0 && (
        <EmptyState icon="folder" title="Nothing here yet">
          <p>The sources are being read, or hold no media. What is found appears here.</p>
          <Link href="/folders" className="button">
            See the sources
          </Link>
        </EmptyState>
      )}
      {shelves.map((shelf, index) => (
        <ShelfOf key={shelf.id} shelf={shelf} isFirst={index < firstShelves} />
      ))}
    </Page>
  );
}

/** Of a shelf, before it is scrolled. */
const firstCards = 4;
const shelfLinks: Readonly<Record<ShelfContents["kind"], string | undefined>> = {
  items: undefined,
  albums: "/albums",
  playlists: "/playlists",
};

function ShelfOf({ shelf, isFirst }: { readonly shelf: ShelfContents; readonly isFirst: boolean }): ReactElement {
  const href = shelfLinks[shelf.kind];
  const more = href && (
    <Link href={href} className="text-link">
      Show all<span className="visually-hidden"> {shelf.kind}</span>
    </Link>
  );
  return (
    <Shelf title={shelf.title} more={more}>
      {shelf.kind === "albums" &&
        shelf.albums.map((album, index) => (
          <AlbumCard key={album.id} album={album} isFirst={isFirst && index < firstCards} />
        ))}
      {shelf.kind === "playlists" && shelf.playlists.map((list) => <PlaylistCard key={list.id} playlist={list} />)}
      {shelf.kind === "items" &&
        shelf.items.map((item, index) => (
          <ItemCard key={item.id} item={item} list={shelf.items} isFirst={isFirst && index < firstCards} />
        ))}
    </Shelf>
  );
}

function greeting(now: Date): string {
  const hour = now.getHours();
  return hour < 5 ? "Good night" : hour < 12 ? "Good morning" : hour < 18 ? "Good afternoon" : "Good evening";
}
