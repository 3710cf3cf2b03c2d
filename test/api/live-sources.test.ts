import { setTimeout as delay } from "node:timers/promises";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Item, RelatedAnswer, SearchAnswer, SourcesAnswer, StreamAnswer } from "../../src/api/contract.ts";
import { SourceError } from "../../src/source/index.ts";
import { findPatternBreach } from "../../src/testing/pattern-bytes.ts";
import { adminToken, type ApiStage, openApiStage } from "./api-stage.ts";
import { createSearchableStub } from "./searchable-stub.ts";

const song = (
  key: string,
  title: string,
): { key: string; kind: "audio"; title: string; creators: string[]; durationSeconds: number; artworkUrl: string } => ({
  key,
  kind: "audio",
  title,
  creators: ["The Gulls"],
  durationSeconds: 200,
  artworkUrl: `https://pictures.example/${key}.jpg`,
});
const formats = [
  { id: "a128", label: "audio, 128 kbit/s", mediaType: "audio/mp4", sizeBytes: 5001, bitsPerSecond: 128_000 },
  { id: "a48", label: "audio, 48 kbit/s", mediaType: "audio/webm", bitsPerSecond: 48_000 },
];
const site = createSearchableStub({
  location: "site:one",
  found: [song("one:1", "Tide tables"), song("one:2", "Tidal bore")],
  formats,
});
const slow = createSearchableStub({
  location: "site:slow",
  found: [song("slow:1", "Late tide")],
  beforeSearch: () => delay(800),
});
const broken = createSearchableStub({
  location: "site:broken",
  found: [],
  beforeSearch: () => Promise.reject(new SourceError("unavailable", "secret.example said 503 to our key abc")),
});
let stage: ApiStage;

