import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { SliceStore } from "../cache/slice-store.ts";
import { findPatternBreach } from "./pattern-bytes.ts";
import { PoisoningSink } from "./poisoning-sink.ts";
import { assertHeld, assertSliceReads, keyOf, openHeld, putPattern } from "./slice-store-reading-cases.ts";
import type { SliceStoreCase, SliceStoreFixture } from "./slice-store-subject.ts";

const sliceBytes = 64 * 1024;
const mebibyte = 1024 * 1024;
/** Room for sixty slices or so. */
const wish = { sliceBytes, limitBytes: 4 * mebibyte };

/** The bound, and what has to go for it. */
export function evictionCases(seed: number): readonly SliceStoreCase[] {
  return [
    {
      name: `the bound holds under a random load, and no byte is wrong (seed ${seed})`,
      wish,
      run: (fixture) => runRandomLoad(fixture, createRandom(seed)),
    },
    { name: "what is put beyond the bound drives out what was put first", wish, run: evictOldest },
    { name: "what was used lately stays longer", wish, run: keepWhatIsUsed },
    { name: "a scan does not drive out what is read again and again", wish, run: ({ store }) => surviveScan(store) },
    { name: "one slow pass in small ranges counts as one use", wish, run: ({ store }) => surviveSlowScan(store) },
    { name: "what is being read is not driven out", wish, run: keepWhatIsOpen },
    {
      name: "a slice larger than the bound is not kept",
      wish: { sliceBytes, limitBytes: 32 * 1024 },
      run: refuseTooLarge,
    },
    { name: "records alone are bounded too", wish: { sliceBytes, limitBytes: 384 * 1024 }, run: boundRecords },
  ];
}

/** Numbers from 0 to `below`, the same ones for the same seed (mulberry32). */
type Random = (below: number) => number;

function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

async function assertBound(fixture: SliceStoreFixture, store = fixture.store): Promise<void> {
  const { bytes } = await store.stat();
  const measured = (await fixture.measureBytes?.()) ?? bytes;
  assert.ok(bytes <= store.limitBytes, `${bytes} bytes are held of ${store.limitBytes}`);
  assert.ok(measured <= store.limitBytes, `${measured} bytes are in use of ${store.limitBytes}`);
}

/** Content and length follow from the key, so that every read can be checked. */
function shapeOf(object: number, version: number, index: number): { readonly length: number; readonly salt: number } {
  const salt = object * 31 + version * 7 + index;
  return { length: 1 + ((salt * 7919) % sliceBytes), salt };
}

async function runRandomLoad(fixture: SliceStoreFixture, random: Random): Promise<void> {
  const { store } = fixture;
  let isRunning = true;
  const watch = async (): Promise<void> => {
    while (isRunning) {
      const { bytes } = await store.stat();
      const watched = (await fixture.watchBytes?.()) ?? bytes;
      assert.ok(
        Math.max(bytes, watched) <= store.limitBytes,
        `${bytes} held, ${watched} in use of ${store.limitBytes}`,
      );
      // A store that answers without the disk would never let the others have their turn.
      await nextTurn();
    }
  };
  const worker = async (): Promise<void> => {
    for (let step = 0; step < 250; step += 1) {
      const [object, version, index] = [random(20), random(2), random(24)];
      await takeStep(store, random(50), { object, version, index }, random);
    }
  };
  const work = Promise.all(Array.from({ length: 8 }, worker)).finally(() => {
    isRunning = false;
  });
  for (const end of await Promise.allSettled([work, watch()])) {
    if (end.status === "rejected") {
      throw end.reason;
    }
  }
  assert.equal(store.state.kind, "on");
  assert.ok(store.counters.evictions > 0, "nothing had to go");
  assert.equal(store.counters.damaged, 0);
  await assertBound(fixture);
}

async function takeStep(
  store: SliceStore,
  choice: number,
  at: { object: number; version: number; index: number },
  random: Random,
): Promise<void> {
  const { length, salt } = shapeOf(at.object, at.version, at.index);
  const object = `films/${at.object}`;
  const key = { object, version: `"${at.version}"`, index: at.index };
  if (choice < 28) {
    await putPattern(store, key, length, salt);
  } else if (choice < 48) {
    await using slice = await store.open(key);
    if (slice !== undefined) {
      assert.equal(slice.lengthBytes, length);
      const start = random(length);
      const sink = new PoisoningSink();
      await slice.read({ start, end: length }, sink);
      const bytes = sink.close();
      assert.equal(bytes.length, length - start);
      assert.equal(findPatternBreach(bytes, start, salt), -1, `wrong bytes in ${JSON.stringify(key)}`);
    }
  } else if (choice === 48) {
    await store.remove({ kind: "other-versions", object, version: key.version });
  } else {
    await store.remove({ kind: "object", object });
  }
}

async function putObjects(store: SliceStore, prefix: string, count: number): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    assert.equal(await putPattern(store, keyOf(0, `${prefix}${number}`), sliceBytes, number), true);
  }
}

async function countHeld(store: SliceStore, prefix: string, count: number): Promise<number> {
  let held = 0;
  for (let number = 0; number < count; number += 1) {
    held += (await store.has(keyOf(0, `${prefix}${number}`))) ? 1 : 0;
  }
  return held;
}

