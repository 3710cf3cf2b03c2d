import { createRoute, z } from "@hono/zod-openapi";
import type { CatalogPlaylist, CatalogPlaylistEntry } from "../../catalog/index.ts";
import type { ApiSources } from "../api-source.ts";
import type { Playlist, PlaylistEntry } from "../contract.ts";
import { ProblemError } from "../problem-error.ts";
import type { ApiContext, ApiRouter } from "./api-context.ts";
import { playlistEntryPageSchema, playlistPageSchema, playlistSchema } from "./library-schema.ts";
import { playlistFormats, renderPlaylist } from "./playlist-export.ts";
import { presentItem } from "./present-item.ts";
import { filterShape, idParamsSchema, pageQuerySchema, sourceIdsOf } from "./query-schema.ts";

const playlistsRoute = createRoute({
  method: "get",
  path: "/playlists",
  summary: "List playlists",
  request: { query: pageQuerySchema.extend({ source: filterShape.source }) },
  responses: {
    200: { description: "A page of playlists", content: { "application/json": { schema: playlistPageSchema } } },
  },
});

const playlistRoute = createRoute({
  method: "get",
  path: "/playlists/{id}",
  summary: "One playlist",
  request: { params: idParamsSchema },
  responses: { 200: { description: "The playlist", content: { "application/json": { schema: playlistSchema } } } },
});

const entriesRoute = createRoute({
  method: "get",
  path: "/playlists/{id}/items",
  summary: "A playlist's lines",
  description: "In their order. Lines that lead to nothing the library holds say why.",
  request: { params: idParamsSchema, query: pageQuerySchema },
  responses: {
    200: { description: "A page of lines", content: { "application/json": { schema: playlistEntryPageSchema } } },
  },
});

const exportRoute = createRoute({
  method: "get",
  path: "/playlists/{id}/export",
  summary: "A playlist for other players",
  description: "With signed addresses that play for a week. Also at `/playlists/{id}.m3u8` and `/playlists/{id}.xspf`.",
  request: { params: idParamsSchema, query: z.object({ format: z.enum(["m3u8", "xspf"]).default("m3u8") }) },
  responses: {
    200: {
      description: "The playlist",
      content: {
        [playlistFormats.m3u8]: { schema: z.string() },
        [playlistFormats.xspf]: { schema: z.string() },
      },
    },
  },
});

/** Adds playlists. */
export function addPlaylistRoutes(router: ApiRouter, api: ApiContext): void {
  async function findPlaylist(id: string): Promise<Playlist> {
    const playlist = await api.catalog.playlist(id);
    const [found] = playlist === undefined ? [] : presentPlaylists([playlist], api.sources);
    if (found === undefined) {
      throw new ProblemError(unknownPlaylist);
    }
    return found;
  }
  async function exported(id: string, format: "m3u8" | "xspf", requestUrl: string): Promise<Response> {
    const origin = api.publicOrigin ?? new URL(requestUrl).origin;
    return renderPlaylist(await findPlaylist(id), format, { api, origin });
  }
  router.openapi(playlistsRoute, async (context) => {
    const { source, cursor, limit } = context.req.valid("query");
    const page = await api.catalog.playlists({ sourceIds: sourceIdsOf(source, api.sources), cursor, limit });
    return context.json({ playlists: presentPlaylists(page.entries, api.sources), nextCursor: page.nextCursor }, 200);
  });
  router.get("/playlists/:file{[\\w-]{1,64}\\.(?:m3u8|xspf)}", (context) => {
    const [id = "", extension] = context.req.param("file").split(".");
    return exported(id, extension === "xspf" ? "xspf" : "m3u8", context.req.url);
  });
  router.openapi(playlistRoute, async (context) =>
    context.json(await findPlaylist(context.req.valid("param").id), 200),
  );
  router.openapi(entriesRoute, async (context) => {
    const { id } = await findPlaylist(context.req.valid("param").id);
    const page = await api.catalog.playlistEntries(id, context.req.valid("query"));
    const entries = page.entries.map((entry) => presentEntry(entry, api.sources));
    return context.json({ entries, nextCursor: page.nextCursor }, 200);
  });
  router.openapi(exportRoute, (context) =>
    exported(context.req.valid("param").id, context.req.valid("query").format, context.req.url),
  );
}

/** Playlists as clients see them; without those of sources that are served no more. */
export function presentPlaylists(playlists: readonly CatalogPlaylist[], sources: ApiSources): Playlist[] {
  return playlists.flatMap(({ id, title, sourceId, entryCount, durationSeconds, issues }) => {
    const source = sources.byId(sourceId);
    return source === undefined ? [] : [{ id, title, source: source.name, entryCount, durationSeconds, issues }];
  });
}

function presentEntry(entry: CatalogPlaylistEntry, sources: ApiSources): PlaylistEntry {
  const { position, durationSeconds, part, item, unresolved } = entry;
  const source = item && sources.byId(item.sourceId);
  if (item !== undefined && source !== undefined) {
    return {
      position,
      title: part?.title ?? item.title,
      durationSeconds,
      startSeconds: part?.startSeconds,
      endSeconds: part?.endSeconds,
      item: presentItem(item, source),
    };
  }
  const title = unresolved?.title ?? unresolved?.location ?? "";
  return { position, title, durationSeconds, note: unresolved?.note ?? "Its source is served no more." };
}

const unknownPlaylist = {
  status: 404,
  code: "unknown-playlist",
  title: "Not found",
  detail: "The library holds no playlist of this id.",
};