beforeAll(async () => {
  const cover = await readFile(join(import.meta.dirname, "../../demo/Music/Tidewater/cover.jpg"));
  stage = await openApiStage({
    searchable: { site, slow, broken },
    searchDeadlineMs: 300,
    fetchPicture: async () => cover,
  });
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

const liveItem = async (): Promise<Item> => {
  const { items } = await stage.json<SearchAnswer>("/api/v3/search?q=tide&source=site");
  const found = items.find(({ title }) => title === "Tide tables");
  if (found === undefined) {
    throw new Error("The site found nothing");
  }
  return found;
};

describe("sources that are searched at once", () => {
  it("add to what was scanned; one that is slow or broken takes nothing away", async () => {
    // The first search of a process loads what searches take; that is not what is timed here.
    await stage.json<SearchAnswer>("/api/v3/search?q=ti&live=false");
    const startedAt = performance.now();
    const answer = await stage.json<SearchAnswer>("/api/v3/search?q=tide");
    expect(performance.now() - startedAt).toBeLessThan(700);
    expect(answer.sources).toEqual([
      { source: "demo", state: "catalog" },
      { source: "site", state: "live" },
      { source: "slow", state: "slow", detail: expect.any(String) },
      { source: "broken", state: "failed", detail: expect.any(String) },
    ]);
    expect(answer.items.map(({ title }) => title)).toEqual(
      expect.arrayContaining(["Slow tide", "Tide tables", "Tidal bore"]),
    );
    expect(JSON.stringify(answer)).not.toContain("secret");
  });

  it("answer who asks again from what came late, and are not asked twice", async () => {
    await delay(700);
    const again = await stage.json<SearchAnswer>("/api/v3/search?q=tide");
    expect(again.sources).toContainEqual({ source: "slow", state: "live" });
    expect(again.items.map(({ title }) => title)).toContain("Late tide");
    expect([site.searches, slow.searches]).toEqual([["tide"], ["tide"]]);
    expect(broken.searches).toEqual(["tide", "tide"]);
  });

  it("are left alone where nobody wants them", async () => {
    const before = site.searches.length;
    await stage.json("/api/v3/search?q=other&live=false");
    await stage.json("/api/v3/search?q=other&source=demo");
    expect(site.searches).toHaveLength(before);
    const videos = await stage.json<SearchAnswer>("/api/v3/search?q=tide&kind=video");
    expect(videos.items.map(({ title }) => title)).toEqual(["Slow tide"]);
  });

  it("give items that can be asked about like others", async () => {
    const item = await liveItem();
    expect(item).toMatchObject({ source: "site", kind: "audio", creators: ["The Gulls"], durationSeconds: 200 });
    expect(await stage.json<Item>(`/api/v3/items/${item.id}`)).toMatchObject({ id: item.id, title: "Tide tables" });
    const related = await stage.json<RelatedAnswer>(`/api/v3/items/${item.id}/related`);
    expect(related.creator.map(({ title }) => title)).toEqual(["Tidal bore"]);
    const picture = await stage.ask(`${item.artworkUrl}?size=64`);
    expect([picture.status, picture.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
    expect((await stage.ask(`/api/v3/items/${item.id}/prepare`, { method: "POST" })).status).toBe(202);
    await expect.poll(() => site.prepared).toEqual(["one:1"]);
    expect((await stage.ask(`/api/v3/items/${item.id}/plays`, { method: "POST" })).status).toBe(202);
  });

  it("are played in the format asked for, at addresses that open that one alone", async () => {
    const { id } = await liveItem();
    const best = await stage.json<StreamAnswer>(`/api/v3/items/${id}/stream`);
    expect(best).toMatchObject({ format: "a128", mediaType: "audio/mp4", durationSeconds: 200, formats });
    const small = await stage.json<StreamAnswer>(`/api/v3/items/${id}/stream?format=a48`);
    for (const [{ url }, salt] of [
      [best, 1],
      [small, 2],
    ] as const) {
      const response = await stage.ask(url);
      const bytes = new Uint8Array(await response.arrayBuffer());
      expect([response.status, bytes.length, findPatternBreach(bytes, 0, salt)]).toEqual([200, 5000 + salt, -1]);
    }
    const webm = await stage.json<StreamAnswer>(`/api/v3/items/${id}/stream?accept=audio/webm`);
    const byField = await stage.ask(`/api/v3/items/${id}/stream`, { headers: { accept: "audio/webm" } });
    expect([webm.format, ((await byField.json()) as StreamAnswer).format]).toEqual(["a48", "a48"]);
    expect(byField.headers.get("vary")).toContain("Accept");
    const problem = await stage.ask(`/api/v3/items/${id}/stream?format=best`);
    expect(await problem.json()).toMatchObject({ status: 404, code: "unknown-format" });
    const other = await stage.ask(best.url.replace(".a128.", ".a48."));
    expect(other.status).toBe(403);
  });

  it("are told apart from what was scanned of a source that cannot be reached", async () => {
    const [demo] = await stage.catalog.sources();
    await stage.catalog.setSourceState(demo?.id ?? "", "unreachable", "ECONNREFUSED 10.0.0.1");
    const searched = (): Promise<SearchAnswer> => stage.json("/api/v3/search?q=tide&live=false");
    await expect
      .poll(async () => (await searched()).sources[0]?.detail, { timeout: 5000 })
      .toContain("cannot be reached");
    expect((await searched()).items).not.toEqual([]);
    const shown = async (headers: Record<string, string>): Promise<string | undefined> =>
      (await stage.json<SourcesAnswer>("/api/v3/sources", { headers })).sources[0]?.lastError;
    expect(await shown({})).toBe("The source cannot be reached.");
    expect(await shown({ authorization: `Bearer ${adminToken}` })).toBe("ECONNREFUSED 10.0.0.1");
    expect(JSON.stringify(await searched())).not.toContain("ECONNREFUSED");
  });

  it("were answered as the document says all the time", () => {
    expect(stage.breaches).toEqual([]);
    expect(stage.errors).toEqual([]);
  });
});
