import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import type { ApiProblem, Item, Prepared, SearchAnswer, SourcesAnswer, SuggestAnswer } from "../../src/api/contract.ts";
import type { YtdlpSourceOptions } from "../../src/sources/index.ts";
import { adminToken, type ApiStage, openApiStage } from "../api/api-stage.ts";
import { describeWithParts } from "../real/require-part.ts";
import { film, setUpSiteStage, type SiteStage } from "./site-stage.ts";

/** A site, and a server that has it as the source `tube`. */
interface OperationStage extends AsyncDisposable {
  readonly site: SiteStage["site"];
  readonly api: ApiStage;
  search(query: string): Promise<SearchAnswer>;
}

async function openStage(options: YtdlpSourceOptions = {}): Promise<OperationStage> {
  const stack = new AsyncDisposableStack();
  const { site, source } = stack.use(await setUpSiteStage(options));
  const cover = await readFile(join(import.meta.dirname, "../../demo/Music/Tidewater/cover.jpg"));
  const api = stack.use(
    await openApiStage({ searchable: { tube: source }, searchDeadlineMs: 20_000, fetchPicture: async () => cover }),
  );
  return {
    site,
    api,
    search: (query) => api.json<SearchAnswer>(`/api/v3/search?source=tube&${query}`),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Puts so many films there, and finds them. */
async function findFilms({ site, search }: OperationStage, count: number): Promise<readonly Item[]> {
  for (let n = 0; n < count; n += 1) site.put(`v${n}`, film(1000 + n));
  await expect.poll(async () => (await search("q=film")).items.length, { timeout: 10_000 }).toBe(count);
  return (await search("q=film")).items;
}

describeWithParts(["yt-dlp"], "sites in operation", () => {
  it("are shown as far as they were found, though the site goes on looking; who asks again has all", async () => {
    await using stage = await openStage();
    for (let n = 0; n < 30; n += 1) stage.site.put(`v${n}`, film(1000));
    await stage.search("q=nothing");
    stage.site.apiDelayMs = 800;
    const first = await stage.search("q=film&live=first");
    expect(first.sources).toEqual([{ source: "tube", state: "slow", detail: "It is still looking for more." }]);
    expect(first.items.length).toBeGreaterThan(0);
    const pages = stage.site.apiRequests.length;
    await expect.poll(async () => (await stage.search("q=film")).items.length, { timeout: 5_000 }).toBe(20);
    expect(stage.site.apiRequests.length - pages).toBeLessThanOrEqual(2);
    expect(stage.api.breaches).toEqual([]);
  });

  it("go on for as many pages as there are, a list of 5,000 too, each asked for when it is wanted", async () => {
    await using stage = await openStage();
    await findFilms(stage, 20);
    for (let n = 20; n < 45; n += 1) stage.site.put(`v${n}`, film(1000));
    const titles: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await stage.search(`q=film${cursor === undefined ? "" : `&cursor=${cursor}`}`);
      titles.push(...page.items.map(({ path }) => path.split(":")[1] ?? ""));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(titles).toEqual(Array.from({ length: 45 }, (_, n) => `v${n}`));
    stage.site.putList("big", 5_000);
    const list = `q=${encodeURIComponent(`${stage.site.origin}/list/big`)}`;
    await expect.poll(async () => (await stage.search(list)).nextCursor, { timeout: 5_000 }).toBe("live:20");
    const before = stage.site.apiRequests.length;
    const last = await stage.search(`${list}&cursor=live:4990`);
    expect(last.items.map(({ title }) => title)).toEqual(Array.from({ length: 10 }, (_, n) => `Video v${4990 + n}`));
    expect(last.nextCursor).toBeUndefined();
    expect(stage.site.apiRequests.length - before).toBeLessThanOrEqual(3);
    expect(stage.api.breaches).toEqual([]);
  });

  it("have their pictures shown without being asked about each item", async () => {
    await using stage = await openStage();
    const items = await findFilms(stage, 12);
    const pictures = await Promise.all(items.map(({ artworkUrl }) => stage.api.ask(`${artworkUrl}?size=64`)));
    expect(pictures.map(({ status, headers }) => [status, headers.get("content-type")])).toEqual(
      items.map(() => [200, "image/jpeg"]),
    );
    expect(stage.site.resolves.size).toBe(0);
  });

  it("complete what is typed where the operator turned that on, after what the library knows", async () => {
    await using site = await setUpSiteStage();
    await using on = await openStage({ suggest: `${site.site.origin}/api/complete?q={q}` });
    await using off = await openStage();
    const asked = (): number => site.site.apiRequests.filter((path) => path.startsWith("/api/complete")).length;
    site.site.suggestions = ["slow tide", "slow", "Slow  Tide!", "slow cooking", "slow motion"];
    const { suggestions } = await on.api.json<SuggestAnswer>("/api/v3/suggest?q=Slo&limit=4");
    expect(suggestions[0]).toEqual({ text: "Slow tide", kind: "title" });
    expect(suggestions.slice(1)).toEqual(
      ["slow", "slow cooking", "slow motion"].map((text) => ({ text, kind: "search" })),
    );
    await on.api.json("/api/v3/suggest?q=slo");
    expect(asked()).toBe(1);
    await off.api.json("/api/v3/suggest?q=slo");
    for (const text of ["s", "https://host.example/watch"]) {
      await on.api.json(`/api/v3/suggest?q=${encodeURIComponent(text)}`);
    }
    expect(asked()).toBe(1);
    // A service that is slow, or away, costs who types no more than a moment.
    site.site.apiDelayMs = 1_200;
    const startedAt = performance.now();
    const late = await on.api.json<SuggestAnswer>("/api/v3/suggest?q=slow");
    expect(performance.now() - startedAt).toBeLessThan(800);
    expect(late.suggestions.map(({ kind }) => kind)).not.toContain("search");
    await expect
      .poll(async () => (await on.api.json<SuggestAnswer>("/api/v3/suggest?q=slow")).suggestions.length)
      .toBeGreaterThan(1);
    expect([on.api.breaches, off.api.breaches]).toEqual([[], []]);
  });

  it("never get what viewers type by a way that is not permitted", async () => {
    await using site = await setUpSiteStage();
    await using stage = await openStage({ suggest: `${site.site.origin}/api/complete?q={q}`, allowedNetworks: [] });
    const { suggestions } = await stage.api.json<SuggestAnswer>("/api/v3/suggest?q=slow");
    expect(suggestions.map(({ text }) => text)).toEqual(["Slow tide"]);
    expect(site.site.askers.size).toBe(0);
  });

  it("are asked so often a minute, and viewers told when to come again", async () => {
    await using stage = await openStage({ maxPerMinute: 1 });
    const [one, two] = await findFilms(stage, 2);
    expect((await stage.api.ask(`/api/v3/items/${one?.id ?? ""}/stream`)).status).toBe(200);
    const refused = await stage.api.ask(`/api/v3/items/${two?.id ?? ""}/stream`);
    expect([refused.status, ((await refused.json()) as ApiProblem).code]).toEqual([503, "unavailable"]);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(30);
    // What is known needs nobody to be asked.
    expect((await stage.api.ask(`/api/v3/items/${one?.id ?? ""}/stream`)).status).toBe(200);
    expect(stage.site.resolveCount("v1")).toBe(0);
  });

  it("are left alone when they ask for it, and tell how they fare", async () => {
    await using stage = await openStage();
    const [one, two, three] = await findFilms(stage, 3);
    stage.site.put("v1", { ...film(1000), error: "HTTP Error 429: Too Many Requests" });
    const open = async (item: Item | undefined): Promise<number> =>
      (await stage.api.ask(`/api/v3/items/${item?.id ?? ""}/stream`)).status;
    expect([await open(one), await open(two), await open(three)]).toEqual([200, 503, 503]);
    expect([stage.site.resolveCount("v1"), stage.site.resolveCount("v2")]).toEqual([1, 0]);
    const headers = { authorization: `Bearer ${adminToken}` };
    const [shown, known] = await Promise.all(
      [{}, headers].map(async (sent) =>
        (await stage.api.json<SourcesAnswer>("/api/v3/sources", { headers: sent })).sources.find(
          ({ name }) => name === "tube",
        ),
      ),
    );
    expect(shown?.health?.join("\n")).toMatch(
      /^sluicevideo: 1 of 2 failed since [\s\S]*^sluicevideo: left alone until \d\d:\d\d: it says it is asked too often$[\s\S]*days old: update it/m,
    );
    const site = shown?.sites?.find(({ name }) => name === "sluicevideo");
    expect(site).toMatchObject({ resolves: 2, failures: 1, failuresByReason: { "asked too often": 1 } });
    expect(site?.lastError).toBeUndefined();
    expect(known?.sites?.find(({ name }) => name === "sluicevideo")?.lastError?.message).toContain("429");
    expect(stage.api.breaches).toEqual([]);
  });

  it("tell those who wait their place in line", async () => {
    await using stage = await openStage({ maxRuns: 1 });
    const items = await findFilms(stage, 5);
    stage.site.apiDelayMs = 400;
    const opened = items.map((item) => stage.api.ask(`/api/v3/items/${item.id}/stream`));
    await sleep(200);
    const placeOf = async (item: Item | undefined): Promise<number | undefined> =>
      (await stage.api.json<Prepared>(`/api/v3/items/${item?.id ?? ""}/prepare`, { method: "POST" })).queuePosition;
    expect(await placeOf(items[0])).toBeUndefined();
    const before = await placeOf(items[4]);
    expect(before).toBeGreaterThan(1);
    await opened[1];
    const after = await placeOf(items[4]);
    expect(after).toBeLessThan(before ?? 0);
    expect((await Promise.all(opened)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(await placeOf(items[4])).toBeUndefined();
    expect(stage.api.breaches).toEqual([]);
  });

  it("are checked with all that the operator named", async () => {
    const settings: readonly [YtdlpSourceOptions, RegExp][] = [
      [{ cookiesFile: "/nonexistent/cookies.txt" }, /Cannot read \/nonexistent\/cookies.txt, which cookies= names/],
      [
        { pluginFolder: import.meta.dirname + "/plugin/yt_dlp_plugins" },
        /no plugin in .*must hold yt_dlp_plugins\/extractor/,
      ],
      [{ pluginFolder: "/nonexistent" }, /no plugin in \/nonexistent, which plugins= names/],
    ];
    for (const [options, words] of settings) {
      await using stage = await setUpSiteStage(options);
      await expect(stage.source.check()).rejects.toThrow(words);
    }
    await using good = await setUpSiteStage();
    await good.source.check();
  });
});
