import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ApiStage, openApiStage } from "./api-stage.ts";
import { createSearchableStub } from "./searchable-stub.ts";

interface Song {
  readonly id: string;
  readonly title: string;
  readonly length: string;
  readonly thumb: string;
  readonly views: string;
  readonly get_url: string;
  readonly stream_url: string;
  readonly suggest_url: string;
}

const site = createSearchableStub({
  location: "site:one",
  found: [
    {
      ...{ key: "one:1", kind: "audio", title: "Live wire", creators: ["Gulls"] },
      ...{ durationSeconds: 100, viewCount: 1_078_918 },
    },
  ],
  formats: [
    { id: "best", label: "", mediaType: "audio/webm", bitsPerSecond: 160_000 },
    { id: "middle", label: "", mediaType: "audio/webm", bitsPerSecond: 96_000 },
    { id: "least", label: "", mediaType: "audio/webm", bitsPerSecond: 48_000 },
  ],
});
let stage: ApiStage;

beforeAll(async () => {
  stage = await openApiStage({ searchable: { site } });
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

const songKeys = [
  "id",
  "title",
  "length",
  "uploader",
  "thumb",
  "views",
  "time",
  "description",
  "get_url",
  "stream_url",
  "suggest_url",
];

describe("AnyAudio's API", () => {
  it("serves what its web player asks, in that order", async () => {
    // It begins with the names of lists, and asks for the first two of them.
    const { results: lists, ...about } = await stage.json<{ results: { playlist: string; url: string }[] }>(
      "/api/v1/playlists",
    );
    expect(about).toEqual({ status: 200, requestLocation: "/api/v1/playlists", metadata: { count: 3 } });
    expect(lists.map(({ playlist }) => playlist)).toEqual(["Popular", "Latest", "Tidewater"]);
    const names = lists
      .map(({ playlist }) => playlist)
      .slice(0, 2)
      .join(",");
    const trending = await stage.ask(`/api/v1/trending?type=${encodeURIComponent(names)}&number=10`);
    expect(trending.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const { results, metadata } = (await trending.json()) as { results: Record<string, Song[]>; metadata: object };
    expect(metadata).toEqual({ count: 10, offset: 0, type: "Popular,Latest" });
    expect(Object.keys(results)).toEqual(["Popular", "Latest"]);
    const [song] = results["Popular"] ?? [];
    expect(Object.keys(song ?? {})).toEqual(songKeys);
    expect(song?.length).toMatch(/^\d+:\d\d$/);
    expect((await fetch(song?.thumb ?? "")).status).toBe(200);

    // A click: it puts the server's name in front of the relative address, and a quality behind.
    const { status, url } = await stage.json<{ status: number; url: string }>(`${song?.stream_url}&quality=hi`);
    expect([status, url]).toEqual([200, expect.stringMatching(/^\/api\/v1\/stream_handler\?url=/)]);
    const suggested = await stage.json<Record<string, unknown>>(song?.suggest_url ?? "");
    expect(suggested).toMatchObject({
      status: 200,
      request_location: "/api/v1/suggest",
      requestLocation: "/api/v1/suggest",
    });
    expect(suggested["metadate"]).toEqual(suggested["metadata"]);
    for (const suggestion of suggested["results"] as Song[]) {
      expect(Object.keys(suggestion)).toEqual(songKeys);
      expect(suggestion.id).not.toBe(song?.id);
    }

    // It plays, and seeks.
    const start = await stage.ask(url, { headers: { range: "bytes=0-" } });
    const size = Number(start.headers.get("content-length"));
    expect([start.status, start.headers.get("content-range")]).toEqual([206, `bytes 0-${size - 1}/${size}`]);
    const bytes = Buffer.from(await start.arrayBuffer());
    for (const from of [Math.floor(size / 2), size - 500]) {
      const sought = await stage.ask(url, { headers: { range: `bytes=${from}-` } });
      expect(sought.headers.get("content-range")).toBe(`bytes ${from}-${size - 1}/${size}`);
      expect(Buffer.from(await sought.arrayBuffer()).equals(bytes.subarray(from))).toBe(true);
    }
    expect((await stage.ask(url, { headers: { range: "bytes=-500" } })).status).toBe(206);
    expect((await stage.ask(url, { headers: { range: "bytes=0-0,5-9" } })).status).toBe(206);
    expect((await stage.ask(url, { headers: { range: `bytes=${size}-` } })).status).toBe(416);
    expect((await stage.ask(url, { method: "HEAD" })).headers.get("content-length")).toBe(String(size));

    // The search page.
    const found = await stage.json<{ metadata: object; results: Song[] }>("/api/v1/search?q=harbour");
    expect(found).toMatchObject({
      metadata: { q: "harbour", count: 2 },
      status: 200,
      requestLocation: "/api/v1/search",
    });
    expect(found.results.map(({ title }) => title)).toEqual(["Harbour Lights", "Live wire"]);
    expect(Object.keys(found.results[0] ?? {})).toEqual(songKeys);
  });

  it("honours the quality, which its server never saw", async () => {
    const { results } = await stage.json<{ results: Song[] }>("/api/v1/search?q=wire");
    const sizes = new Map<string, string | null>();
    for (const quality of ["hi", "md", "lo"]) {
      const { url } = await stage.json<{ url: string }>(`${results[0]?.stream_url}&quality=${quality}`);
      sizes.set(quality, (await stage.ask(url, { method: "HEAD" })).headers.get("content-length"));
    }
    expect([...sizes.values()]).toEqual(["5001", "5002", "5003"]);
    const { url } = await stage.json<{ url: string }>(results[0]?.stream_url ?? "");
    expect((await stage.ask(url, { method: "HEAD" })).headers.get("content-length")).toBe("5002");
  });

  it("finds its default list whatever the case, and pages it", async () => {
    const all = await stage.json<{ results: Record<string, Song[]> }>("/api/v1/trending");
    expect(all.results["Popular"]?.length).toBe(8);
    const page = await stage.json<{ results: Record<string, Song[]> }>(
      "/api/v1/trending?type=POPULAR&offset=2&number=3",
    );
    expect(page.results["Popular"]).toEqual(all.results["Popular"]?.slice(2, 5));
    const list = await stage.json<{ results: Record<string, Song[]> }>(
      "/api/v1/trending?type=tidewater,nothing&number=x",
    );
    expect(list.results["Tidewater"]?.map(({ title }) => title)[0]).toBe("Low Water");
  });

  it("tells wherever a song is shown how often it was played: here, or at its site", async () => {
    const id = await stage.idOf("Low Water");
    for (let play = 0; play < 3; play += 1) {
      await stage.catalog.recordPlay(id);
    }
    const viewsIn = (songs: readonly Song[] = []): Record<string, string> =>
      Object.fromEntries(songs.map(({ title, views }) => [title, views]));
    for (const version of ["v1", "v2"]) {
      const low = await stage.json<{ results: Song[] }>(`/api/${version}/search?q=low%20water`);
      expect(viewsIn(low.results)).toEqual({ "Low Water": "3", "Live wire": "1,078,918" });
    }
    const { results } = await stage.json<{ results: Record<string, Song[]> }>(
      "/api/v1/trending?type=Popular,Latest,Tidewater",
    );
    for (const list of ["Popular", "Latest", "Tidewater"]) {
      expect(viewsIn(results[list])).toMatchObject({ "Low Water": "3", "Harbour Lights": "0" });
    }
    const beside = await stage.idOf("Harbour Lights");
    const related = await stage.json<{ results: Song[] }>(`/api/v1/suggest?url=${beside}`);
    expect(viewsIn(related.results)).toMatchObject({ "Low Water": "3" });
  });

  it("lets no title become a part of a page", async () => {
    const text = await (await stage.ask("/api/v1/trending?type=Tidewater,Latest")).text();
    expect(text).toContain("Salt \\u0026 Starlight");
    expect(text).not.toMatch(/[<>&]/);
  });

  it("downloads", async () => {
    const { results } = await stage.json<{ results: Song[] }>("/api/v1/search?q=low%20water");
    const link = await stage.json<{ status: number; requestLocation: string; url: string }>(results[0]?.get_url ?? "");
    expect(link).toMatchObject({
      status: 200,
      requestLocation: "/api/v1/g",
      url: expect.stringMatching(/^\/api\/v1\/d\?url=/),
    });
    const download = await stage.ask(link.url);
    expect(download.headers.get("content-disposition")).toMatch(/^attachment; filename=/);
    const file = await readFile(join(stage.folder, "Music/Tidewater/01 Low Water.mp3"));
    expect(Buffer.from(await download.arrayBuffer()).equals(file)).toBe(true);
  });

  it("gives the second version's clients whole addresses", async () => {
    const { results } = await stage.json<{ results: Song[] }>("/api/v2/search?q=low%20water");
    expect(results[0]?.suggest_url).toMatch(/^\/api\/v1\/suggest/);
    for (const path of [results[0]?.stream_url ?? "", results[0]?.get_url ?? ""]) {
      expect(path).toMatch(/^\/api\/v2\//);
      const { url } = await stage.json<{ url: string }>(path);
      expect(url.startsWith(stage.origin)).toBe(true);
      expect((await fetch(url, { headers: { range: "bytes=0-9" } })).status).toBe(206);
    }
  });

  it("is no open proxy, and fails in words its clients understand", async () => {
    const encrypted = Buffer.from(JSON.stringify({ url: `${stage.origin}/healthz` })).toString("base64");
    for (const given of [encrypted, `${stage.origin}/healthz`, "http://169.254.169.254/", "", "a.b.c.d.e.f"]) {
      for (const path of ["stream_handler", "d"]) {
        const response = await stage.ask(`/api/v1/${path}?url=${encodeURIComponent(given)}`, {
          headers: { range: "bytes=0-" },
        });
        expect([response.status, (await response.text()).includes('"ok"')]).toEqual([403, false]);
      }
      for (const path of ["/api/v1/stream", "/api/v1/g", "/api/v1/suggest", "/api/v2/stream"]) {
        const response = await stage.ask(`${path}?url=${encodeURIComponent(given)}`);
        expect(await response.json()).toEqual({
          status: 404,
          requestLocation: path,
          developerMessage: "The library holds no item of this id.",
          userMessage: "Some error occurred",
          errorCode: "500-001",
        });
      }
    }
    expect((await stage.ask("/api/v1/search")).status).toBe(400);
    expect((await stage.ask("/api/v1/nothing")).status).toBe(404);
    expect((await stage.ask("/api/v1/playlists")).headers.get("access-control-allow-origin")).toBe("*");
    expect(stage.errors).toEqual([]);
  });
});
