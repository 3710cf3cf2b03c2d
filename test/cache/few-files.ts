// Run under `prlimit --nofile` by real-disk-faults.test.ts: reads through a cache while the process may open no file any more. Prints what came of it.
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CollectingSink } from "../../src/bytes/index.ts";
import { cachedSource } from "../../src/cache/index.ts";
import { openDiskSliceStore } from "../../src/cache/disk-slice-store.ts";
import { createMemorySource } from "../../src/sources/index.ts";
import { findPatternBreach, patternBytes } from "../../src/testing/index.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";

const sliceBytes = 64 * 1024;
const sizeBytes = 4 * sliceBytes + 99;
const shortages: string[] = [];

await using folder = await createTemporaryFolder("few-files");
await using store = await openDiskSliceStore({
  folder: join(folder.path, "cache"),
  sliceBytes,
  limitBytes: 64 * sliceBytes,
  memoryBytes: 0,
  idleFiles: 0,
  onShortage: (reason) => shortages.push(reason),
});
const films = { "held.mp4": patternBytes(0, sizeBytes), "other.mp4": patternBytes(0, sizeBytes) };
await using source = cachedSource(createMemorySource(films), store, { name: "films" });

async function isExact(key: string): Promise<boolean> {
  await using object = await source.open(key);
  const sink = new CollectingSink();
  await object.read({ start: 0, end: sizeBytes }, sink);
  return sink.lengthBytes === sizeBytes && findPatternBreach(sink.bytes(), 0) === -1;
}

/** Takes every descriptor there is. */
function takeAllFiles(): number[] {
  const taken: number[] = [];
  for (;;) {
    try {
      taken.push(openSync("/dev/null", "r"));
    } catch {
      return taken;
    }
  }
}

async function untilKept(): Promise<void> {
  for (const deadline = Date.now() + 5000; (await store.stat()).slices < 5 && Date.now() < deadline;) await sleep(10);
}

const kept = await isExact("held.mp4");
await untilKept();
const states: string[] = [store.state.kind];
const hitBytesBefore = source.counters.hitBytes;
const taken = takeAllFiles();
const held = await isExact("held.mp4");
const other = await isExact("other.mp4");
states.push(store.state.kind);
const hitBytesMeanwhile = source.counters.hitBytes - hitBytesBefore;
taken.forEach((descriptor) => closeSync(descriptor));
const heldAgain = await isExact("held.mp4");
states.push(store.state.kind);
console.log(
  JSON.stringify({
    exact: { kept, held, other, heldAgain },
    states,
    shortages,
    hasFailures: store.counters.failures > 0,
    hitBytesMeanwhile,
    isHitAgain: source.counters.hitBytes - hitBytesBefore === sizeBytes,
  }),
);
