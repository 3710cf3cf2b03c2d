import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { ByteRange, RangeSpec } from "../bytes/byte-range.ts";
import type { MediaObject, Source } from "../source/index.ts";
import { findPatternBreach, patternBytes } from "./pattern-bytes.ts";
import { PoisoningSink, type PoisoningSinkOptions } from "./poisoning-sink.ts";
import { assertNoLeak } from "./resource-count.ts";
import type { ConformanceCase, SourceFixture } from "./source-subject.ts";

const mebibyte = 1024 * 1024;
const sizes = [
  0,
  1,
  65_535,
  65_536,
  65_537,
  262_143,
  262_144,
  262_145,
  mebibyte - 1,
  mebibyte,
  mebibyte + 1,
  3 * mebibyte + 7,
];
const edges = [0, 1, 65_535, 65_536, 65_537, 262_144, mebibyte - 1, mebibyte, mebibyte + 1, 2 * mebibyte];

/** Reads a range the strict way. */
export async function readStrictly(
  object: MediaObject,
  range: ByteRange,
  options: PoisoningSinkOptions = {},
): Promise<Uint8Array> {
  const sink = new PoisoningSink(options);
  await object.read(range, sink);
  return sink.close();
}

/** Asserts that a range of an object that holds the pattern reads right. */
export async function assertReads(object: MediaObject, range: ByteRange, salt = 0): Promise<void> {
  const bytes = await readStrictly(object, range);
  const name = `[${range.start}, ${range.end})`;
  assert.equal(bytes.length, range.end - range.start, `${name} has the wrong length`);
  assert.equal(findPatternBreach(bytes, range.start, salt), -1, `${name} has wrong bytes`);
}

/** Puts an object of the pattern and opens it. */
export async function putAndOpen(fixture: SourceFixture, key: string, size: number, salt = 0): Promise<MediaObject> {
  await fixture.put(key, patternBytes(0, size, salt));
  return await fixture.source.open(key);
}

/** Exact bytes and lengths, whatever the size, the range and the pace. */
export function readCases(): readonly ConformanceCase[] {
  return [
    ...sizes.map((size): ConformanceCase => ({
      name: `an object of ${size} bytes, whole and in ranges around every edge`,
      run: (fixture) => readEveryShape(fixture, size),
    })),
    { name: "an empty range writes nothing", run: readEmptyRanges },
    { name: "a range beyond the object is the caller's mistake", run: refuseBadRanges },
    { name: "reads of one object overlap without disturbing each other", run: readConcurrently },
    { name: "a range other than the one intended reads right", run: readOtherThanIntended },
    { name: "a slow receiver is waited for", run: readSlowly },
    { name: "reading byte by byte reassembles the object", run: readInSmallSteps },
    { name: "an object says its size and a strong entity tag", run: describeObject },
    { name: "check() resolves", run: ({ source }) => source.check() },
    { name: "objects may be disposed of twice, also unread", run: disposeTwice },
    { name: "reading leaves nothing behind", run: readWithoutLeak },
  ];
}

async function readEveryShape(fixture: SourceFixture, size: number): Promise<void> {
  await using object = await putAndOpen(fixture, `read/size-${size}.mp4`, size);
  assert.equal(object.sizeBytes, size);
  await assertReads(object, { start: 0, end: size });
  // Twice, because the sink has ruined every chunk of the first read.
  await assertReads(object, { start: 0, end: size });
  for (const range of rangesAroundEdges(size)) {
    await assertReads(object, range);
  }
}

function rangesAroundEdges(size: number): readonly ByteRange[] {
  const ranges = edges
    .filter((edge) => edge > 0 && edge < size)
    .flatMap((edge) => [
      { start: edge - 1, end: edge + 1 },
      { start: edge, end: Math.min(size, edge + 300) },
      { start: Math.max(0, edge - 300), end: edge },
    ]);
  return size === 0
    ? ranges
    : [...ranges, { start: 0, end: 1 }, { start: size - 1, end: size }, { start: size >> 1, end: size }];
}

async function readEmptyRanges(fixture: SourceFixture): Promise<void> {
  await using object = await putAndOpen(fixture, "read/empty-range.mp4", 1000);
  for (const position of [0, 500, 1000]) {
    assert.equal((await readStrictly(object, { start: position, end: position })).length, 0);
  }
}

