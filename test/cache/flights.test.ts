import { readdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { sharedBuffers } from "../../src/bytes/index.ts";
import { sharedSliceBuffers } from "../../src/cache/slice-buffers.ts";
import { isSourceError } from "../../src/source/index.ts";
import { findPatternBreach } from "../../src/testing/index.ts";
import { chooseSeed, createRandom } from "../scenarios/seeded-random.ts";
import { patternObject } from "../upstream/upstream-object.ts";
import { type CacheStage, type CacheStageOptions, film, mebibyte, setUpCacheStage } from "./cache-stage.ts";

// Readers who share an upstream read: whoever leaves, lags behind or is far ahead, the others get their bytes, nothing is fetched for
// nobody, and nothing stays behind.

const sizeBytes = 24 * mebibyte + 77;
const sliceBytes = 256 * 1024;
const seed = chooseSeed();
const patience = { timeout: 10_000, interval: 20 };

let stage: CacheStage;

afterEach(async () => {
  await stage[Symbol.asyncDispose]();
  await expectNothingLent();
});

async function expectNothingLent(): Promise<void> {
  await expect.poll(() => sharedSliceBuffers.usedBytes, patience).toBe(0);
  await expect.poll(() => sharedBuffers.lentBytes, patience).toBe(0);
}

async function setUp(options: CacheStageOptions = {}): Promise<void> {
  stage = await setUpCacheStage({ sliceBytes, ...options });
  stage.upstream.put(film, patternObject(sizeBytes));
}

interface ReaderOptions {
  readonly key?: string;
  readonly salt?: number;
  readonly start?: number;
  readonly end?: number;
  /** Milliseconds each chunk is held. */
  readonly holdMs?: number;
  /** Leaves after so many bytes. */
  readonly leaveAfter?: number;
}

/** Reads through the source itself; each byte is checked as it comes. @returns how many came, and after how long the first */
async function read(options: ReaderOptions = {}): Promise<{ bytes: number; ms: number }> {
  const { key = film, salt = 0, start = 0, end = sizeBytes, holdMs = 0, leaveAfter } = options;
  const controller = new AbortController();
  const { signal } = controller;
  const startedAt = performance.now();
  let bytes = 0;
  const sink = {
    async write(chunk: Uint8Array): Promise<void> {
      expect(findPatternBreach(chunk, start + bytes, salt)).toBe(-1);
      bytes += chunk.length;
      if (leaveAfter !== undefined && bytes >= leaveAfter) controller.abort();
      if (holdMs > 0) await sleep(holdMs);
    },
  };
  try {
    await using object = await stage.source.open(key, { intent: { kind: "bounded", start, end }, signal });
    await object.read({ start, end }, sink, { signal });
    expect(bytes).toBe(end - start);
  } catch (error) {
    if (leaveAfter === undefined || !isSourceError(error, "aborted")) throw error;
  }
  return { bytes, ms: performance.now() - startedAt };
}

/** Requests under way at the origin: idle connections do not count. */
function answersUnderWay(): number {
  return stage.upstream.connectionsBusy;
}

describe("readers who leave", () => {
  it("the first one leaves, the others go on with the same flight", async () => {
    await setUp();
    stage.upstream.fault(film, { kind: "trickle", chunkBytes: 65_536, everyMs: 1 });
    const end = 6 * mebibyte;
    const [first, ...others] = await Promise.all([
      read({ end, leaveAfter: 300_000 }),
      read({ end }),
      read({ start: 100, end }),
    ]);
    expect(first.bytes).toBeLessThan(end);
    expect(others.map(({ bytes }) => bytes)).toEqual([end, end - 100]);
    expect(stage.source.counters.flights).toBe(1);
    expect(stage.upstream.bodyBytes).toBeLessThanOrEqual(end + sliceBytes);
  });

  it("all leave: the upstream stops within a second", async () => {
    await setUp({ sliceBytes: mebibyte });
    stage.upstream.fault(film, { kind: "trickle", chunkBytes: 4096, everyMs: 5 });
    await Promise.all([read({ leaveAfter: 10_000 }), read({ leaveAfter: 20_000 }), read({ leaveAfter: 30_000 })]);
    await expect.poll(answersUnderWay, { timeout: 1000, interval: 10 }).toBe(0);
    const sent = stage.upstream.bodyBytes;
    await sleep(200);
    expect(stage.upstream.bodyBytes).toBe(sent);
    expect(sent).toBeLessThan(mebibyte);
  });

  it("all leave while a second flight waits for its answer: the upstream stops within a second", async () => {
    await setUp();
    await read({ end: 1000 });
    stage.upstream.fault(film, { kind: "stall", at: "head", ms: Infinity });
    const controller = new AbortController();
    const object = await stage.source.open(film);
    const far = { start: 12 * mebibyte, end: 13 * mebibyte };
    const reading = object.read(far, { write: async () => {} }, { signal: controller.signal });
    reading.catch(() => {});
    await expect.poll(() => stage.upstream.requests.length, patience).toBeGreaterThanOrEqual(2);
    controller.abort();
    const leftAt = performance.now();
    await expect(reading).rejects.toMatchObject({ code: "aborted" });
    await object[Symbol.asyncDispose]();
    await expect.poll(answersUnderWay, { timeout: 3000, interval: 10 }).toBe(0);
    expect(performance.now() - leftAt).toBeLessThan(1000);
  });

  it(`at every moment (SLUICE_TEST_SEED=${seed}), and nothing stays behind`, async () => {
    await setUp({ store: "disk" });
    stage.upstream.put("warm.mp4", patternObject(sizeBytes));
    await read({ key: "warm.mp4", end: mebibyte });
    stage.upstream.breakConnections();
    await expect.poll(() => stage.upstream.connectionsOpen, patience).toBe(0);
    const random = createRandom(seed);
    const descriptors = await countDescriptors();
    for (let round = 0; round < 25; round += 1) {
      const key = `film-${round}.mp4`;
      stage.upstream.put(key, patternObject(sizeBytes));
      stage.upstream.fault(key, { kind: "stall", at: "head", ms: random(4) });
      await Promise.all(
        Array.from({ length: 6 }, async () => {
          await sleep(random(6));
          const start = random(2) === 0 ? 0 : random(4 * mebibyte);
          await read({ key, start, end: start + 3 * mebibyte, leaveAfter: random(mebibyte), holdMs: random(2) });
        }),
      );
      await Promise.all(Array.from({ length: 3 }, () => abortAfter(key, random(12))));
    }
    await expect.poll(() => sharedSliceBuffers.usedBytes, patience).toBe(0);
    await expect.poll(() => stage.upstream.connectionsOpen, patience).toBe(0);
    // What the store keeps open of slices is its own to close; it was told to keep none.
    await expect.poll(countDescriptors, patience).toBeLessThanOrEqual(descriptors);
    expect((await read({ key: "film-3.mp4", end: 5 * mebibyte })).bytes).toBe(5 * mebibyte);
  });
});

async function abortAfter(key: string, ms: number): Promise<void> {
  const signal = AbortSignal.timeout(ms);
  try {
    await using object = await stage.source.open(key, { signal });
    await object.read({ start: 0, end: sizeBytes }, { write: () => sleep(1) }, { signal });
  } catch (error) {
    if (!isSourceError(error, "aborted")) throw error;
  }
}

async function countDescriptors(): Promise<number> {
  return (await readdir("/proc/self/fd")).length;
}

describe("readers at different speeds", () => {
  it("a slow one beside a fast one: the fast is not slowed, the slow gets all, memory stays bounded", async () => {
    await setUp({ readAhead: "exact" });
    let mostUsed = 0;
    const watch = setInterval(() => (mostUsed = Math.max(mostUsed, sharedSliceBuffers.usedBytes)), 1);
    const end = 6 * mebibyte;
    const slow = read({ end, holdMs: 15 });
    const fast = await read({ end });
    expect(fast.ms).toBeLessThan(5000);
    const { ms, bytes } = await slow;
    clearInterval(watch);
    expect(bytes).toBe(end);
    expect(ms).toBeGreaterThan(fast.ms);
    expect(mostUsed).toBeLessThanOrEqual(3 * sliceBytes);
    expect(stage.upstream.bodyBytes).toBeLessThanOrEqual(end + mebibyte);
  });

  it("a slow one alone holds the upstream back", async () => {
    await setUp({ readAhead: "exact" });
    await read({ leaveAfter: 400_000, holdMs: 60 });
    // What the kernel's buffers took is not ours to hold back.
    expect(stage.source.counters.flights).toBe(1);
    expect((await stage.store.stat()).bytes).toBeLessThanOrEqual(3 * sliceBytes);
  });

  it("a slow one whose slices are dropped before he comes to them gets all the same", async () => {
    await setUp({ limitBytes: 4 * sliceBytes });
    const end = 3 * mebibyte;
    const [slow, fast] = await Promise.all([read({ end, holdMs: 8 }), read({ end })]);
    expect([slow.bytes, fast.bytes]).toEqual([end, end]);
  });

  it("one far ahead starts a flight of his own", async () => {
    await setUp();
    stage.upstream.fault(film, { kind: "trickle", chunkBytes: 65_536, everyMs: 2 });
    const far = 20 * mebibyte;
    const [near, ahead] = await Promise.all([
      read({ end: 4 * mebibyte }),
      sleep(20).then(() => read({ start: far, end: far + 1000 })),
    ]);
    expect(ahead.ms).toBeLessThan(near.ms);
    expect(stage.source.counters.flights).toBe(2);
    expect(stage.upstream.bodyBytes).toBeLessThanOrEqual(4 * mebibyte + 2 * sliceBytes);
  });
});

describe("reading ahead", () => {
  it.each([
    ["exact", 1],
    ["balanced", 2],
  ] as const)("%s: the flight is at most %i slices beyond the one its reader is in", async (readAhead, slices) => {
    await setUp({ readAhead });
    let most = 0;
    let position = 0;
    await using object = await stage.source.open(film);
    const controller = new AbortController();
    const sink = {
      async write(chunk: Uint8Array): Promise<void> {
        position += chunk.length;
        await sleep(20);
        const { slices: held } = await stage.store.stat();
        most = Math.max(most, held * sliceBytes - position);
        if (position > 6 * sliceBytes) controller.abort();
      },
    };
    await expect(object.read({ start: 0, end: sizeBytes }, sink, { signal: controller.signal })).rejects.toMatchObject({
      code: "aborted",
    });
    expect(most).toBeLessThanOrEqual((slices + 1) * sliceBytes);
  });

  it("a need that ends early is not read past, also when one who wanted more has left", async () => {
    await setUp({ readAhead: "exact" });
    stage.upstream.fault(film, { kind: "trickle", chunkBytes: 16_384, everyMs: 1 });
    const end = 2 * sliceBytes;
    await Promise.all([read({ end, holdMs: 30 }), read({ end: 16 * mebibyte, leaveAfter: 100_000 })]);
    await sleep(200);
    expect((await stage.store.stat()).bytes).toBeLessThanOrEqual(4 * sliceBytes);
    expect(stage.upstream.bodyBytes).toBeLessThanOrEqual(2 * mebibyte);
  });
});

describe("many flights at once", () => {
  it("of 200 objects finish within the budget of slice buffers", async () => {
    await setUp({ sliceBytes: mebibyte, limitBytes: 512 * mebibyte });
    const size = mebibyte + mebibyte / 2;
    for (let index = 0; index < 200; index += 1) {
      stage.upstream.put(`film-${index}.mp4`, patternObject(size, { salt: index }));
    }
    let mostUsed = 0;
    const watch = setInterval(() => (mostUsed = Math.max(mostUsed, sharedSliceBuffers.usedBytes)), 1);
    const results = await Promise.all(
      Array.from({ length: 200 }, (_, index) => read({ key: `film-${index}.mp4`, salt: index, end: size })),
    );
    clearInterval(watch);
    expect(results.map(({ bytes }) => bytes)).toEqual(Array.from({ length: 200 }, () => size));
    console.info(`200 flights at once: at most ${(mostUsed / mebibyte).toFixed(0)} MiB of slice buffers`);
    expect(mostUsed).toBeLessThanOrEqual(32 * mebibyte);
  });

  it("of which forty stall do not stop the others", async () => {
    await setUp({ sliceBytes: mebibyte, timeouts: { firstByteMs: 4000, stallMs: 4000 } });
    const size = 2 * mebibyte;
    const reads = Array.from({ length: 60 }, async (_, index) => {
      const key = `film-${index}.mp4`;
      stage.upstream.put(key, patternObject(size));
      if (index < 40) stage.upstream.fault(key, { kind: "stall", at: 100_000, ms: 1000, request: 1 });
      await sleep(index < 40 ? 0 : 50);
      return await read({ key, end: size });
    });
    const results = await Promise.all(reads);
    expect(results.every(({ bytes }) => bytes === size)).toBe(true);
  });
});
