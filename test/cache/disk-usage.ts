import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

/** What a folder takes on disk, like `du`: blocks, not lengths; folders included. What goes meanwhile is not counted. */
export async function diskUsage(folder: string): Promise<number> {
  const stats = await lstat(folder).catch(() => undefined);
  if (stats === undefined) {
    return 0;
  }
  const names = stats.isDirectory() ? await readdir(folder).catch(() => []) : [];
  const inner = await Promise.all(names.map((name) => diskUsage(join(folder, name))));
  return inner.reduce((sum, bytes) => sum + bytes, stats.blocks * 512);
}