async function refuseBadRanges(fixture: SourceFixture): Promise<void> {
  await using object = await putAndOpen(fixture, "read/bad-range.mp4", 1000);
  for (const range of [
    { start: 0, end: 1001 },
    { start: -1, end: 10 },
    { start: 10, end: 9 },
    { start: 0.5, end: 9 },
    { start: 0, end: Number.NaN },
    { start: 0, end: Number.POSITIVE_INFINITY },
  ]) {
    await assert.rejects(readStrictly(object, range), RangeError);
  }
  await assertReads(object, { start: 0, end: 1000 });
}

async function readConcurrently(fixture: SourceFixture): Promise<void> {
  const size = 2 * mebibyte + 11;
  await using object = await putAndOpen(fixture, "read/concurrent.mp4", size);
  const starts = [0, 0, 1, 65_530, 262_100, mebibyte - 5, mebibyte, size - 70_000];
  await Promise.all(starts.map((start) => assertReads(object, { start, end: Math.min(size, start + 700_001) })));
}

async function readOtherThanIntended({ put, source }: SourceFixture): Promise<void> {
  const size = mebibyte + 3;
  await put("read/intent.mp4", patternBytes(0, size));
  const intents: (RangeSpec | "metadata" | undefined)[] = [
    undefined,
    "metadata",
    { kind: "bounded", start: 100, end: 200 },
    { kind: "bounded", start: size - 1, end: size + 1000 },
    { kind: "bounded", start: size + 5, end: size + 6 },
    { kind: "open-ended", start: 5 },
    { kind: "open-ended", start: size },
    { kind: "open-ended", start: Number.MAX_SAFE_INTEGER },
    { kind: "suffix", length: 10 },
    { kind: "suffix", length: size * 2 },
    { kind: "suffix", length: 0 },
  ];
  for (const intent of intents) {
    await using object = await source.open("read/intent.mp4", { intent });
    assert.equal(object.sizeBytes, size, `size with intent ${JSON.stringify(intent)}`);
    await assertReads(object, { start: 300, end: 70_000 });
    await assertReads(object, { start: size - 10, end: size });
    await assertReads(object, { start: 100, end: 200 });
  }
}

async function readSlowly(fixture: SourceFixture): Promise<void> {
  const size = mebibyte;
  await using object = await putAndOpen(fixture, "read/slow.mp4", size);
  const bytes = await readStrictly(object, { start: 0, end: size }, { onWrite: () => sleep(5) });
  assert.equal(bytes.length, size);
  assert.equal(findPatternBreach(bytes, 0), -1);
}

async function readInSmallSteps(fixture: SourceFixture): Promise<void> {
  await using object = await putAndOpen(fixture, "read/steps.mp4", 40);
  const bytes: number[] = [];
  for (let start = 0; start < 40; start += 1) {
    bytes.push(...(await readStrictly(object, { start, end: start + 1 })));
  }
  assert.equal(findPatternBreach(Uint8Array.from(bytes), 0), -1);
}

async function describeObject(fixture: SourceFixture): Promise<void> {
  await using object = await putAndOpen(fixture, "read/described.mp4", 1234);
  assert.equal(object.sizeBytes, 1234);
  assert.ok(object.validator !== undefined, "no validator");
  assert.match(object.validator.etag, /^"[\x21\x23-\x7e\x80-\xff]+"$/);
  assert.equal(typeof object.validator.derived, "boolean");
  if (object.mediaType !== undefined) assert.match(object.mediaType, /^[\w.+-]+\/[\w.+-]+/);
  if (object.modifiedAt !== undefined) {
    assert.ok(
      Math.abs(object.modifiedAt.getTime() - Date.now()) < 3_600_000,
      `modifiedAt is ${object.modifiedAt.toISOString()}`,
    );
  }
  assert.ok(fixture.source.location.length > 0);
}

async function disposeTwice(fixture: SourceFixture): Promise<void> {
  await assertNoLeak(fixture, async () => {
    const unread = await putAndOpen(fixture, "read/disposed.mp4", 3 * mebibyte);
    await unread[Symbol.asyncDispose]();
    await unread[Symbol.asyncDispose]();
    const read = await fixture.source.open("read/disposed.mp4");
    await assertReads(read, { start: 0, end: 10 });
    await read[Symbol.asyncDispose]();
    await read[Symbol.asyncDispose]();
  });
}

async function readWithoutLeak(fixture: SourceFixture): Promise<void> {
  await fixture.put("read/leak.mp4", patternBytes(0, 300_000));
  const readOnce = async (source: Source): Promise<void> => {
    await using object = await source.open("read/leak.mp4");
    await assertReads(object, { start: 1000, end: 2000 });
  };
  await readOnce(fixture.source);
  await assertNoLeak(fixture, async () => {
    for (let round = 0; round < 20; round += 1) {
      await readOnce(fixture.source);
    }
  });
}
