import { createRoute, z } from "@hono/zod-openapi";
import type { CatalogAlbum } from "../../catalog/index.ts";
import type { Album, Item } from "../contract.ts";
import type { LocatedItem } from "../item-locator.ts";
import { ProblemError } from "../problem-error.ts";
import { unknownItem } from "../problem-response.ts";
import { type ApiContext, apiMount, type ApiRouter } from "./api-context.ts";
import { itemPageSchema, itemSchema } from "./item-schema.ts";
import { albumPageSchema, creatorPageSchema, relatedAnswerSchema } from "./library-schema.ts";
import { presentFound, presentItem, presentItems } from "./present-item.ts";
import { relatedTo } from "./related-items.ts";
import { filterShape, idParamsSchema, pageQuerySchema, sourceIdsOf } from "./query-schema.ts";

const groupId = z
  .string()
  .regex(/^[\w-]{22}$/, "is no id")
  .optional();

const itemsRoute = createRoute({
  method: "get",
  path: "/items",
  summary: "List items",
  description: "Newest first, or by title; of an album in its order.",
  request: {
    query: pageQuerySchema.extend({
      ...filterShape,
      album: groupId,
      creator: groupId,
      order: z.enum(["added", "title"]).default("added"),
    }),
  },
  responses: { 200: { description: "A page of items", content: { "application/json": { schema: itemPageSchema } } } },
});

const itemRoute = createRoute({
  method: "get",
  path: "/items/{id}",
  summary: "One item",
  request: { params: idParamsSchema },
  responses: { 200: { description: "The item", content: { "application/json": { schema: itemSchema } } } },
});

const relatedRoute = createRoute({
  method: "get",
  path: "/items/{id}/related",
  summary: "What goes with an item",
  request: { params: idParamsSchema },
  responses: {
    200: { description: "Items, in four lists", content: { "application/json": { schema: relatedAnswerSchema } } },
  },
});

const albumsRoute = createRoute({
  method: "get",
  path: "/albums",
  summary: "List albums",
  request: { query: pageQuerySchema },
  responses: { 200: { description: "A page of albums", content: { "application/json": { schema: albumPageSchema } } } },
});

const creatorsRoute = createRoute({
  method: "get",
  path: "/creators",
  summary: "List creators",
  request: { query: pageQuerySchema },
  responses: {
    200: { description: "A page of creators", content: { "application/json": { schema: creatorPageSchema } } },
  },
});

/** Adds items, what goes with them, and the groups they form. */
export function addItemRoutes(router: ApiRouter, api: ApiContext): void {
  router.openapi(itemsRoute, async (context) => {
    const { kind, source, album, creator, order, cursor, limit } = context.req.valid("query");
    const sourceIds = sourceIdsOf(source, api.sources);
    const query = { kinds: kind, sourceIds, albumId: album, creatorId: creator, order, cursor, limit };
    const page = await api.catalog.listItems(query);
    return context.json({ items: presentItems(page.entries, api.sources), nextCursor: page.nextCursor }, 200);
  });
  router.openapi(itemRoute, async (context) => {
    const { id } = context.req.valid("param");
    return context.json(await describeItem(await locateItem(api, id), context.req.raw.signal), 200);
  });
  router.openapi(relatedRoute, async (context) => {
    const { id } = context.req.valid("param");
    return context.json(await relatedTo(await locateItem(api, id), api), 200);
  });
  router.openapi(albumsRoute, async (context) => {
    const page = await api.catalog.albums({ ...context.req.valid("query"), sourceIds: api.sources.ids });
    return context.json({ albums: page.entries.map(presentAlbum), nextCursor: page.nextCursor }, 200);
  });
  router.openapi(creatorsRoute, async (context) => {
    const page = await api.catalog.creators({ ...context.req.valid("query"), sourceIds: api.sources.ids });
    return context.json({ creators: page.entries, nextCursor: page.nextCursor }, 200);
  });
}

/** @throws {ProblemError} where the id names nothing that could be played */
export async function locateItem(api: Pick<ApiContext, "locator">, id: string): Promise<LocatedItem> {
  const located = await api.locator.locate(id);
  if (located === undefined) {
    throw new ProblemError(unknownItem);
  }
  return located;
}

/** An album as clients see it. */
export function presentAlbum({ id, title, artist, itemCount }: CatalogAlbum): Album {
  return { id, title, artist, itemCount, artworkUrl: `${apiMount}/albums/${id}/artwork` };
}

/** What is known of an item; of one found live its source is asked. */
export async function describeItem({ item, source, key }: LocatedItem, signal: AbortSignal): Promise<Item> {
  if (item !== undefined) {
    return presentItem(item, source);
  }
  const found = await source.searchable?.describe(key, { signal });
  if (found === undefined) {
    throw new ProblemError(unknownItem);
  }
  return presentFound({ ...found, key }, source, new Date());
}
