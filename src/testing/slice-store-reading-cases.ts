import assert from "node:assert/strict";
import { sharedBuffers } from "../bytes/buffer-pool.ts";
import type { ByteRange } from "../bytes/byte-range.ts";
import type { Slice, SliceKey, SliceStore } from "../cache/slice-store.ts";
import { isSourceError } from "../source/index.ts";
import { findPatternBreach, patternBytes } from "./pattern-bytes.ts";
import { PoisoningSink } from "./poisoning-sink.ts";
import type { SliceStoreCase } from "./slice-store-subject.ts";

const kibibyte = 1024;

/** A key of the object the tests use. */
export function keyOf(index: number, object = "films/a.mp4", version = '"v1"'): SliceKey {
  return { object, version, index };
}

/** Puts a slice of the pattern; `salt` makes another content. */
export function putPattern(store: SliceStore, key: SliceKey, length: number, salt = 0): Promise<boolean> {
  return store.put(key, patternBytes(0, length, salt));
}

/** Opens a slice that must be held. */
export async function openHeld(store: SliceStore, key: SliceKey): Promise<Slice> {
  const slice = await store.open(key);
  assert.ok(slice !== undefined, `slice ${key.index} of ${key.object} ${key.version} is not held`);
  return slice;
}

/** Reads a range the strict way and checks it against the pattern. */
export async function assertSliceReads(slice: Slice, range: ByteRange, salt = 0): Promise<void> {
  const sink = new PoisoningSink();
  await slice.read(range, sink);
  const bytes = sink.close();
  const name = `[${range.start}, ${range.end}) of ${slice.lengthBytes}`;
  assert.equal(bytes.length, range.end - range.start, `${name} has the wrong length`);
  assert.equal(findPatternBreach(bytes, range.start, salt), -1, `${name} has wrong bytes`);
}

/** Asserts that a slice is held, with the pattern from end to end. */
export async function assertHeld(store: SliceStore, key: SliceKey, length: number, salt = 0): Promise<void> {
  await using slice = await openHeld(store, key);
  assert.equal(slice.lengthBytes, length);
  await assertSliceReads(slice, { start: 0, end: length }, salt);
}

/** Exact bytes, whatever the length, the range and how often. */
export function readingCases(): readonly SliceStoreCase[] {
  const lengths = [1, 65_535, 65_536, 65_537, 256 * kibibyte - 1, 256 * kibibyte];
  return [
    ...lengths.map((length, index): SliceStoreCase => ({
      name: `a slice of ${length} bytes, whole and in ranges around every edge`,
      run: ({ store }) => readEveryShape(store, keyOf(index), length),
    })),
    { name: "small ranges that are read again and again stay right", run: ({ store }) => readAgainAndAgain(store) },
    { name: "a hundred reads at once do not disturb each other", run: ({ store }) => readAtOnce(store) },
    { name: "a range beyond the slice is the caller's mistake", run: ({ store }) => refuseBadRanges(store) },
    { name: "reading stops at once when told to, and gives its buffers back", run: ({ store }) => stopReading(store) },
    {
      name: "a receiver's failure reaches the reader, and gives the buffers back",
      run: ({ store }) => failSink(store),
    },
    { name: "slices may be disposed of twice, and not be read then", run: ({ store }) => disposeTwice(store) },
  ];
}

async function readEveryShape(store: SliceStore, key: SliceKey, length: number): Promise<void> {
  assert.equal(await putPattern(store, key, length), true);
  await using slice = await openHeld(store, key);
  assert.equal(slice.lengthBytes, length);
  const edges = [0, 1, 65_535, 65_536, 65_537, 131_072, length - 1, length].filter((edge) => edge <= length);
  for (const start of edges) {
    for (const end of edges.filter((edge) => edge >= start)) {
      await assertSliceReads(slice, { start, end });
    }
  }
  // Again, because the sink has ruined every chunk.
  await assertSliceReads(slice, { start: 0, end: length });
}

