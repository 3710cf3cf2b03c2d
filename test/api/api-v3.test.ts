import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OpenApiDocument } from "../../src/api/v3/openapi-document.ts";
import type * as contract from "../../src/api/contract.ts";
import { createSluiceClient, SluiceProblem } from "../../src/api/sluice-client.ts";
import { adminToken, type ApiStage, openApiStage } from "./api-stage.ts";

let stage: ApiStage;

beforeAll(async () => {
  stage = await openApiStage();
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

const titles = (items: readonly contract.Item[]): readonly string[] => items.map(({ title }) => title);

async function problemOf(path: string, init?: RequestInit): Promise<contract.ApiProblem> {
  const response = await stage.ask(path, init);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const problem = (await response.json()) as contract.ApiProblem;
  expect(problem.status).toBe(response.status);
  return problem;
}

describe("API v3", () => {
  it("searches, and says of each source how it went", async () => {
    const answer = await stage.json<contract.SearchAnswer>("/api/v3/search?q=fohr");
    expect(titles(answer.items)).toEqual(["Nachtzug nach Föhr"]);
    expect(answer.sources).toEqual([{ source: "demo", state: "catalog" }]);
    expect(answer.items[0]).toMatchObject({
      kind: "audio",
      album: "Tidewater",
      source: "demo",
      genres: expect.any(Array),
    });
    expect(titles((await stage.json<contract.SearchAnswer>("/api/v3/search?q=tide&kind=video")).items)).toEqual([
      "Slow tide",
    ]);
    const suggested = await stage.json<contract.SuggestAnswer>("/api/v3/suggest?q=harb");
    expect(suggested.suggestions).toContainEqual({ text: "Harbour Lights", kind: "title" });
  });

  it("lists page by page, each item once", async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const query = cursor === undefined ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const page: contract.ItemPage = await stage.json(`/api/v3/items?limit=4&order=title${query}`);
      expect(page.items.length).toBeLessThanOrEqual(4);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toHaveLength(11);
    expect(new Set(seen).size).toBe(11);
  });

  it("shows an item, what goes with it, and the groups it belongs to", async () => {
    const id = await stage.idOf("Low Water");
    const item = await stage.json<contract.Item>(`/api/v3/items/${id}`);
    expect(item).toMatchObject({
      id,
      title: "Low Water",
      album: "Tidewater",
      path: expect.stringContaining("01 Low Water.mp3"),
    });
    const related = await stage.json<contract.RelatedAnswer>(`/api/v3/items/${id}/related`);
    expect(titles(related.album)).toHaveLength(4);
    const { albums } = await stage.json<contract.AlbumPage>("/api/v3/albums");
    expect(albums).toMatchObject([{ title: "Tidewater", itemCount: 5 }]);
    const tracks = await stage.json<contract.ItemPage>(`/api/v3/items?album=${albums[0]?.id}`);
    expect(tracks.items.map(({ trackNumber }) => trackNumber)).toEqual([1, 2, 3, 4, 5]);
    const { creators } = await stage.json<contract.CreatorPage>("/api/v3/creators");
    expect(creators.length).toBeGreaterThan(0);
    const works = await stage.json<contract.ItemPage>(`/api/v3/items?creator=${creators[0]?.id}`);
    expect(works.items).toHaveLength(creators[0]?.itemCount ?? 0);
  });

  it("shows folders as they lie in their source", async () => {
    const root = await stage.json<contract.FolderPage>("/api/v3/browse/demo");
    expect(root.folders).toEqual([
      { name: "Films", prefix: "Films/" },
      { name: "Music", prefix: "Music/" },
      { name: "Pictures", prefix: "Pictures/" },
    ]);
    for (const prefix of ["Music/Tidewater/", "Music/Tidewater", "Music%2FTidewater%2F"]) {
      const folder = await stage.json<contract.FolderPage>(`/api/v3/browse/demo/${prefix}`);
      expect([folder.prefix, folder.items.length]).toEqual(["Music/Tidewater/", 5]);
    }
    expect((await stage.json<contract.FolderPage>("/api/v3/browse/demo/Nothing/")).items).toEqual([]);
  });

  it("shows playlists, and writes them for other players", async () => {
    const { playlists } = await stage.json<contract.PlaylistPage>("/api/v3/playlists");
    expect(playlists).toMatchObject([{ title: "Tidewater", entryCount: 5, source: "demo" }]);
    const id = playlists[0]?.id ?? "";
    expect(await stage.json(`/api/v3/playlists/${id}`)).toEqual(playlists[0]);
    const { entries } = await stage.json<contract.PlaylistEntryPage>(`/api/v3/playlists/${id}/items?limit=3`);
    expect(entries.map(({ item }) => item?.trackNumber)).toEqual([1, 2, 3]);

    const m3u = await (await stage.ask(`/api/v3/playlists/${id}/export`)).text();
    expect(m3u).toMatch(/^#EXTM3U\n#PLAYLIST:Tidewater\n#EXTINF:\d+,.*Low Water\nhttp:\/\/127\.0\.0\.1:\d+\/stream\//);
    for (const url of m3u.split("\n").filter((line) => line.startsWith("http"))) {
      expect((await fetch(url, { method: "HEAD" })).status).toBe(200);
    }
    const short = await fetch(`${stage.origin}/api/v3/playlists/${id}.m3u8`);
    expect([short.status, short.headers.get("content-type")]).toEqual([200, "application/vnd.apple.mpegurl"]);
    const xspf = await (await fetch(`${stage.origin}/api/v3/playlists/${id}.xspf`)).text();
    expect(xspf.match(/<location>http/g)).toHaveLength(5);
    expect(xspf).toContain("Salt &amp; Starlight");
  });

  it("makes pictures in the size and format asked for, and keeps them apart", async () => {
    const { artworkUrl = "" } = await stage.json<contract.Item>(`/api/v3/items/${await stage.idOf("Harbour Lights")}`);
    const sizes = new Map<string, number>();
    for (const [accept, type] of [
      ["image/avif,image/webp,*/*", "image/webp"],
      ["image/avif", "image/avif"],
      ["image/avif, image/webp;q=0", "image/avif"],
      ["*/*", "image/jpeg"],
    ] as const) {
      const response = await stage.ask(`${artworkUrl}&size=100`, { headers: { accept } });
      expect([response.status, response.headers.get("content-type"), response.headers.get("vary")]).toEqual([
        200,
        type,
        expect.stringContaining("Accept"),
      ]);
      expect(response.headers.get("cache-control")).toContain("max-age");
      const bytes = await response.arrayBuffer();
      sizes.set(type, bytes.byteLength);
      const etag = response.headers.get("etag") ?? "";
      const again = await stage.ask(`${artworkUrl}&size=128`, { headers: { accept, "if-none-match": etag } });
      expect(again.status).toBe(304);
    }
    expect(new Set(sizes.values()).size).toBe(3);
    const { albums } = await stage.json<contract.AlbumPage>("/api/v3/albums");
    expect((await stage.ask(albums[0]?.artworkUrl ?? "")).status).toBe(200);
    const image = await stage.idOf("Contour lines");
    expect((await stage.ask(`/api/v3/items/${image}/artwork?size=64`)).status).toBe(200);
    expect(await problemOf(`/api/v3/items/${await stage.idOf("Slow tide")}/artwork`)).toMatchObject({
      code: "no-artwork",
    });
  });

  it("gives captions as WebVTT", async () => {
    const { captions } = await stage.json<contract.Item>(`/api/v3/items/${await stage.idOf("Aurora over the fjord")}`);
    const response = await stage.ask(captions[0]?.url ?? "");
    expect(response.headers.get("content-type")).toBe("text/vtt; charset=utf-8");
    expect(await response.text()).toMatch(/^WEBVTT/);
    expect(await problemOf(`${captions[0]?.url}5`)).toMatchObject({ code: "no-track" });
  });

  it("counts plays, and shows what is played", async () => {
    const [id, previousItemId] = [await stage.idOf("Morning on the Flats"), await stage.idOf("Low Water")];
    const play = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ previousItemId }),
    };
    expect((await stage.ask(`/api/v3/items/${id}/plays`, play)).status).toBe(202);
    // The same viewer again, at once: answered, not counted.
    expect((await stage.ask(`/api/v3/items/${id}/plays`, { method: "POST" })).status).toBe(202);
    const { shelves } = await stage.json<contract.HomeAnswer>("/api/v3/home");
    expect(shelves.map((shelf) => shelf.id)).toEqual([
      "trending",
      "new-audio",
      "new-video",
      "albums",
      "playlists",
      "new-image",
    ]);
    expect(shelves[0]).toMatchObject({ kind: "items", items: [{ title: "Morning on the Flats" }] });
    expect(await stage.catalog.trending({ sinceSeconds: 3600 })).toMatchObject([{ plays: 1 }]);
    expect((await stage.ask(`/api/v3/items/${id}/prepare`, { method: "POST" })).status).toBe(202);
  });

  it("limits how often one viewer may tell of plays", async () => {
    const id = await stage.idOf("Low Water");
    const asked = await Promise.all(
      Array.from({ length: 80 }, () => stage.ask(`/api/v3/items/${id}/plays`, { method: "POST" })),
    );
    const refused = asked.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(Number(refused[0]?.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  it("shows sources, and lets operators scan them", async () => {
    const { sources } = await stage.json<contract.SourcesAnswer>("/api/v3/sources");
    expect(sources).toMatchObject([
      {
        name: "demo",
        label: "label of demo",
        state: "idle",
        itemCount: 11,
        playlistCount: 1,
        lastScan: { objects: 12 },
      },
    ]);
    expect(await problemOf("/api/v3/sources/demo/scan", { method: "POST" })).toMatchObject({ status: 401 });
    const operator = { method: "POST", headers: { authorization: `Bearer ${adminToken}` } };
    expect(await problemOf("/api/v3/sources/other/scan", operator)).toMatchObject({ code: "unknown-source" });
    expect((await stage.ask("/api/v3/sources/demo/scan", operator)).status).toBe(202);
    expect(stage.scans).toHaveLength(1);
  });

  it("tells of changes as they happen", async () => {
    const response = await stage.ask("/api/v3/events");
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    for (let count = 0; count < 20; count += 1) {
      stage.api.sourceChanged((await stage.catalog.sources())[0]?.id ?? "");
    }
    let text = "";
    while (!text.includes("event: source")) {
      text += (await reader?.read())?.value ?? "";
    }
    expect(JSON.parse(/data: (\{.*"name".*\})/.exec(text)?.[1] ?? "{}")).toMatchObject({ name: "demo", itemCount: 11 });
    await reader?.cancel();
    await expect.poll(() => stage.api.context.events.listenerCount).toBe(0);
  });

  it("tags lists, answers who has them with 304, and compresses JSON", async () => {
    for (const path of ["/api/v3/items", "/api/v3/home", "/api/v3/sources", "/openapi.json"]) {
      const first = await stage.ask(path, { headers: { "accept-encoding": "br" } });
      expect([first.status, first.headers.get("content-encoding")]).toEqual([
        200,
        path.endsWith("sources") ? null : "br",
      ]);
      const headers = { "if-none-match": first.headers.get("etag") ?? "" };
      const again = await stage.ask(path, { headers });
      expect([again.status, await again.text()]).toEqual([304, ""]);
      expect((await stage.ask(path, { method: "HEAD" })).headers.get("etag")).toBe(first.headers.get("etag"));
    }
  });

  it("lets pages of other origins in, and answers their preflights", async () => {
    const origin = "https://player.example";
    const answer = await stage.ask("/api/v3/items", { headers: { origin } });
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    const preflight = await fetch(`${stage.origin}/api/v3/items/x/plays`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "content-type" },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-methods")).toContain("POST");
  });

  it.each([
    ["/search", 400, "bad-request"],
    ["/search?q=", 400, "bad-request"],
    ["/search?q=a&kind=book", 400, "bad-request"],
    ["/search?q=a&source=nobody", 404, "unknown-source"],
    ["/search?q=a&cursor=elsewhere", 400, "bad-cursor"],
    ["/items?cursor=elsewhere", 400, "bad-cursor"],
    ["/items?limit=0", 400, "bad-request"],
    ["/items?limit=1e9", 400, "bad-request"],
    ["/items/unknown", 404, "unknown-item"],
    ["/items/~unknown", 404, "unknown-item"],
    ["/items/a%00b", 400, "bad-request"],
    ["/items/unknown/stream", 404, "unknown-item"],
    ["/items/unknown/related", 404, "unknown-item"],
    ["/playlists/unknown", 404, "unknown-playlist"],
    ["/playlists/unknown/items", 404, "unknown-playlist"],
    ["/playlists/unknown.m3u8", 404, "unknown-playlist"],
    ["/browse/nobody", 404, "unknown-source"],
    ["/browse/demo/Music/?cursor=x", 400, "bad-cursor"],
    ["/browse/demo/Music/%00/", 400, "bad-request"],
    ["/browse/demo/%ff/", 400, "bad-request"],
    ["/albums/unknown/artwork", 404, "no-artwork"],
    ["/nothing", 404, "not-found"],
  ])("answers %s with %i %s", async (path, status, code) => {
    const problem = await problemOf(`/api/v3${path}`);
    expect(problem).toMatchObject({ status, code });
    expect(problem.detail.length).toBeGreaterThan(10);
  });

  it("refuses a question of 10 kB", async () => {
    expect(await problemOf(`/api/v3/search?q=${"x".repeat(10_000)}`)).toMatchObject({ status: 400 });
    expect(await problemOf(`/api/v3/suggest?q=${"%F0%9F%8E%B5".repeat(500)}`)).toMatchObject({ status: 400 });
  });

  it("refuses a cursor of another list", async () => {
    const { nextCursor = "" } = await stage.json<contract.ItemPage>("/api/v3/items?limit=2&order=title");
    expect(await problemOf(`/api/v3/items?order=added&cursor=${encodeURIComponent(nextCursor)}`)).toMatchObject({
      code: "bad-cursor",
    });
  });

  it("says which methods an address takes, and which bodies", async () => {
    const response = await stage.ask("/api/v3/items", { method: "DELETE" });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    const id = await stage.idOf("Slow tide");
    for (const [body, type] of [
      ["{", "application/json"],
      ['{"previousItemId":5}', "application/json"],
      ["<a/>", "text/xml"],
    ] as const) {
      const refused = await stage.ask(`/api/v3/items/${id}/plays`, {
        method: "POST",
        body,
        headers: { "content-type": type },
      });
      expect([400, 415, 429]).toContain(refused.status);
    }
  });

  it("describes itself, for programs and for people", async () => {
    const document = await stage.json<OpenApiDocument>("/openapi.json");
    expect([document.openapi, document.info.version]).toEqual(["3.1.0", "1.2.3"]);
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const { parameters = [], summary } of Object.values(operations)) {
        const inPath = parameters.filter((parameter) => parameter.in === "path");
        expect(inPath.map(({ name, required }) => [name, required])).toEqual(
          Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => [name, true]),
        );
        expect(summary).toBeTruthy();
      }
    }
    const page = await stage.ask("/docs", { headers: { accept: "text/html" } });
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    const html = await page.text();
    for (const path of Object.keys(document.paths)) {
      expect(html).toContain(`</b> ${path}</code>`);
    }
    expect(html).not.toMatch(/undefined|\[object/);
  });

  it("has a client that reads it all", async () => {
    const client = createSluiceClient(`${stage.origin}/`);
    const [{ items }, home, { sources }] = await Promise.all([
      client.search("salt", { kind: ["audio"] }),
      client.home(),
      client.sources(),
    ]);
    expect([items[0]?.title, home.shelves.length > 3, sources.length]).toEqual(["Salt & Starlight", true, 1]);
    const { url } = await client.stream(items[0]?.id ?? "");
    expect((await fetch(client.resolveUrl(url), { headers: { range: "bytes=0-0" } })).status).toBe(206);
    expect((await client.browse("demo", "Music/Tidewater/")).items).toHaveLength(5);
    const refusal = await client.item("unknown").catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(SluiceProblem);
    expect(refusal).toMatchObject({ status: 404, code: "unknown-item" });
  });

  it("was as its document says all the time, and nothing failed unexpectedly", () => {
    expect(stage.breaches).toEqual([]);
    expect(stage.errors).toEqual([]);
  });
});
