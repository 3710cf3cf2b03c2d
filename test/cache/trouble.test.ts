import { describe, expect, it } from "vitest";
import type { SliceStore, SliceStoreState } from "../../src/cache/slice-store.ts";
import { SourceError } from "../../src/source/index.ts";
import { findPatternBreach } from "../../src/testing/index.ts";
import { chooseSeed, createRandom } from "../scenarios/seeded-random.ts";
import { patternObject } from "../upstream/upstream-object.ts";
import type { RawResponse } from "../wire/raw-client.ts";
import { type CacheStage, film, mebibyte, setUpCacheStage } from "./cache-stage.ts";
import { runUpstreamTrouble } from "./trouble-run.ts";

// Trouble behind the cache or in its store is not the viewer's: while the version holds he gets every byte.

const seed = chooseSeed();
const sizeBytes = 5 * mebibyte + 99;
const sliceBytes = 256 * 1024;

describe(`an upstream that is cut and answers 503 in between (SLUICE_TEST_SEED=${seed})`, () => {
  it.each(["memory", "disk"] as const)("with slices in %s: every body is complete and exact", async (store) => {
    const totals = await runUpstreamTrouble({ seed, count: 30, store, limitMs: 15_000 });
    console.info(`${totals.runs} cuts, ${totals.upstreamRequests} upstream requests`);
    expect(totals.faults).toEqual([]);
    expect(totals.runs).toBeGreaterThan(10);
  });
});

function expectExact(response: RawResponse, start = 0): void {
  expect([response.complete, response.body.length]).toEqual([true, sizeBytes - start]);
  expect(findPatternBreach(response.body, start)).toBe(-1);
}

/** A store whose answers a test can spoil. */
class TroubledStore {
  readonly store: SliceStore;
  isOff = false;
  /** Whether the `count`-th put is refused, or fails. */
  onPut: (count: number) => "keep" | "refuse" | "fail" = () => "keep";
  /** Bytes of a slice after which reading it fails. */
  readsFailAfter: number | undefined;
  #puts = 0;

  constructor(inner: SliceStore) {
    const state = (): SliceStoreState => (this.isOff ? { kind: "off", reason: "a test" } : inner.state);
    const troubled: Partial<SliceStore> = {
      has: async (key) => !this.isOff && (await inner.has(key)),
      put: async (key, bytes) => {
        this.#puts += 1;
        const verdict = this.isOff ? "refuse" : this.onPut(this.#puts);
        if (verdict === "fail") throw new Error("the disk is on fire");
        return verdict === "keep" && (await inner.put(key, bytes));
      },
      open: async (key) => {
        const slice = this.isOff ? undefined : await inner.open(key);
        const limit = this.readsFailAfter;
        return slice === undefined || limit === undefined
          ? slice
          : {
              lengthBytes: slice.lengthBytes,
              read: async (range, sink, options) => {
                const end = Math.min(range.end, range.start + limit);
                await slice.read({ start: range.start, end }, sink, options);
                if (end < range.end) {
                  this.isOff = true;
                  throw new SourceError("unavailable", "Cannot read a slice: the disk is on fire");
                }
              },
              [Symbol.asyncDispose]: () => slice[Symbol.asyncDispose](),
            };
      },
    };
    this.store = new Proxy(inner, {
      get: (target, name) => {
        if (name === "state") return state();
        const value: unknown = Reflect.get(troubled, name) ?? Reflect.get(target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }
}

async function setUpTroubled(): Promise<{ stage: CacheStage; trouble: TroubledStore }> {
  let trouble: TroubledStore | undefined;
  const stage = await setUpCacheStage({
    sliceBytes,
    wrapStore: (inner) => {
      trouble = new TroubledStore(inner);
      return trouble.store;
    },
  });
  stage.upstream.put(film, patternObject(sizeBytes));
  if (trouble === undefined) throw new TypeError("The stage has no store");
  return { stage, trouble };
}

/** A fast viewer and a slow one of the same. */
async function expectBothServed(stage: CacheStage): Promise<void> {
  const slow = stage.get("1000-", { onBody: checkSlowly() });
  expectExact(await stage.get());
  expect((await slow).complete).toBe(true);
}

function checkSlowly(): (chunk: Uint8Array, offset: number) => Promise<void> {
  return async (chunk, offset) => {
    expect(findPatternBreach(chunk, 1000 + offset)).toBe(-1);
    await new Promise((resolve) => setTimeout(resolve, 5));
  };
}

describe("a store in trouble while viewers read", () => {
  it.each(["refuse", "fail"] as const)("all puts %s: the bodies are complete and exact", async (verdict) => {
    const { stage, trouble } = await setUpTroubled();
    await using _ = stage;
    trouble.onPut = () => verdict;
    await expectBothServed(stage);
    expect((await stage.store.stat()).slices).toBe(0);
  });

  it(`some puts refuse or fail (SLUICE_TEST_SEED=${seed})`, async () => {
    const random = createRandom(seed);
    for (let round = 0; round < 2; round += 1) {
      const { stage, trouble } = await setUpTroubled();
      await using _ = stage;
      trouble.onPut = () => (["keep", "refuse", "fail"] as const)[random(3)] ?? "keep";
      await expectBothServed(stage);
      await expectBothServed(stage);
    }
  });

  it("it turns off: the bodies are complete and exact, and so are those after it", async () => {
    const { stage, trouble } = await setUpTroubled();
    await using _ = stage;
    trouble.onPut = (count) => {
      trouble.isOff = count > 5;
      return trouble.isOff ? "refuse" : "keep";
    };
    await expectBothServed(stage);
    expect(trouble.isOff).toBe(true);
    expectExact(await stage.get());
    trouble.isOff = false;
    trouble.onPut = () => "keep";
    expectExact(await stage.get());
    stage.upstream.resetCounts();
    expectExact(await stage.get("7-"), 7);
    expect(stage.upstream.requests).toEqual([]);
  });

  it("a slice cannot be read to its end: the rest comes from elsewhere", async () => {
    const { stage, trouble } = await setUpTroubled();
    await using _ = stage;
    expectExact(await stage.get());
    trouble.readsFailAfter = 100_000;
    expectExact(await stage.get());
  });
});
