import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPlayerPages, type PlayerPages } from "./player-pages.ts";

describe("the player's pages", () => {
  let folder: string;
  let pages: PlayerPages;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "sluice-player-"));
    mkdirSync(join(folder, "assets"));
    writeFileSync(join(folder, "index.html"), "<title>Player</title>");
    writeFileSync(join(folder, "sw.js"), "self;");
    writeFileSync(join(folder, "manifest.webmanifest"), "{}");
    writeFileSync(join(folder, "assets/main-1.js"), "export {};");
    writeFileSync(join(folder, "assets/main-1.js.gz"), gzipSync("export {};"));
    const opened = openPlayerPages({ folder: `${folder}/` });
    if (opened === undefined) {
      throw new Error("The player was not opened");
    }
    pages = opened;
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function ask(path: string, headers: Readonly<Record<string, string>> = {}, method = "GET"): Response | undefined {
    return pages.answer(new Request(`http://localhost${path}`, { method, headers }));
  }

  it("are none where the player has not been built", () => {
    expect(openPlayerPages({ folder: join(folder, "assets") })).toBeUndefined();
    expect(openPlayerPages({ folder: join(folder, "missing") })).toBeUndefined();
  });

  it.each(["/", "/search?q=tide", "/item/a1?t=42", "/folders/demo/M%C3%BCsic/", "/now"])(
    "answer the app's address %s with the shell",
    async (path) => {
      const response = ask(path);
      expect(await response?.text()).toBe("<title>Player</title>");
      expect(response?.headers.get("cache-control")).toBe("no-cache");
      const policy = response?.headers.get("content-security-policy") ?? "";
      expect(policy).toContain("script-src 'self';");
      expect(policy).not.toContain("unsafe");
    },
  );

  it.each(["/api/v3/nothing", "/browse/demo/", "/files", "/docs", "/assets/gone.js", "/items", "/index.html/x"])(
    "leave %s to others",
    (path) => expect(ask(path)).toBeUndefined(),
  );

  it("have the first page's data fetched beside its scripts, by the browser that opens it and nobody else", () => {
    expect(ask("/", { "sec-fetch-dest": "document" })?.headers.get("link")).toContain("</api/v3/home>; rel=preload");
    expect(ask("/", { "sec-fetch-dest": "empty" })?.headers.get("link")).toBeNull();
    expect(ask("/albums", { "sec-fetch-dest": "document" })?.headers.get("link")).toBeNull();
    expect(ask("/")?.headers.get("vary")).toBe("Accept-Encoding, Sec-Fetch-Dest");
  });

  it("let hashed files be kept for ever, the others be asked for", () => {
    expect(ask("/assets/main-1.js")?.headers.get("cache-control")).toContain("immutable");
    expect(ask("/sw.js")?.headers.get("cache-control")).toBe("no-cache");
    expect(ask("/manifest.webmanifest")?.headers.get("content-type")).toBe("application/manifest+json");
  });

  it("send the coding that the client takes, each with a tag of its own", async () => {
    const plain = ask("/assets/main-1.js");
    expect(plain?.headers.get("content-encoding")).toBeNull();
    // The build made none of this coding.
    expect(ask("/assets/main-1.js", { "accept-encoding": "br" })?.headers.get("content-encoding")).toBeNull();
    const gzip = ask("/assets/main-1.js", { "accept-encoding": "gzip" });
    expect(gzip?.headers.get("content-encoding")).toBe("gzip");
    expect(gzip?.headers.get("etag")).not.toBe(plain?.headers.get("etag"));
    expect(new Uint8Array((await gzip?.arrayBuffer()) ?? new ArrayBuffer())).toEqual(
      new Uint8Array(gzipSync("export {};")),
    );
  });

  it("are not sent again to who has them, nor to HEAD", async () => {
    const etag = ask("/sw.js")?.headers.get("etag") ?? "";
    expect(ask("/sw.js", { "if-none-match": etag })?.status).toBe(304);
    const head = ask("/sw.js", {}, "HEAD");
    expect([await head?.text(), head?.headers.get("content-length")]).toEqual(["", "5"]);
  });
});
