import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { DiskLayout } from "./disk-layout.ts";
import { readStoredBound } from "./disk-room.ts";
import { systemCode } from "./disk-trouble.ts";

const most = 10 * 1024 ** 3;
const shareOfFree = 0.1;

/**
 * How large a cache may be that nobody gave a size: 10 GiB, or a tenth of what is free on the disk of `folder` if that is less. What the
 * cache itself takes counts as free, or it would be smaller after every start.
 */
export async function defaultCacheBytes(folder: string): Promise<number> {
  try {
    const { bavail, bfree, blocks, bsize } = await statfs(folder);
    const usedBytes = (blocks - bfree) * bsize;
    const ownBytes = Math.min((await readStoredBound(new DiskLayout(folder))) ?? 0, usedBytes);
    return Math.min(most, Math.floor((bavail * bsize + ownBytes) * shareOfFree));
  } catch (error) {
    // The folder need not be there yet; where it will be made tells as much.
    if (systemCode(error) === "ENOENT" && dirname(folder) !== folder) {
      return await defaultCacheBytes(dirname(folder));
    }
    throw error;
  }
}
