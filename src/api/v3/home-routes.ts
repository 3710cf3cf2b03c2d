import { createRoute } from "@hono/zod-openapi";
import type { CatalogItem } from "../../catalog/index.ts";
import type { Shelf } from "../contract.ts";
import type { ApiContext, ApiRouter } from "./api-context.ts";
import { presentAlbum } from "./item-routes.ts";
import { homeAnswerSchema } from "./library-schema.ts";
import { presentPlaylists } from "./playlist-routes.ts";
import { presentItems } from "./present-item.ts";

const homeRoute = createRoute({
  method: "get",
  path: "/home",
  summary: "What to show first",
  description: "Rows of things that belong together. Rows with nothing in them are left out.",
  responses: { 200: { description: "Shelves", content: { "application/json": { schema: homeAnswerSchema } } } },
});

const shelfLength = 20;
const week = 7 * 86_400;

/** Adds the first page. */
export function addHomeRoutes(router: ApiRouter, api: ApiContext): void {
  router.openapi(homeRoute, async (context) => {
    const shelves = await Promise.all([
      trendingShelf(api),
      addedShelf(api, "audio", "New music"),
      addedShelf(api, "video", "New videos"),
      albumShelf(api),
      playlistShelf(api),
      addedShelf(api, "image", "New pictures"),
    ]);
    return context.json({ shelves: shelves.filter((shelf) => sizeOf(shelf) > 0) }, 200);
  });
}

async function trendingShelf(api: ApiContext): Promise<Shelf> {
  const trending = await api.catalog.trending({ sinceSeconds: week, sourceIds: api.sources.ids, limit: shelfLength });
  return itemShelf(
    api,
    "trending",
    "Most played this week",
    trending.map(({ item }) => item),
  );
}

async function addedShelf(api: ApiContext, kind: CatalogItem["kind"], title: string): Promise<Shelf> {
  const page = await api.catalog.listItems({
    kinds: [kind],
    sourceIds: api.sources.ids,
    order: "added",
    limit: shelfLength,
  });
  return itemShelf(api, `new-${kind}`, title, page.entries);
}

function itemShelf(api: ApiContext, id: string, title: string, items: readonly CatalogItem[]): Shelf {
  return { kind: "items", id, title, items: presentItems(items, api.sources) };
}

async function albumShelf(api: ApiContext): Promise<Shelf> {
  const page = await api.catalog.albums({ sourceIds: api.sources.ids, limit: shelfLength });
  return { kind: "albums", id: "albums", title: "Albums", albums: page.entries.map(presentAlbum) };
}

async function playlistShelf(api: ApiContext): Promise<Shelf> {
  const page = await api.catalog.playlists({ sourceIds: api.sources.ids, limit: shelfLength });
  const playlists = presentPlaylists(page.entries, api.sources);
  return { kind: "playlists", id: "playlists", title: "Playlists", playlists };
}

function sizeOf(shelf: Shelf): number {
  switch (shelf.kind) {
    case "items":
      return shelf.items.length;
    case "albums":
      return shelf.albums.length;
    case "playlists":
      return shelf.playlists.length;
  }
}
