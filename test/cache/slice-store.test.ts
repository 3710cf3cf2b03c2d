import { join } from "node:path";
import { describe, it } from "vitest";
import { type DiskSliceStoreOptions, openDiskSliceStore } from "../../src/cache/disk-slice-store.ts";
import { createMemorySliceStore } from "../../src/cache/memory-slice-store.ts";
import type { SliceStore } from "../../src/cache/slice-store.ts";
import { sliceStoreConformance, type SliceStoreFixture, type SliceStoreWish } from "../../src/testing/index.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";
import { diskUsage } from "./disk-usage.ts";
import { mountSmallDisk, whyNoSmallDisk } from "./small-disk.ts";

async function createMemoryFixture(wish: SliceStoreWish): Promise<SliceStoreFixture> {
  const store = createMemorySliceStore(wish);
  return { store, close: async () => await store[Symbol.asyncDispose]() };
}

async function createDiskFixture(wish: SliceStoreWish): Promise<SliceStoreFixture> {
  const folder = await createTemporaryFolder("slice-store");
  const path = join(folder.path, "cache");
  return await createFixtureIn(path, wish, async () => await folder[Symbol.asyncDispose]());
}

/** Every block has to make room for the next one, every file is opened anew, and every byte on the disk shows. */
async function createScarceFixture(wish: SliceStoreWish): Promise<SliceStoreFixture> {
  const disk = mountSmallDisk(64 * 1024 * 1024);
  const scarce = { ...wish, memoryBytes: 128 * 1024, idleFiles: 1 };
  const fixture = await createFixtureIn(join(disk.path, "cache"), scarce, async () => disk[Symbol.dispose]());
  return { ...fixture, watchBytes: () => disk.usedBytes() };
}

async function createFixtureIn(
  path: string,
  options: Omit<DiskSliceStoreOptions, "folder">,
  remove: () => Promise<void>,
): Promise<SliceStoreFixture> {
  const open = (): Promise<SliceStore> => openDiskSliceStore({ folder: path, ...options });
  let store = await open();
  return {
    store,
    measureBytes: () => diskUsage(path),
    reopen: async () => {
      await store[Symbol.asyncDispose]();
      store = await open();
      return store;
    },
    close: async () => {
      await store[Symbol.asyncDispose]();
      await remove();
    },
  };
}

const runner = { describe, it };
sliceStoreConformance({ name: "memory", create: createMemoryFixture }, runner);
sliceStoreConformance({ name: "disk", create: createDiskFixture }, runner);
const skipReason = whyNoSmallDisk();
const skip = skipReason === undefined ? {} : { skip: true, meta: { skipReason } };
describe("on a file system of its own", skip, () => {
  sliceStoreConformance({ name: "disk, short of memory and descriptors", create: createScarceFixture }, runner);
});