async function evictOldest(fixture: SliceStoreFixture): Promise<void> {
  const { store } = fixture;
  await putObjects(store, "films/", 200);
  await assertBound(fixture);
  const { slices } = await store.stat();
  assert.ok(slices >= 40, `only ${slices} slices are held where some 55 fit`);
  assert.equal(store.counters.evictions, 200 - slices);
  for (let number = 200 - slices; number < 200; number += 1) {
    await assertHeld(store, keyOf(0, `films/${number}`), sliceBytes, number);
  }
}

async function keepWhatIsUsed(fixture: SliceStoreFixture): Promise<void> {
  const { store } = fixture;
  await putObjects(store, "films/", 40);
  for (const number of [0, 5, 9]) {
    await assertHeld(store, keyOf(0, `films/${number}`), sliceBytes, number);
  }
  await putObjects(store, "more/", 40);
  for (const number of [0, 5, 9]) {
    await assertHeld(store, keyOf(0, `films/${number}`), sliceBytes, number);
  }
  assert.equal(await store.has(keyOf(0, "films/1")), false);
  await assertBound(fixture);
}

async function surviveScan(store: SliceStore): Promise<void> {
  const hot = 15;
  await putObjects(store, "hot/", hot);
  for (let number = 0; number < 600; number += 1) {
    const scanned = keyOf(number % 10, `scan/${Math.floor(number / 10)}`);
    assert.equal(await putPattern(store, scanned, sliceBytes, number), true);
    await assertHeld(store, scanned, sliceBytes, number);
    const again = number % hot;
    if (await store.has(keyOf(0, `hot/${again}`))) {
      await assertHeld(store, keyOf(0, `hot/${again}`), sliceBytes, again);
    }
  }
  assert.equal(await countHeld(store, "hot/", hot), hot);
  // And a scan ten times the store's size with nobody using the rest.
  for (let number = 0; number < 600; number += 1) {
    await putPattern(store, keyOf(number, "long scan"), sliceBytes);
  }
  assert.equal(await countHeld(store, "hot/", hot), hot, "a scan alone drove out what was used often");
}

async function surviveSlowScan(store: SliceStore): Promise<void> {
  await putObjects(store, "hot/", 10);
  for (let round = 0; round < 4; round += 1) {
    for (let number = 0; number < 10; number += 1) {
      await assertHeld(store, keyOf(0, `hot/${number}`), sliceBytes, number);
    }
  }
  for (let number = 0; number < 300; number += 1) {
    const key = keyOf(number, "slow scan");
    assert.equal(await putPattern(store, key, sliceBytes, number), true);
    for (let start = 0; start < sliceBytes; start += sliceBytes / 8) {
      await using slice = await openHeld(store, key);
      await assertSliceReads(slice, { start, end: start + sliceBytes / 8 }, number);
    }
  }
  assert.equal(await countHeld(store, "hot/", 10), 10);
}

async function keepWhatIsOpen(fixture: SliceStoreFixture): Promise<void> {
  const { store } = fixture;
  await using stack = new AsyncDisposableStack();
  await putObjects(store, "open/", 20);
  for (let number = 0; number < 20; number += 1) {
    stack.use(await openHeld(store, keyOf(0, `open/${number}`)));
  }
  for (let number = 0; number < 100; number += 1) {
    await putPattern(store, keyOf(number), sliceBytes);
    await assertBound(fixture);
  }
  assert.equal(await countHeld(store, "open/", 20), 20);
  // Dropped but open: the bytes still count.
  assert.equal((await store.remove({ kind: "prefix", prefix: "open/" })).slices, 20);
  for (let number = 100; number < 200; number += 1) {
    await putPattern(store, keyOf(number), sliceBytes);
  }
  const { bytes } = await store.stat();
  assert.ok(bytes + 20 * sliceBytes <= store.limitBytes, `${bytes} bytes held beside 20 open slices`);
}

async function refuseTooLarge(fixture: SliceStoreFixture): Promise<void> {
  const { store } = fixture;
  assert.equal(await putPattern(store, keyOf(0), sliceBytes), false);
  assert.equal(await store.has(keyOf(0)), false);
  assert.deepEqual(store.state, { kind: "on" });
  assert.deepEqual(await store.stat(), { objects: 0, slices: 0, bytes: 0 });
}

async function boundRecords(fixture: SliceStoreFixture): Promise<void> {
  const { store } = fixture;
  await putObjects(store, "films/", 1);
  for (let number = 0; number < 900; number += 1) {
    await store.writeRecord({
      object: `music/${number}`,
      version: '"1"',
      sizeBytes: number,
      mediaType: "audio/mpeg",
      modifiedAtMs: undefined,
      etag: '"1"',
      isDerivedTag: false,
      validatedAtMs: 1,
      freshness: {},
    });
  }
  await assertBound(fixture);
  const { objects } = await store.stat();
  assert.ok(objects < 800, `${objects} objects are known in a store of 384 KiB`);
  assert.equal((await store.readRecord("music/899"))?.sizeBytes, 899);
  assert.equal(await store.readRecord("music/0"), undefined);
}
