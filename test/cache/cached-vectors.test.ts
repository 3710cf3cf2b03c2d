import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cachedSource } from "../../src/cache/index.ts";
import { createMemorySliceStore } from "../../src/cache/memory-slice-store.ts";
import type { SliceStore } from "../../src/cache/slice-store.ts";
import type { Source } from "../../src/source/index.ts";
import { describeWithParts } from "../real/require-part.ts";
import { loadRangeVectors, type RangeVector } from "../vectors/range-vectors.ts";
import { replayOverSocket, replayOverWeb } from "../vectors/replay-vector.ts";
import { replayWorldKinds, type ReplayWorld, type ReplayWorldKind, s3WorldKind } from "../vectors/replay-world.ts";
import { startMediaServer } from "../wire/media-server.ts";
import { mebibyte, openStore } from "./cache-stage.ts";

// Every range vector through a cache: once while nothing is held, once more from what is held by then.

const vectors = loadRangeVectors();
const diskGrid = 64 * 1024;

describe("range vectors through a cache in memory", () => {
  for (const kind of replayWorldKinds) {
    describe(`before ${kind.name}`, () => replayCached(kind, "memory"));
  }
});
describe("range vectors through a cache on disk", () => {
  for (const kind of replayWorldKinds.filter(({ name }) => name === "HTTP origin")) {
    describe(`before ${kind.name}`, () => replayCached(kind, "disk"));
  }
});
describeWithParts(["ceph-rgw"], "range vectors through a cache on disk, before a real S3 server", () => {
  replayCached(s3WorldKind, "disk");
});

function replayCached(kind: ReplayWorldKind, storeKind: "memory" | "disk"): void {
  const possible = vectors.filter(({ resource }) => kind.cannotHold[resource] === undefined);
  const resources = new AsyncDisposableStack();
  let world: ReplayWorld;
  let diskStore: SliceStore | undefined;

  beforeAll(async () => {
    world = resources.use(await kind.create(possible));
    if (storeKind === "disk") {
      const limits = { sliceBytes: diskGrid, limitBytes: 512 * mebibyte };
      diskStore = resources.use(await openStore("disk", limits, resources));
    }
  });

  afterAll(async () => {
    await resources.disposeAsync();
  });

  // What one case leaves in the cache must not help the next, so each has names of its own in it.
  it.each(possible.map((vector) => [vector.id, vector] as const))("%s, cold, then warm", async (_, vector) => {
    const store = diskStore ?? createStoreFor(vector);
    const overSocket = cachedSource(world.source, store, { name: `socket-${vector.id}` });
    const overWeb = cachedSource(world.source, store, { name: `web-${vector.id}` });
    expect(await replayTwice(overSocket, vector, replayOverServer)).toEqual({ cold: [], warm: [] });
    if (diskStore === undefined) {
      expect(await replayTwice(overWeb, vector, replayOverWeb)).toEqual({ cold: [], warm: [] });
    }
  });
}

/** The smallest grid there can be (K17) where the object is small, so that answers are put together from many slices. */
function createStoreFor({ size }: RangeVector): SliceStore {
  return createMemorySliceStore({ sliceBytes: size <= 1000 ? 2 : diskGrid, limitBytes: 512 * mebibyte });
}

async function replayOverServer(source: Source, vector: RangeVector): Promise<string[]> {
  await using server = await startMediaServer(source);
  return await replayOverSocket(server.port, vector);
}

async function replayTwice(
  source: Source,
  vector: RangeVector,
  replay: (source: Source, vector: RangeVector) => Promise<string[]>,
): Promise<{ cold: string[]; warm: string[] }> {
  return { cold: await replay(source, vector), warm: await replay(source, vector) };
}
