import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { findPatternBreach } from "../../src/testing/index.ts";
import type { Fault } from "../upstream/fault.ts";
import { patternObject } from "../upstream/upstream-object.ts";
import { fieldValue, type RawResponse } from "../wire/raw-client.ts";
import { type CacheStage, type CacheStageOptions, film, setUpCacheStage } from "./cache-stage.ts";

// Freshness belongs to the object: one conditional request without a body frees or drops all slices. What the origin says of keeping
// counts as RFC 9111 asks of a shared cache; where it says nothing the policy does.

const sizeBytes = 200_000;
const sliceBytes = 16_384;

let stage: CacheStage;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-03-01T12:00:00Z") });
});

afterEach(async () => {
  vi.useRealTimers();
  await stage[Symbol.asyncDispose]();
});

async function setUp(options: CacheStageOptions = {}, fields: Readonly<Record<string, string>> = {}): Promise<void> {
  stage = await setUpCacheStage({ sliceBytes, timeouts: { firstByteMs: 300, stallMs: 300 }, ...options });
  put(0);
  say(fields);
}

function put(salt: number): void {
  stage.upstream.put(film, patternObject(sizeBytes, { salt }));
}

function say(fields: Readonly<Record<string, string>>, ...faults: readonly Fault[]): void {
  stage.upstream.fault(film, { kind: "fields", fields }, ...faults);
}

function pass(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1000);
}

function expectWhole(response: RawResponse, salt = 0): void {
  expect([response.status, response.complete, response.body.length]).toEqual([200, true, sizeBytes]);
  expect(findPatternBreach(response.body, 0, salt)).toBe(-1);
}

/** What a view costs upstream. */
async function cost(salt = 0): Promise<{ requests: string[]; bytes: number }> {
  stage.upstream.resetCounts();
  expectWhole(await stage.get(), salt);
  return { requests: stage.upstream.requests.map(({ method }) => method), bytes: stage.upstream.bodyBytes };
}

const nothing = { requests: [], bytes: 0 };
const oneHead = { requests: ["HEAD"], bytes: 0 };

describe("a stale hit", () => {
  it("is served after one conditional request without a body, which frees all slices", async () => {
    await setUp({ freshForSeconds: 60, staleWhileRevalidateSeconds: 0 });
    await cost();
    pass(61);
    expect(await cost()).toEqual(oneHead);
    expect(stage.upstream.requests[0]?.fields["if-none-match"]).toBe(`"pattern-${sizeBytes}-0"`);
    expect(await cost()).toEqual(nothing);
    pass(61);
    expect((await stage.get("100000-100001")).status).toBe(206);
    expect(await cost()).toEqual(nothing);
  });

  it("is served at once while it is revalidated beside, and that costs no body byte", async () => {
    await setUp({ freshForSeconds: 60, staleWhileRevalidateSeconds: 60 });
    await cost();
    say({}, { kind: "stall", at: "head", ms: 150 });
    pass(61);
    stage.upstream.resetCounts();
    const response = await stage.get();
    expectWhole(response);
    expect(response.elapsedMs).toBeLessThan(145);
    await expect.poll(() => stage.upstream.requests[0]?.status).toBe(304);
    expect([stage.upstream.requests.length, stage.upstream.bodyBytes]).toEqual([1, 0]);
    // Past that time it is asked first.
    pass(121);
    expect((await stage.get("0-1")).elapsedMs).toBeGreaterThanOrEqual(145);
  });

  it("costs one revalidation for twenty viewers at once, before or beside", async () => {
    for (const staleWhileRevalidateSeconds of [0, 60]) {
      await setUp({ freshForSeconds: 60, staleWhileRevalidateSeconds });
      await cost();
      say({}, { kind: "stall", at: "head", ms: 100 });
      pass(61);
      stage.upstream.resetCounts();
      const ranges = Array.from({ length: 20 }, (_, index) => `${index * 9000}-${index * 9000 + 8999}`);
      const responses = await Promise.all(ranges.map((range) => stage.get(range)));
      expect(responses.map(({ status, body }) => [status, body.length])).toEqual(ranges.map(() => [206, 9000]));
      await expect.poll(() => stage.upstream.requests[0]?.status).toBe(304);
      expect([stage.upstream.requests.length, stage.upstream.bodyBytes]).toEqual([1, 0]);
      expect(stage.source.counters.revalidations).toBe(1);
      if (staleWhileRevalidateSeconds === 0) await stage[Symbol.asyncDispose]();
    }
  });

  it("of an object that has changed is the new version, whole", async () => {
    await setUp({ freshForSeconds: 60, staleWhileRevalidateSeconds: 0 });
    await cost();
    pass(61);
    put(7);
    const { bytes } = await cost(7);
    expect(bytes).toBeLessThanOrEqual(sizeBytes);
    expect(await cost(7)).toEqual(nothing);
    const { entries } = await stage.store.list();
    expect(entries.map(({ version }) => version)).toEqual([`"pattern-${sizeBytes}-7"`]);
  });

  it("of an object that is gone is a 404, then and for a moment after", async () => {
    await setUp({ freshForSeconds: 60, staleWhileRevalidateSeconds: 0, notFoundForSeconds: 5 });
    await cost();
    pass(61);
    stage.upstream.remove(film);
    stage.upstream.resetCounts();
    for (let round = 0; round < 3; round += 1) expect((await stage.get()).status).toBe(404);
    expect(stage.upstream.requests).toHaveLength(1);
    put(3);
    pass(6);
    await cost(3);
  });
});

