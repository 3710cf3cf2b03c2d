import { join } from "node:path";
import { describe, it } from "vitest";
import { openDiskSliceStore } from "../../src/cache/disk-slice-store.ts";
import { createMemorySliceStore } from "../../src/cache/memory-slice-store.ts";
import type { SliceStore } from "../../src/cache/slice-store.ts";
import { sliceStoreConformance, type SliceStoreFixture, type SliceStoreWish } from "../../src/testing/index.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";
import { diskUsage } from "./disk-usage.ts";

async function createMemoryFixture(wish: SliceStoreWish): Promise<SliceStoreFixture> {
  const store = createMemorySliceStore(wish);
  return { store, close: async () => await store[Symbol.asyncDispose]() };
}

async function createDiskFixture(
  wish: SliceStoreWish,
  extra: { memoryBytes?: number; idleFiles?: number } = {},
): Promise<SliceStoreFixture> {
  const folder = await createTemporaryFolder("slice-store");
  const path = join(folder.path, "cache");
  const open = (): Promise<SliceStore> => openDiskSliceStore({ folder: path, ...wish, ...extra });
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
      await folder[Symbol.asyncDispose]();
    },
  };
}

const runner = { describe, it };
sliceStoreConformance({ name: "memory", create: createMemoryFixture }, runner);
sliceStoreConformance({ name: "disk", create: createDiskFixture }, runner);
// Every block has to make room for the next one, and every file is opened anew.
const scarce = { memoryBytes: 128 * 1024, idleFiles: 1 };
sliceStoreConformance(
  { name: "disk, short of memory and descriptors", create: (wish) => createDiskFixture(wish, scarce) },
  runner,
);
