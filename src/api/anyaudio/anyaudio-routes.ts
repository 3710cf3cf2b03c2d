import { Hono } from "hono";
import type { Context } from "hono";
import { cors } from "hono/cors";
import type { Item } from "../contract.ts";
import { answerWithJson } from "../json-answer.ts";
import type { LocatedItem } from "../item-locator.ts";
import { problemOfApiError } from "../problem-error.ts";
import type { ApiContext } from "../v3/api-context.ts";
import { locateItem } from "../v3/item-routes.ts";
import { relatedTo } from "../v3/related-items.ts";
import { foundItems } from "../v3/search-routes.ts";
import { presentItems } from "../v3/present-item.ts";
import { streamOf } from "../v3/stream-routes.ts";
import { type Chart, isSameName, listCharts } from "./charts.ts";
import { attachmentMount, handlerMount } from "./old-stream-target.ts";
import { presentSong, type Song, type SongSetting } from "./present-song.ts";
import { chooseFormat, parseQuality } from "./quality.ts";

/** AnyAudio's API, versions 1 and 2. */
export interface AnyAudioRoutes {
  /** What its addresses begin with. */
  readonly mounts: readonly string[];
  fetch(request: Request): Promise<Response>;
}

/** Options of {@link createAnyAudioRoutes}. */
export interface AnyAudioOptions {
  /** Told of what made a request fail that should not have. */
  readonly onError?: ((error: unknown, path: string) => void) | undefined;
}

const shownResults = 50;

/**
 * Creates the API of AnyAudio's server over the library: endpoints, names of fields and odd spellings as its clients expect them (its
 * answers' `metadate` and all), without what made it an open proxy. `stream_handler` and `d` are answered where media is, see
 * `old-stream-target.ts`; everything they open is signed.
 */
export function createAnyAudioRoutes(api: ApiContext, { onError }: AnyAudioOptions = {}): AnyAudioRoutes {
  const app = new Hono();
  app.use(cors({ origin: "*", allowMethods: ["GET", "HEAD"] }));
  for (const version of ["v1", "v2"] as const) {
    app.get(`/api/${version}/search`, (context) => search(context, api, version));
    app.get(`/api/${version}/stream`, (context) => stream(context, api, version));
    app.get(`/api/${version}/g`, (context) => link(context, api, version));
  }
  app.get("/api/v1/playlists", (context) => playlists(context, api));
  app.get("/api/v1/trending", (context) => trending(context, api));
  app.get("/api/v1/suggest", (context) => suggest(context, api));
  app.notFound((context) => failure(context, 404, "There is nothing at this address."));
  app.onError((error, context) => {
    const { status, detail } = problemOfApiError(error);
    if (status >= 500) {
      onError?.(error, context.req.path);
    }
    return failure(context, status, detail);
  });
  return {
    mounts: ["/api/v1", "/api/v2"],
    fetch: (request) => answerWithJson(request, (asked) => app.fetch(asked)),
  };
}

async function search(context: Context, api: ApiContext, version: "v1" | "v2"): Promise<Response> {
  const text = (context.req.query("q") ?? "").trim();
  if (text === "" || text.length > 200) {
    return failure(context, 400, "The parameter q must hold 1 to 200 characters.");
  }
  const kinds = ["audio", "video"] as const;
  const [page, answers] = await Promise.all([
    api.catalog.search({ text, kinds, sourceIds: api.sources.ids, limit: shownResults }),
    api.live.search(api.sources.all, text),
  ]);
  const setting = settingOf(context, api, version);
  const items = [...presentItems(page.entries, api.sources), ...foundItems(answers, kinds)];
  return context.json({
    metadata: { q: context.req.query("q"), count: items.length },
    results: await songsOf(items, setting, api),
    status: 200,
    requestLocation: `/api/${version}/search`,
  });
}

async function playlists(context: Context, api: ApiContext): Promise<Response> {
  const charts = await listCharts(api);
  return context.json({
    status: 200,
    requestLocation: "/api/v1/playlists",
    metadata: { count: charts.length },
    results: charts.map(({ name, href }) => ({ playlist: name, url: href })),
  });
}