describe("an origin out of reach", () => {
  it.each([
    ["refuses connections", undefined],
    ["answers 503", { kind: "slow-down" } as const],
    ["says nothing", { kind: "stall", at: "head", ms: Infinity } as const],
  ])("that %s: what is held is served, for stale-if-error long", async (_, fault) => {
    await setUp({ freshForSeconds: 60, staleWhileRevalidateSeconds: 0, staleIfErrorSeconds: 3600 });
    await cost();
    pass(61);
    if (fault === undefined) await stage.upstream.refuse();
    else say({}, fault);
    expectWhole(await stage.get());
    pass(3600);
    expect((await stage.get()).status).toBeGreaterThanOrEqual(500);
    if (fault === undefined) await stage.upstream.resume();
    else say({});
    expectWhole(await stage.get());
  });

  it.each(["max-age=60, must-revalidate", "max-age=60, proxy-revalidate", "s-maxage=60", "no-cache"])(
    "is an error under %s",
    async (value) => {
      await setUp({ staleIfErrorSeconds: 3600, staleWhileRevalidateSeconds: 3600 }, { "Cache-Control": value });
      await cost();
      pass(61);
      await stage.upstream.refuse();
      expect((await stage.get()).status).toBeGreaterThanOrEqual(500);
      await stage.upstream.resume();
      expect(await cost()).toEqual(oneHead);
    },
  );
});

