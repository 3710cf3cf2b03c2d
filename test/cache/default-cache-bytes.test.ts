import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { defaultCacheBytes } from "../../src/cache/default-cache-bytes.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";

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
