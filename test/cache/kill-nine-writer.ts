// Run as a process of its own by kill-nine.ts, which kills it: puts, reads and removes slices as fast as it can, until then.
import { openDiskSliceStore } from "../../src/cache/disk-slice-store.ts";
import { CollectingSink } from "../../src/bytes/byte-sink.ts";
import { findPatternBreach, patternBytes } from "../../src/testing/index.ts";
import { killGrid, shapeOf, type KillKey } from "./kill-nine-shape.ts";

const [folder = ""] = process.argv.slice(2);
const store = await openDiskSliceStore({ folder, ...killGrid });
process.stdout.write("open\n");

function pick(below: number): number {
  return Math.floor(Math.random() * below);
}

async function work(): Promise<void> {
  for (;;) {
    const key: KillKey = {
      object: pick(killGrid.objects),
      version: pick(killGrid.versions),
      index: pick(killGrid.indexes),
    };
    const { length, position, sliceKey } = shapeOf(key);
    const choice = pick(1000);
    if (choice < 800) {
      await store.put(sliceKey, patternBytes(position, length));
    } else if (choice < 950) {
      await using slice = await store.open(sliceKey);
      const sink = new CollectingSink();
      await slice?.read({ start: 0, end: slice.lengthBytes }, sink);
      if (slice !== undefined && findPatternBreach(sink.bytes(), position) !== -1) {
        process.stdout.write(`wrong bytes in ${JSON.stringify(key)}\n`);
      }
    } else if (choice < 998) {
      await store.writeRecord({
        object: sliceKey.object,
        version: sliceKey.version,
        sizeBytes: length,
        mediaType: "video/mp4",
        modifiedAtMs: undefined,
        etag: sliceKey.version,
        isDerivedTag: false,
        validatedAtMs: Date.now(),
        freshness: {},
      });
    } else {
      await store.remove({ kind: "object", object: sliceKey.object });
    }
    if (store.state.kind === "off") {
      process.stdout.write(`${store.state.reason}\n`);
      break;
    }
  }
}

await Promise.all(Array.from({ length: 6 }, work));