describe("what the origin says of keeping", () => {
  const ours = { freshForSeconds: 600, staleWhileRevalidateSeconds: 0 };

  it.each([
    { "Cache-Control": "no-store" },
    { "Cache-Control": "private, max-age=600" },
    { "Cache-Control": "max-age=600", Vary: "*" },
  ])("%o: nothing is kept, and viewers share nothing", async (fields) => {
    await setUp(ours, fields as Record<string, string>);
    for (let round = 0; round < 2; round += 1) {
      const { bytes } = await cost();
      expect(bytes).toBe(sizeBytes);
    }
    const both = await Promise.all([stage.get(), stage.get()]);
    both.forEach((response) => expectWhole(response));
    expect(await stage.store.stat()).toMatchObject({ slices: 0, bytes: 0 });
    await expect.poll(() => stage.server.countConnections()).toBe(0);
  });

  it("no-store: the first of several who wait leaves, and nothing stays open", async () => {
    await setUp(ours, { "Cache-Control": "no-store" });
    say({ "Cache-Control": "no-store" }, { kind: "stall", at: "head", ms: 150, request: 1 });
    const early = new AbortController();
    const first = stage.source.open(film, { signal: early.signal });
    const second = stage.source.open(film);
    setTimeout(() => early.abort(), 50);
    await expect(first).rejects.toMatchObject({ code: "aborted" });
    const object = await second;
    await object[Symbol.asyncDispose]();
    await expect.poll(() => stage.upstream.connectionsOpen, { timeout: 8000 }).toBe(0);
  });

  it.each([
    [{ "Cache-Control": "max-age=100" }, 100],
    [{ "Cache-Control": "max-age=100", Age: "40" }, 60],
    [{ "Cache-Control": "max-age=10, s-maxage=100" }, 100],
    [{ "Cache-Control": "no-cache" }, 0],
    [{ "Cache-Control": "max-age=100, no-cache" }, 0],
    [{ Expires: new Date("2026-03-01T12:01:40Z").toUTCString() }, 100],
    [{ "Cache-Control": "max-age=100", Expires: "0" }, 100],
    [{ Expires: "0" }, 0],
    [{ "Cache-Control": "public" }, 600],
    [{}, 600],
  ] as const)("%o: fresh for %i s", async (fields, seconds) => {
    await setUp(ours, { ...fields });
    await cost();
    if (seconds > 0) {
      pass(seconds - 1);
      expect(await cost()).toEqual(nothing);
    }
    pass(2);
    expect(await cost()).toEqual(oneHead);
  });

  it("stale-while-revalidate and stale-if-error of the origin count before the policy's", async () => {
    await setUp(ours, { "Cache-Control": "max-age=10, stale-while-revalidate=50, stale-if-error=500" });
    await cost();
    pass(30);
    expectWhole(await stage.get());
    await expect.poll(() => stage.source.counters.staleOpens).toBe(1);
    await expect.poll(() => stage.upstream.requests.at(-1)?.status).toBe(304);
    pass(100);
    await stage.upstream.refuse();
    expectWhole(await stage.get());
    pass(500);
    expect((await stage.get()).status).toBeGreaterThanOrEqual(500);
  });

  it("a revalidation that says no-store drops what was kept", async () => {
    await setUp(ours, { "Cache-Control": "max-age=10" });
    await cost();
    say({ "Cache-Control": "no-store" });
    pass(11);
    expect((await cost()).bytes).toBe(sizeBytes);
    expect((await stage.store.stat()).slices).toBe(0);
  });

  it("a 304 that says nothing leaves what was said before in force (RFC 9111, 4.3.4)", async () => {
    await setUp(ours, { "Cache-Control": "max-age=10, must-revalidate" });
    await cost();
    say({});
    pass(11);
    expect(await cost()).toEqual(oneHead);
    pass(11);
    expect(await cost()).toEqual(oneHead);
  });
});

describe("no such object", () => {
  it("is believed for a moment, and costs one request for all who ask", async () => {
    await setUp({ notFoundForSeconds: 5 });
    const statuses = await Promise.all(Array.from({ length: 8 }, () => stage.get(undefined, { key: "none.mp4" })));
    expect(statuses.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 404));
    expect(stage.upstream.requests).toHaveLength(1);
    stage.upstream.put("none.mp4", patternObject(10));
    expect((await stage.get(undefined, { key: "none.mp4" })).status).toBe(404);
    pass(6);
    const found = await stage.get(undefined, { key: "none.mp4" });
    expect([found.status, fieldValue(found.fields, "Content-Length")]).toEqual([200, "10"]);
  });

  it.each([403, 503])("but %i is not remembered", async (status) => {
    await setUp();
    stage.upstream.fault(film, { kind: "status", status });
    expect((await stage.get()).status).toBeGreaterThanOrEqual(400);
    stage.upstream.fault(film);
    expectWhole(await stage.get());
  });
});
