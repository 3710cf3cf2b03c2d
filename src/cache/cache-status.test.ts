import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CollectingSink } from "../bytes/byte-sink.ts";
import type { MediaObject, OpenOptions, Source } from "../source/index.ts";
import { SourceError } from "../source/index.ts";
import { createMemorySource } from "../sources/index.ts";
import { type CachedSource, cachedSource, type CachedSourceOptions } from "./cached-source.ts";
import { createMemorySliceStore } from "./memory-slice-store.ts";

const sliceBytes = 256 * 1024;
const objects = {
  "a/film.mp4": new Uint8Array(3 * sliceBytes),
  "a/film.mp4x": new Uint8Array(10),
  "b.mp3": new Uint8Array(10),
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
});

afterEach(() => {
  vi.useRealTimers();
});

function createStage(options: Partial<CachedSourceOptions> = {}): {
  readonly source: Source;
  readonly cached: CachedSource;
  readonly store: ReturnType<typeof createMemorySliceStore>;
} {
  const source = createMemorySource(objects);
  const store = createMemorySliceStore({ sliceBytes, limitBytes: 64 * sliceBytes });
  const policy = { freshForSeconds: 60, staleWhileRevalidateSeconds: 30, staleIfErrorSeconds: 300, readAhead: "exact" };
  return {
    source,
    store,
    cached: cachedSource(source, store, { name: "<memory>", ...policy, ...options } as CachedSourceOptions),
  };
}

const firstSlice: OpenOptions["intent"] = { kind: "bounded", start: 0, end: sliceBytes };

async function readFirst(cached: CachedSource, key = "a/film.mp4", intent = firstSlice): Promise<string | undefined> {
  await using object: MediaObject = await cached.open(key, { intent });
  const start = intent !== "metadata" && intent?.kind === "bounded" ? intent.start : 0;
  await object.read({ start, end: Math.min(start + sliceBytes, object.sizeBytes ?? 0) }, new CollectingSink());
  return object.cacheStatus;
}

async function untilHeld(store: ReturnType<typeof createMemorySliceStore>, slices: number): Promise<void> {
  // Not vi.waitFor(): it would move the clock.
  for (let tries = 0; tries < 500 && (await store.stat()).slices !== slices; tries += 1) {
    await delay(2);
  }
  expect((await store.stat()).slices).toBe(slices);
}

describe("Cache-Status of a cached source", () => {
  it("tells a first request, a hit with its age, and a part that is missing", async () => {
    const { cached, store } = createStage();
    expect(await readFirst(cached)).toBe("Sluice; fwd=uri-miss; stored; ttl=60");
    await untilHeld(store, 1);
    vi.advanceTimersByTime(10_000);
    expect(await readFirst(cached)).toBe("Sluice; hit; ttl=50");
    const last: OpenOptions["intent"] = { kind: "bounded", start: 2 * sliceBytes, end: 3 * sliceBytes };
    expect(await readFirst(cached, "a/film.mp4", last)).toBe("Sluice; fwd=partial; stored; ttl=50");
  });

  it("shows a stale hit by its negative age, and a revalidation as what it is", async () => {
    const { cached, store } = createStage();
    await readFirst(cached);
    await untilHeld(store, 1);
    vi.advanceTimersByTime(70_000);
    expect(await readFirst(cached)).toBe("Sluice; hit; ttl=-10");
    await delay(20);
    expect(await readFirst(cached)).toBe("Sluice; hit; ttl=60");
    vi.advanceTimersByTime(100_000);
    expect(await readFirst(cached)).toBe("Sluice; fwd=stale; ttl=60");
  });

  it("shows what is served although the source is away", async () => {
    const { cached, source, store } = createStage();
    await readFirst(cached);
    await untilHeld(store, 1);
    vi.advanceTimersByTime(200_000);
    vi.spyOn(source, "revalidate").mockRejectedValue(new SourceError("unavailable", "away"));
    expect(await readFirst(cached)).toBe("Sluice; fwd=stale; ttl=-140");
  });

  it("shows requests that share one", async () => {
    const { cached } = createStage();
    const statuses = await Promise.all([readFirst(cached), readFirst(cached)]);
    expect(statuses).toEqual([
      "Sluice; fwd=uri-miss; stored; ttl=60",
      "Sluice; fwd=uri-miss; stored; collapsed; ttl=60",
    ]);
  });

  it("shows what is not kept, and a store that is off", async () => {
    const { cached, source, store } = createStage();
    const open = source.open.bind(source);
    vi.spyOn(source, "open").mockImplementation(async (key, options) =>
      Object.assign(await open(key, options), { caching: { mayStore: false } }),
    );
    expect(await readFirst(cached)).toBe("Sluice; fwd=uri-miss");
    Object.assign(store, { state: { kind: "off", reason: "the disk is full" } });
    expect(await readFirst(cached)).toBe("Sluice; fwd=bypass");
  });
});

describe("CachedSource.purge()", () => {
  it("drops an object and what lies below it, not what merely begins alike", async () => {
    const { cached, store } = createStage();
    for (const key of Object.keys(objects)) {
      await readFirst(cached, key);
    }
    await untilHeld(store, 3);
    expect(await cached.purge("a/film.mp4")).toEqual({ objects: 1, slices: 1, bytes: sliceBytes });
    expect(await readFirst(cached, "a/film.mp4x")).toMatch(/; hit;/);
    expect(await readFirst(cached)).toMatch(/fwd=uri-miss/);
    await untilHeld(store, 3);
    expect(await cached.purge("a")).toMatchObject({ objects: 2 });
    expect(await cached.purge("")).toMatchObject({ objects: 1 });
    expect(await store.stat()).toEqual({ objects: 0, slices: 0, bytes: 0 });
  });

  it("forgets that an object was missing", async () => {
    const { cached, source } = createStage();
    await expect(cached.open("c.mp4")).rejects.toThrow();
    const open = vi.spyOn(source, "open");
    await expect(cached.open("c.mp4")).rejects.toThrow();
    expect(open).not.toHaveBeenCalled();
    await cached.purge("c.mp4");
    await expect(cached.open("c.mp4")).rejects.toThrow();
    expect(open).toHaveBeenCalledTimes(1);
  });
});
