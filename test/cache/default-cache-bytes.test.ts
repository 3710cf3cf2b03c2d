import { mkdir, statfs } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { defaultCacheBytes } from "../../src/cache/default-cache-bytes.ts";
import { openDiskSliceStore } from "../../src/cache/disk-slice-store.ts";
import { patternBytes } from "../../src/testing/index.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";
import { mountSmallDisk, whyNoSmallDisk } from "./small-disk.ts";

const mebibyte = 1024 * 1024;

describe("defaultCacheBytes", () => {
  it("is 10 GiB or a tenth of what is free, also for a folder that is not there yet", async () => {
    await using folder = await createTemporaryFolder("default-cache");
    const { bavail, bsize } = await statfs(folder.path);
    const expected = Math.min(10 * 1024 ** 3, (bavail * bsize) / 10);
    const bytes = await defaultCacheBytes(join(folder.path, "not", "there"));
    expect(bytes / expected).toBeCloseTo(1, 1);
    expect(Number.isSafeInteger(bytes)).toBe(true);
  });
});

const skipReason = whyNoSmallDisk();
describe("defaultCacheBytes of a disk", skipReason === undefined ? {} : { skip: true, meta: { skipReason } }, () => {
  it("does not shrink by what the cache itself has put there, from start to start", async () => {
    using disk = mountSmallDisk(64 * mebibyte);
    const folder = join(disk.path, "cache");
    await mkdir(folder);
    const atFirst = await defaultCacheBytes(folder);
    expect(atFirst / mebibyte).toBeCloseTo(6.4, 1);
    for (let start = 0; start < 5; start += 1) {
      const limitBytes = await defaultCacheBytes(folder);
      expect(Math.abs(limitBytes / atFirst - 1), `start ${start}`).toBeLessThan(0.01);
      await using store = await openDiskSliceStore({ folder, sliceBytes: 256 * 1024, limitBytes });
      for (let index = 0; index < 40; index += 1) {
        const key = { object: "films/a.mp4", version: `"${start}"`, index };
        expect(await store.put(key, patternBytes(0, 256 * 1024))).toBe(true);
      }
      expect(await disk.usedBytes()).toBeGreaterThan(5 * mebibyte);
    }
  });
});
