import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { isSearchableSource, isSourceError } from "../../src/source/index.ts";
import { describeWithParts } from "../real/require-part.ts";
import { patternObject } from "../upstream/upstream-object.ts";
import { film, isPattern, jointFormat, setUpSiteStage } from "./site-stage.ts";

describeWithParts(["yt-dlp"], "searching and listing with the real yt-dlp", () => {
  it("finds what there is, and what it finds can be opened", async () => {
    await using stage = await setUpSiteStage();
    expect(isSearchableSource(stage.source)).toBe(true);
    stage.site.put("one", film(1000));
    stage.site.put("two", { ...film(2000), title: "Another film" });
    stage.site.put("live", { ...film(10), title: "A live film", extra: { live_status: "is_live" } });
    stage.site.put("soon", { ...film(10), title: "A film to come", extra: { live_status: "is_upcoming" } });
    stage.site.put("mine", { ...film(10), title: "My film", extra: { availability: "private" } });
    const found = await stage.source.search("film", { limit: 10 });
    expect(found.map(({ title, state }) => [title, state])).toEqual([
      ["A film", undefined],
      ["Another film", undefined],
      ["A live film", "live"],
      ["A film to come", "upcoming"],
      ["My film", "private"],
    ]);
    const [first] = found;
    if (first === undefined) throw new Error("nothing found");
    expect(first).toMatchObject({
      creators: ["Ann"],
      durationSeconds: 60,
      artworkUrl: `${stage.site.origin}/thumbnail/one.jpg`,
    });
    expect(first.key).toMatch(/^SluiceVideo:one:/);
    await using object = await stage.source.open(first.key);
    expect(await isPattern(object, { start: 0, end: 1000 })).toBe(true);
    expect(await stage.source.describe(first.key)).toMatchObject({
      key: first.key,
      kind: "video",
      title: "A film",
      mediaType: "video/mp4",
    });
    expect(await stage.source.search("no such thing", { limit: 10 })).toEqual([]);
    expect(await stage.source.search("  ", { limit: 10 })).toEqual([]);
  });

  it("shows the first results while the site still looks for more", async () => {
    await using stage = await setUpSiteStage();
    for (let n = 0; n < 50; n += 1) stage.site.put(`v${n}`, film(10));
    stage.site.apiDelayMs = 300;
    const startedAt = performance.now();
    const cameAt: number[] = [];
    for await (const found of stage.source.searchAsTheyCome("film", { limit: 30 })) {
      expect(found.title).toBe("A film");
      cameAt.push(performance.now() - startedAt);
    }
    expect(cameAt).toHaveLength(30);
    // Three pages of ten: the first is shown two pages before the last.
    expect((cameAt.at(-1) ?? 0) - (cameAt[0] ?? 0)).toBeGreaterThan(500);
    expect(stage.site.apiRequests).toHaveLength(3);
  });

  it("stops yt-dlp when nobody wants more results", async () => {
    await using stage = await setUpSiteStage();
    for (let n = 0; n < 50; n += 1) stage.site.put(`v${n}`, film(10));
    stage.site.apiDelayMs = 200;
    for await (const found of stage.source.searchAsTheyCome("film", { limit: 50 })) {
      expect(found.title).toBe("A film");
      break;
    }
    expect(stage.site.apiRequests.length).toBeLessThan(3);
    expect((await stage.source.health()).running).toBe(0);
  });

  it("takes what people type for words, never for options", async () => {
    await using stage = await setUpSiteStage();
    for (const text of [
      "--version",
      "-J",
      "--exec=touch /tmp/x",
      "a\nb\0c",
      "$(id)",
      "`id`",
      "'; id #",
      "sluicesearch9:x",
      "x".repeat(10_000),
    ]) {
      expect(await stage.source.search(text, { limit: 3 }), text.slice(0, 20)).toEqual([]);
    }
    const asked = stage.site.apiRequests.map((path) => new URL(path, stage.site.origin).searchParams.get("q"));
    expect(asked).toHaveLength(9);
    expect(asked.slice(0, 5)).toEqual(["--version", "-J", "--exec=touch /tmp/x", "a b c", "$(id)"]);
  });

  it("pages through a list of 5,000, asking for no more than is shown", async () => {
    await using stage = await setUpSiteStage();
    stage.site.putList("big", 5_000);
    const address = `${stage.site.origin}/list/big`;
    const first = await stage.source.entries(address);
    expect(first).toMatchObject({ title: "List big", nextCursor: "51" });
    expect(first.entries).toHaveLength(50);
    // The title's page and the one with the first hundred.
    expect(stage.site.apiRequests).toHaveLength(2);
    const seen = new Set<string>();
    let cursor: string | undefined = "4501";
    while (cursor !== undefined) {
      const page = await stage.source.entries(address, { cursor, limit: 200 });
      for (const { key } of page.entries) seen.add(key);
      cursor = page.nextCursor;
    }
    expect(seen.size).toBe(500);
    const prefix = `${stage.source.keyOfAddress(address)}/`;
    const listed = await stage.source.list(prefix, { cursor: "4991", limit: 100 });
    expect(listed.entries.map(({ key }) => key.split(":")[1])).toEqual(
      Array.from({ length: 10 }, (_, n) => `v${4990 + n}`),
    );
    expect(listed.nextCursor).toBeUndefined();
    await expect(stage.source.entries(address, { cursor: "-1" })).rejects.toThrow(/not a cursor/);
    await expect(stage.source.list("")).rejects.toThrow(/search it, or open an address/);
    await expect(stage.source.open(stage.source.keyOfAddress(address))).rejects.toThrow(/it is a list/);
  });

  it("finds a pasted address, be it an item or a list, where its host is allowed", async () => {
    await using stage = await setUpSiteStage();
    stage.site.put("one", film(1000));
    stage.site.putList("some", 7);
    const item = await stage.source.search(` ${stage.site.watchAddress("one")} `, { limit: 5 });
    expect(item.map(({ key, title }) => [key.slice(0, 16), title])).toEqual([["SluiceVideo:one:", "A film"]]);
    const list = await stage.source.search(`${stage.site.origin}/list/some`, { limit: 5 });
    expect(list.map(({ title }) => title)).toEqual(["Video v0", "Video v1", "Video v2", "Video v3", "Video v4"]);
    await using closed = await setUpSiteStage({ allowedHosts: ["video.example"] });
    const error = await closed.source
      .search(closed.site.watchAddress("one"), { limit: 5 })
      .catch((thrown: unknown) => thrown);
    expect(isSourceError(error, "forbidden"), String(error)).toBe(true);
    expect(closed.site.apiRequests).toEqual([]);
  });

  it("has words for a source without a search", async () => {
    await using stage = await setUpSiteStage({ search: undefined });
    await expect(stage.source.search("film", { limit: 5 })).rejects.toThrow(/no search is set/);
  });

  it("follows media to where it is redirected, and never to where nobody may go", async () => {
    let connections = 0;
    const forbidden = createServer((_request, response) => response.end("secret"));
    forbidden.on("connection", () => (connections += 1));
    forbidden.listen(0, "127.0.0.2");
    await once(forbidden, "listening");
    const { port } = forbidden.address() as AddressInfo;
    await using stage = await setUpSiteStage();
    const object = patternObject(1000);
    stage.site.put("to", {
      title: "to",
      formats: [jointFormat("1", 1000, { extra: { url: `http://127.0.0.2:${port}/a.mp4` } })],
    });
    stage.site.put("via", {
      title: "via",
      formats: [
        jointFormat("1", 1000, {
          object,
          extra: { url: `${stage.site.origin}/redirect?to=http://127.0.0.2:${port}/a.mp4` },
        }),
      ],
    });
    for (const id of ["to", "via"]) {
      const error = await stage.source.open(stage.keyOf(id)).catch((thrown: unknown) => thrown);
      expect(isSourceError(error, "forbidden"), `${id}: ${String(error)}`).toBe(true);
    }
    stage.site.put("own", film(5000));
    stage.site.put("moved", {
      title: "moved",
      formats: [
        jointFormat("1", 5000, {
          extra: {
            url: `${stage.site.origin}/redirect?to=${encodeURIComponent(`${stage.site.origin}/media/own/18?made=${Date.now()}`)}`,
          },
        }),
      ],
    });
    await using moved = await stage.source.open(stage.keyOf("moved"));
    expect(await isPattern(moved, { start: 0, end: 5000 })).toBe(true);
    expect(connections).toBe(0);
    forbidden.close();
  });

  it("has the first byte of a prepared item at once", async () => {
    await using stage = await setUpSiteStage();
    stage.site.put("a", film(5_000_000));
    const key = stage.keyOf("a");
    const positions: number[] = [];
    await stage.source.prepare(key, { onPosition: (position) => positions.push(position) });
    const startedAt = performance.now();
    await using object = await stage.source.open(key);
    let firstByteMs: number | undefined;
    await object.read(
      { start: 0, end: 100_000 },
      { write: async () => void (firstByteMs ??= performance.now() - startedAt) },
    );
    expect(firstByteMs).toBeLessThan(50);
    expect(stage.site.resolveCount("a")).toBe(1);
  });
});
