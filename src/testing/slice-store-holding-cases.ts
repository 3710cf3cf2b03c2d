import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { ObjectRecord, SliceStore } from "../cache/slice-store.ts";
import { patternBytes } from "./pattern-bytes.ts";
import { PoisoningSink } from "./poisoning-sink.ts";
import { assertHeld, assertSliceReads, keyOf, openHeld, putPattern } from "./slice-store-reading-cases.ts";
import type { SliceStoreCase, SliceStoreFixture } from "./slice-store-subject.ts";

const sliceBytes = 256 * 1024;

/** Putting, finding, removing, telling; and nothing half done. */
export function holdingCases(): readonly SliceStoreCase[] {
  return [
    { name: "a new store holds nothing", run: ({ store }) => holdNothing(store) },
    { name: "slices, versions and objects are kept apart, whatever their names", run: ({ store }) => keepApart(store) },
    { name: "the bytes put are lent only until the put settles", run: ({ store }) => lendOnPut(store) },
    { name: "a slice is put once, by however many at a time", run: ({ store }) => putAtOnce(store) },
    { name: "a put of no bytes, or of too many, is the caller's mistake", run: ({ store }) => refuseBadPuts(store) },
    { name: "puts go on while slices are read", run: ({ store }) => putWhileReading(store) },
    {
      name: "an open slice stays readable when it is removed, and can be put again",
      run: ({ store }) => removeOpen(store),
    },
    {
      name: "what is removed while it is being put is not held afterwards",
      run: ({ store }) => removeWhilePutting(store),
    },
    { name: "remove drops an object, a prefix, or all but one version", run: ({ store }) => removeSelections(store) },
    { name: "records are kept, replaced, copied, and go with their object", run: ({ store }) => keepRecords(store) },
    { name: "list pages through all that is held in code point order", run: ({ store }) => listPages(store) },
    { name: "a store that is disposed of leaves no descriptor open", run: leaveNoDescriptor },
    { name: "slices and records outlive their process, if the store does", reopens: true, run: outliveProcess },
  ];
}

async function holdNothing(store: SliceStore): Promise<void> {
  assert.deepEqual(store.state, { kind: "on" });
  assert.equal(await store.has(keyOf(0)), false);
  assert.equal(await store.open(keyOf(0)), undefined);
  assert.equal(await store.readRecord("films/a.mp4"), undefined);
  assert.deepEqual(await store.stat(), { objects: 0, slices: 0, bytes: 0 });
  assert.deepEqual((await store.list()).entries, []);
  const nothing = { objects: 0, slices: 0, bytes: 0 };
  assert.deepEqual(await store.remove({ kind: "object", object: "films/a.mp4" }), nothing);
  assert.deepEqual(await store.remove({ kind: "prefix", prefix: "" }), nothing);
}

async function keepApart(store: SliceStore): Promise<void> {
  const long = "long/".repeat(400);
  const objects = [
    "a",
    "a/b",
    "A",
    "a\u0000b",
    "é",
    "e\u0301",
    "..",
    "films/2024 ü.mp4",
    long,
    `${long}x`,
    "\u{1f3ac}",
  ];
  const versions = ['"v1"', '"V1"', 'W/"v1"', "", '"v1', "\u{1f3ac}", long];
  const keys = objects.flatMap((object) =>
    versions.flatMap((version) => [0, 1, 0xffff_fff0].map((index) => ({ object, version, index }))),
  );
  for (const [salt, key] of keys.entries()) {
    assert.equal(await putPattern(store, key, 100 + salt, salt), true);
  }
  for (const [salt, key] of keys.entries()) {
    assert.equal(await store.has(key), true);
    await assertHeld(store, key, 100 + salt, salt);
    assert.equal(await store.has({ ...key, index: 7 }), false);
    assert.equal(await store.open({ ...key, version: `${key.version}!` }), undefined);
  }
  const bytes = keys.reduce((sum, _, salt) => sum + 100 + salt, 0);
  assert.deepEqual(await store.stat(), { objects: objects.length, slices: keys.length, bytes });
}

async function lendOnPut(store: SliceStore): Promise<void> {
  const buffer = patternBytes(0, sliceBytes);
  assert.equal(await store.put(keyOf(0), buffer), true);
  buffer.fill(0xaa);
  await assertHeld(store, keyOf(0), sliceBytes);
  // A view into something larger, as a flight's buffer is.
  const large = new Uint8Array(sliceBytes + 200);
  large.set(patternBytes(0, 5000, 3), 100);
  assert.equal(await store.put(keyOf(1), large.subarray(100, 5100)), true);
  large.fill(0);
  await assertHeld(store, keyOf(1), 5000, 3);
}