async function trending(context: Context, api: ApiContext): Promise<Response> {
  const count = wholeNumber(context.req.query("number"), { least: 1, most: 100, otherwise: 25 });
  const offset = wholeNumber(context.req.query("offset"), { least: 0, most: 100, otherwise: 0 });
  const wanted = (context.req.query("type") ?? "popular").split(",").slice(0, 50);
  const charts = (await listCharts(api)).filter(({ name }) => wanted.some((asked) => isSameName(asked.trim(), name)));
  const setting = settingOf(context, api, "v1");
  const songs = async ({ name, songs: read }: Chart): Promise<[string, object[]]> => [
    name,
    await songsOf(await read(offset, count), setting, api),
  ];
  const results = Object.fromEntries(await Promise.all(charts.map(songs)));
  const type = charts.map(({ name }) => name).join(",");
  const text = JSON.stringify({ metadata: { count, offset, type }, results });
  // Its clients expect HTML here, of all things. A title must not become a part of a page: JSON can spell `<` without it.
  return new Response(text.replaceAll(/[<>&]/g, escapeForHtml), {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-cache",
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
    },
  });
}

function escapeForHtml(character: string): string {
  return `\\u00${character.charCodeAt(0).toString(16)}`;
}

async function suggest(context: Context, api: ApiContext): Promise<Response> {
  const { album, creator, folder, playedTogether } = await relatedTo(await locate(context, api), api);
  const related = [...playedTogether, ...album, ...creator, ...folder].filter(({ kind }) => kind !== "image");
  const items = [...new Map(related.map((item) => [item.id, item])).values()];
  const setting = settingOf(context, api, "v1");
  const [metadata, location] = [{ count: items.length }, "/api/v1/suggest"];
  // Both as its server spelt them and as its documentation did.
  return context.json({
    status: 200,
    request_location: location,
    requestLocation: location,
    metadate: metadata,
    metadata,
    results: await songsOf(items, setting, api),
  });
}

/** Items as songs, each with how often it was played: as its site tells, or as was counted here. */
async function songsOf(items: readonly Item[], setting: SongSetting, { catalog }: ApiContext): Promise<Song[]> {
  const plays = await catalog.playCounts(items.map(({ id }) => id));
  return items.map((item) => presentSong(item, { ...setting, plays: item.viewCount ?? plays.get(item.id) }));
}

async function stream(context: Context, api: ApiContext, version: "v1" | "v2"): Promise<Response> {
  const located = await locate(context, api);
  const token = await tokenFor(located, context, api);
  // The first version's clients put the server's name in front; the second's play the address as it is.
  const url = version === "v1" ? handlerMount + token : originOf(context, api) + handlerMount + token;
  return context.json({ status: 200, url });
}

async function link(context: Context, api: ApiContext, version: "v1" | "v2"): Promise<Response> {
  const located = await locate(context, api);
  const token = await tokenFor(located, context, api);
  return version === "v1"
    ? context.json({ status: 200, requestLocation: "/api/v1/g", url: attachmentMount + token })
    : context.json({ status: 200, url: originOf(context, api) + attachmentMount + token });
}

function locate(context: Context, api: ApiContext): Promise<LocatedItem> {
  return locateItem(api, context.req.query("url") ?? "");
}

async function tokenFor(located: LocatedItem, context: Context, api: ApiContext): Promise<string> {
  const quality = parseQuality(context.req.query("quality"));
  const { url } = await streamOf(
    located,
    api.streams,
    (formats) => chooseFormat(formats, quality),
    context.req.raw.signal,
  );
  return url.slice(url.lastIndexOf("/") + 1);
}

function settingOf(context: Context, api: ApiContext, version: "v1" | "v2"): SongSetting {
  return { version, origin: originOf(context, api), now: new Date() };
}

function originOf(context: Context, api: ApiContext): string {
  return api.publicOrigin ?? new URL(context.req.url).origin;
}

function wholeNumber(
  text: string | undefined,
  { least, most, otherwise }: { readonly least: number; readonly most: number; readonly otherwise: number },
): number {
  return text !== undefined && /^\s*[+-]?\d+\s*$/.test(text)
    ? Math.min(most, Math.max(least, Number(text)))
    : otherwise;
}

/** A failure as its clients know them; the code never told anything. */
function failure(context: Context, status: number, developerMessage: string): Response {
  const body = {
    status,
    requestLocation: context.req.path,
    developerMessage,
    userMessage: "Some error occurred",
    errorCode: "500-001",
  };
  return Response.json(body, { status, headers: { "cache-control": "no-store" } });
}