async function readAgainAndAgain(store: SliceStore): Promise<void> {
  const length = 256 * kibibyte - 7;
  await putPattern(store, keyOf(0), length);
  await putPattern(store, keyOf(1), length, 5);
  const starts = [0, 65_536, 1000, 65_000, length - 70_000, length - 40_000];
  for (let round = 0; round < 6; round += 1) {
    for (const start of starts) {
      const end = Math.min(length, start + 65_536 - (round % 3));
      await using slice = await openHeld(store, keyOf(0));
      await using other = await openHeld(store, keyOf(1));
      await assertSliceReads(slice, { start, end });
      await assertSliceReads(other, { start, end }, 5);
      await assertSliceReads(slice, { start: length - 1, end: length });
    }
  }
}

async function readAtOnce(store: SliceStore): Promise<void> {
  const length = 256 * kibibyte;
  await Promise.all([0, 1, 2].map((index) => putPattern(store, keyOf(index), length, index)));
  const reads = Array.from({ length: 100 }, async (_, number) => {
    await using slice = await openHeld(store, keyOf(number % 3));
    const start = (number * 7919) % length;
    const end = number % 2 === 0 ? Math.min(length, start + 30_000) : length;
    await assertSliceReads(slice, { start, end }, number % 3);
  });
  await Promise.all(reads);
}

async function refuseBadRanges(store: SliceStore): Promise<void> {
  await putPattern(store, keyOf(0), 1000);
  await using slice = await openHeld(store, keyOf(0));
  for (const [start, end] of [
    [0, 1001],
    [-1, 10],
    [10, 9],
    [0.5, 9],
    [0, Number.NaN],
    [0, Number.POSITIVE_INFINITY],
  ] as const) {
    await assert.rejects(slice.read({ start, end }, new PoisoningSink()), RangeError);
  }
  await assertSliceReads(slice, { start: 0, end: 1000 });
}

async function stopReading(store: SliceStore): Promise<void> {
  const length = 256 * kibibyte;
  await putPattern(store, keyOf(0), length);
  await using slice = await openHeld(store, keyOf(0));
  const lentBefore = sharedBuffers.lentBytes;
  const abort = new AbortController();
  const sink = new PoisoningSink({ onWrite: () => abort.abort() });
  const stopped = slice.read({ start: 0, end: length }, sink, { signal: abort.signal });
  await assert.rejects(stopped, (error) => isSourceError(error, "aborted"));
  assert.ok(sink.close().length < length, "it read on to the end");
  const never = slice.read({ start: 0, end: 10 }, new PoisoningSink(), { signal: abort.signal });
  await assert.rejects(never, (error) => isSourceError(error, "aborted"));
  assert.equal(sharedBuffers.lentBytes, lentBefore, "buffers are still out");
  await assertSliceReads(slice, { start: 0, end: length });
}

async function failSink(store: SliceStore): Promise<void> {
  const length = 256 * kibibyte;
  await putPattern(store, keyOf(0), length);
  await using slice = await openHeld(store, keyOf(0));
  const lentBefore = sharedBuffers.lentBytes;
  for (const end of [10, length]) {
    const failure = new Error("the receiver is gone");
    const sink = { write: () => Promise.reject(failure) };
    await assert.rejects(slice.read({ start: 0, end }, sink), failure);
  }
  assert.equal(sharedBuffers.lentBytes, lentBefore, "buffers are still out");
  await assertSliceReads(slice, { start: 0, end: length });
}

async function disposeTwice(store: SliceStore): Promise<void> {
  await putPattern(store, keyOf(0), 1000);
  const slice = await openHeld(store, keyOf(0));
  const other = await openHeld(store, keyOf(0));
  await slice[Symbol.asyncDispose]();
  await slice[Symbol.asyncDispose]();
  await assert.rejects(slice.read({ start: 0, end: 1 }, new PoisoningSink()));
  // Another reader's hold on the same slice is his own.
  await assertSliceReads(other, { start: 0, end: 1000 });
  await other[Symbol.asyncDispose]();
  await assertHeld(store, keyOf(0), 1000);
}