async function putAtOnce(store: SliceStore): Promise<void> {
  const results = await Promise.all(Array.from({ length: 20 }, () => putPattern(store, keyOf(3), sliceBytes)));
  assert.ok(results.every(Boolean));
  assert.deepEqual(await store.stat(), { objects: 1, slices: 1, bytes: sliceBytes });
  await assertHeld(store, keyOf(3), sliceBytes);
  assert.equal(await putPattern(store, keyOf(3), sliceBytes), true);
  await assertHeld(store, keyOf(3), sliceBytes);
}

async function refuseBadPuts(store: SliceStore): Promise<void> {
  await assert.rejects(store.put(keyOf(0), new Uint8Array(0)), RangeError);
  await assert.rejects(store.put(keyOf(0), new Uint8Array(store.sliceBytes + 1)), RangeError);
  assert.equal(await store.has(keyOf(0)), false);
}

async function putWhileReading(store: SliceStore): Promise<void> {
  await putPattern(store, keyOf(0), sliceBytes);
  await using slice = await openHeld(store, keyOf(0));
  let puts = 0;
  const sink = new PoisoningSink({
    onWrite: async () => {
      puts += 1;
      assert.equal(await putPattern(store, keyOf(0), sliceBytes), true);
      assert.equal(await putPattern(store, keyOf(puts), sliceBytes, puts), true);
    },
  });
  await slice.read({ start: 0, end: sliceBytes }, sink);
  assert.deepEqual(Buffer.compare(sink.close(), patternBytes(0, sliceBytes)), 0);
  await assertHeld(store, keyOf(1), sliceBytes, 1);
}

async function removeOpen(store: SliceStore): Promise<void> {
  await putPattern(store, keyOf(0), sliceBytes);
  await using slice = await openHeld(store, keyOf(0));
  await assertSliceReads(slice, { start: 0, end: 1000 });
  assert.deepEqual(await store.remove({ kind: "object", object: "films/a.mp4" }), {
    objects: 1,
    slices: 1,
    bytes: sliceBytes,
  });
  assert.equal(await store.has(keyOf(0)), false);
  assert.equal(await store.open(keyOf(0)), undefined);
  assert.equal(await putPattern(store, keyOf(0), 2000, 9), true);
  await assertHeld(store, keyOf(0), 2000, 9);
  for (let round = 0; round < 3; round += 1) {
    await assertSliceReads(slice, { start: 0, end: 1000 });
    await assertSliceReads(slice, { start: 0, end: sliceBytes });
  }
}

async function removeWhilePutting(store: SliceStore): Promise<void> {
  for (let round = 0; round < 30; round += 1) {
    const puts = [0, 1, 2].map((index) => putPattern(store, keyOf(index), sliceBytes));
    await sleep(round % 5);
    await store.remove(
      round % 2 === 0 ? { kind: "object", object: "films/a.mp4" } : { kind: "prefix", prefix: "films/" },
    );
    await Promise.all(puts);
    for (const index of [0, 1, 2]) {
      assert.equal(await store.has(keyOf(index)), false, `round ${round}: slice ${index} came back`);
    }
  }
  assert.deepEqual(await store.stat(), { objects: 0, slices: 0, bytes: 0 });
  assert.equal(await putPattern(store, keyOf(0), sliceBytes), true);
}

async function removeSelections(store: SliceStore): Promise<void> {
  for (const object of ["films/a", "films/ab", "music/a"]) {
    for (const version of ['"1"', '"2"']) {
      await putPattern(store, keyOf(0, object, version), 1000);
      await putPattern(store, keyOf(1, object, version), 500);
    }
  }
  const current = { kind: "other-versions", object: "films/a", version: '"2"' } as const;
  assert.deepEqual(await store.remove(current), { objects: 0, slices: 2, bytes: 1500 });
  assert.equal(await store.has(keyOf(0, "films/a", '"1"')), false);
  await assertHeld(store, keyOf(1, "films/a", '"2"'), 500);
  assert.deepEqual(await store.remove({ kind: "object", object: "films/a" }), { objects: 1, slices: 2, bytes: 1500 });
  await assertHeld(store, keyOf(0, "films/ab", '"1"'), 1000);
  assert.deepEqual(await store.remove({ kind: "prefix", prefix: "films/" }), { objects: 1, slices: 4, bytes: 3000 });
  assert.deepEqual(await store.stat(), { objects: 1, slices: 4, bytes: 3000 });
  assert.deepEqual(await store.remove({ kind: "prefix", prefix: "" }), { objects: 1, slices: 4, bytes: 3000 });
  assert.deepEqual(await store.stat(), { objects: 0, slices: 0, bytes: 0 });
}

function recordOf(object: string, version = '"v1"'): ObjectRecord {
  return {
    object,
    version,
    sizeBytes: 2 ** 40 + 1,
    mediaType: undefined,
    modifiedAtMs: 1_700_000_000_123,
    etag: version,
    isDerivedTag: false,
    validatedAtMs: 1_700_000_001_456,
    freshness: { maxAgeSeconds: 60, mustRevalidate: true, vary: "origin" },
  };
}

