import { describe, expect, it } from "vitest";
import { createMediaHandler } from "../delivery/index.ts";
import { type ListPage, type Source, SourceError } from "../source/index.ts";
import { createMemorySource } from "../sources/index.ts";
import type { MountedSource } from "./mounted-source.ts";
import { createReadiness } from "./readiness.ts";
import { createRoutes } from "./routes.ts";

function mount(name: string, source: Source): [string, MountedSource] {
  return [name, { name, label: `label of ${name}`, source, handler: createMediaHandler(source) }];
}

/** A source that answers every listing and check in one way. */
function sourceThat(answer: () => Promise<ListPage>): Source {
  const unused = (): Promise<never> => Promise.reject(new SourceError("unsupported", "not in this test"));
  return {
    location: "test:",
    open: unused,
    locate: unused,
    revalidate: unused,
    list: answer,
    async check() {
      await answer();
    },
    async [Symbol.asyncDispose]() {},
  };
}

function failing(code: ConstructorParameters<typeof SourceError>[0]): Source {
  return sourceThat(() => Promise.reject(new SourceError(code, "secret detail of s3://private")));
}

function listing(...keys: readonly string[]): Source {
  const entries = keys.map((key) => ({ kind: key.endsWith("/") ? ("prefix" as const) : ("object" as const), key }));
  return sourceThat(() => Promise.resolve({ entries }));
}

function app(...mounted: readonly [string, MountedSource][]): (path: string, init?: RequestInit) => Promise<Response> {
  const sources = new Map(mounted);
  const routes = createRoutes({ sources, readiness: createReadiness(sources) });
  return async (path, init) => routes.request(path, init);
}

const browser = { headers: { accept: "text/html,*/*;q=0.8" } };

describe("createRoutes()", () => {
  it("shows the only source at /", async () => {
    const response = await app(mount("films", listing("a b.mp4", "2024/")))("/", browser);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    const html = await response.text();
    expect(html).toContain('href="/media/films/a%20b.mp4"');
    expect(html).toContain('href="/browse/films/2024/"');
  });

  it("shows several sources as cards, by what viewers may know of them", async () => {
    const html = await (await app(mount("films", listing()), mount("music", listing()))("/", browser)).text();
    expect(html).toContain("/browse/films/");
    expect(html).toContain("label of music");
  });

  it("shows a source that cannot list as a card", async () => {
    const response = await app(mount("web", failing("unsupported")))("/", browser);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("label of web");
  });

  it("offers captions of the same name", async () => {
    const html = await (
      await app(mount("films", listing("a.en.vtt", "a.mp4", "a.vtt", "b.webm", "b.de.vtt", "c.mp3", "c.vtt")))("/")
    ).text();
    const captions = [...html.matchAll(/data-captions="([^"]*)"/g)].map(([, href]) => href);
    expect(captions).toEqual(["/media/films/a.vtt", "/media/films/b.de.vtt"]);
  });

  it("leaves out what no address reaches", async () => {
    const keys = ["a//b.mp4", "../up.mp4", "back\\slash.mp4", "./dot.mp4", "\ud800.mp4", "bad//", "../", "good.mp4"];
    const html = await (await app(mount("films", listing(...keys)))("/")).text();
    expect([...html.matchAll(/class="open" href="([^"]*)"/g)].map(([, href]) => href)).toEqual([
      "/media/films/good.mp4",
    ]);
  });

  it("turns pages by cursor", async () => {
    const keys = Array.from({ length: 250 }, (_, index) => `${1000 + index}.mp4`);
    const source = createMemorySource(Object.fromEntries(keys.map((key) => [key, new Uint8Array(1)])));
    const get = app(mount("films", source));
    const first = await (await get("/browse/films/")).text();
    const next = /rel="next" href="([^"]*)"/.exec(first)?.[1]?.replaceAll("&amp;", "&");
    expect(next).toMatch(/^\/browse\/films\/\?cursor=/);
    const second = await (await get(next ?? "")).text();
    expect(second).toContain("1249.mp4");
    expect(second).not.toContain("1000.mp4");
  });

  it("sends folders without a slash to the address with one", async () => {
    const get = app(mount("films", listing()));
    expect((await get("/browse/films")).headers.get("location")).toBe("/browse/films/");
    expect((await get("/browse/films/My%20Films?cursor=a")).headers.get("location")).toBe(
      "/browse/films/My%20Films/?cursor=a",
    );
  });

  it.each([
    ["/browse/other/", 404],
    ["/browse/", 404],
    ["/browse/films/a%00/", 400],
    ["/browse/films/..%2f/", 400],
    ["/browse/films//", 400],
    ["/nothing", 404],
    ["/%6dedia/films/a.mp4", 404],
    ["/assets/..%2f..%2fpackage.json", 404],
    ["/assets/constructor", 404],
  ])("answers %s with %i, to browsers as a page and to programs as JSON", async (path, status) => {
    const get = app(mount("films", listing()));
    const problem = await get(path);
    expect(problem.status).toBe(status);
    expect(problem.headers.get("content-type")).toBe("application/problem+json");
    expect(await problem.json()).toMatchObject({ status });
    expect((await get(path, browser)).status).toBe(status);
  });

  it.each([
    ["not-found", 404],
    ["forbidden", 403],
    ["unavailable", 503],
    ["timeout", 504],
    ["unsupported", 501],
  ] as const)("answers a listing that fails with %s by %i and no detail of the source", async (code, status) => {
    const get = app(mount("films", failing(code)));
    for (const init of [browser, {}]) {
      const response = await get("/browse/films/", init);
      expect(response.status).toBe(status);
      expect(await response.text()).not.toContain("secret");
    }
  });

  it("serves assets to be kept for ever under the address that pages use", async () => {
    const get = app(mount("films", listing()));
    const href = /href="(\/assets\/listing\.css[^"]*)"/.exec(await (await get("/")).text())?.[1] ?? "";
    const asset = await get(href);
    expect(asset.headers.get("content-type")).toBe("text/css; charset=utf-8");
    expect(asset.headers.get("cache-control")).toContain("immutable");
    expect((await get("/assets/listing.css")).headers.get("cache-control")).toBe("no-cache");
  });

  it("answers other methods with 405 and OPTIONS with what it allows", async () => {
    const get = app(mount("films", listing()));
    for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
      const response = await get("/", { method });
      expect(response.status).toBe(405);
      expect(response.headers.get("allow")).toBe("GET, HEAD, OPTIONS");
    }
    expect((await get("/", { method: "OPTIONS" })).status).toBe(204);
    const head = await get("/", { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
  });

  it("is alive whatever its sources do, and ready while one of them can be reached", async () => {
    const broken = app(mount("a", failing("forbidden")));
    expect((await broken("/healthz")).status).toBe(200);
    const none = await broken("/readyz");
    expect(none.status).toBe(503);
    expect(await none.json()).toEqual({
      status: "unavailable",
      sources: [{ name: "a", state: "failing", detail: "The source refuses access." }],
    });
    const some = await app(mount("a", failing("unavailable")), mount("b", listing()))("/readyz");
    expect([some.status, await some.json()]).toMatchObject([200, { status: "degraded" }]);
  });
});