async function keepRecords(store: SliceStore): Promise<void> {
  const record = recordOf("films/a");
  const freshness = { ...record.freshness };
  await store.writeRecord({ ...record, freshness });
  freshness["maxAgeSeconds"] = 1;
  assert.deepEqual(await store.readRecord("films/a"), record);
  await putPattern(store, keyOf(0, "films/a"), 1000);
  const newer = { ...recordOf("films/a", '"v2"'), mediaType: "video/mp4" };
  await store.writeRecord(newer);
  assert.deepEqual(await store.readRecord("films/a"), newer);
  assert.equal(await store.readRecord("films/b"), undefined);
  await store.remove({ kind: "other-versions", object: "films/a", version: '"v2"' });
  assert.deepEqual(await store.readRecord("films/a"), newer, "the record stays while its object does");
  await store.remove({ kind: "prefix", prefix: "films/" });
  assert.equal(await store.readRecord("films/a"), undefined);
  await Promise.all(Array.from({ length: 20 }, (_, salt) => store.writeRecord(recordOf("films/c", `"${salt}"`))));
  assert.equal((await store.readRecord("films/c"))?.version, '"19"');
}

async function listPages(store: SliceStore): Promise<void> {
  // U+FF5E comes before U+1F3AC, though not in UTF-16.
  const names = ["films/a", "films/a b", "films/b", "films/é", "films/\uff5e", "films/\u{1f3ac}", "music/a"];
  for (const [number, name] of [...names.entries()].reverse()) {
    await putPattern(store, keyOf(number, name, '"x"'), 100 + number);
    await putPattern(store, keyOf(0, name, '"w"'), 50);
  }
  const expected = names.flatMap((object, number) => [
    { object, version: '"w"', slices: 1, bytes: 50 },
    { object, version: '"x"', slices: 1, bytes: 100 + number },
  ]);
  const all: unknown[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const page = await store.list({ limit: 2, cursor });
    all.push(...page.entries);
    cursor = page.nextCursor;
    pages += 1;
  } while (cursor !== undefined && pages < 10);
  assert.equal(pages, 4);
  assert.deepEqual(all, expected);
  const films = await store.list({ prefix: "films/" });
  assert.deepEqual(films.entries, expected.slice(0, 12));
  assert.equal(films.nextCursor, undefined);
}

async function leaveNoDescriptor({ store }: SliceStoreFixture): Promise<void> {
  for (let index = 0; index < 20; index += 1) {
    await putPattern(store, keyOf(index), 70_000, index);
    await assertHeld(store, keyOf(index), 70_000, index);
  }
  const slice = await openHeld(store, keyOf(3));
  await store[Symbol.asyncDispose]();
  // Open slices outlive the store.
  await assertSliceReads(slice, { start: 0, end: 70_000 }, 3);
  await slice[Symbol.asyncDispose]();
  assert.equal(await store.open(keyOf(3)).then((left) => left?.[Symbol.asyncDispose]()), undefined);
  const deadline = Date.now() + 3000;
  let left = await openSliceFiles();
  while (left > 0 && Date.now() < deadline) {
    await sleep(20);
    left = await openSliceFiles();
  }
  assert.equal(left, 0, "files of slices are still open");
}

/** Descriptors on regular files that look like a store's, where the system tells. */
async function openSliceFiles(): Promise<number> {
  const { readlink } = await import("node:fs/promises");
  const names = await readdir("/proc/self/fd").catch(() => []);
  const targets = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => "")));
  return targets.filter((target) => /\/objects\/[0-9a-f]\//.test(target)).length;
}

async function outliveProcess({ store, reopen }: SliceStoreFixture): Promise<void> {
  assert.ok(reopen !== undefined);
  for (let index = 0; index < 10; index += 1) {
    await putPattern(store, keyOf(index), sliceBytes - index, index);
  }
  await store.writeRecord(recordOf("films/a.mp4"));
  await store.writeRecord(recordOf("films/only a record"));
  await store.remove({ kind: "object", object: "films/none" });
  const before = await store.stat();
  const again = await reopen();
  for (let index = 0; index < 10; index += 1) {
    await assertHeld(again, keyOf(index), sliceBytes - index, index);
  }
  assert.deepEqual(await again.readRecord("films/a.mp4"), recordOf("films/a.mp4"));
  assert.deepEqual(await again.readRecord("films/only a record"), recordOf("films/only a record"));
  assert.deepEqual(await again.stat(), before);
  await again.remove({ kind: "prefix", prefix: "" });
  const empty = await reopen();
  assert.deepEqual(await empty.stat(), { objects: 0, slices: 0, bytes: 0 });
  assert.equal(await empty.open(keyOf(0)), undefined);
}
