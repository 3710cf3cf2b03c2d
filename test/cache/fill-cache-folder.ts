import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import {
  aboutName,
  bootTag,
  DiskLayout,
  fileCost,
  folderCost,
  formatSliceFileName,
} from "../../src/cache/disk-layout.ts";
import { hashName } from "../../src/cache/slice-names.ts";
import { patternBytes } from "../../src/testing/index.ts";

/** A cache folder as a store would have left it. */
export interface FilledFolder {
  readonly folder: string;
  readonly sliceBytes: number;
  readonly objects: number;
  readonly slicesEach: number;
}

/** The object with that number, and its version. */
export function filledKey(object: number, index: number): { object: string; version: string; index: number } {
  return { object: `films/${object}.mp4`, version: `"${object}"`, index };
}

/** Makes a cache folder with very many slices, all with the same bytes, faster than a store could. @returns what they take */
export async function fillCacheFolder({ folder, sliceBytes, objects, slicesEach }: FilledFolder): Promise<number> {
  const layout = new DiskLayout(folder);
  const salt = "a test's salt\n";
  await Promise.all(layout.fanFolders().map((fan) => mkdir(fan, { recursive: true })));
  await writeFile(layout.format, `sluice cache 1, slices of ${sliceBytes} bytes\n${salt}`);
  const bytes = patternBytes(0, sliceBytes);
  const name = { lengthBytes: sliceBytes, checksum: crc32(bytes), boot: bootTag(salt) };
  let total = 0;
  for (let object = 0; object < objects; object += 1) {
    const { object: key, version } = filledKey(object, 0);
    const path = layout.objectFolder(hashName(key));
    const about = JSON.stringify({ object: key, versions: [version] });
    await mkdir(path);
    await writeFile(join(path, aboutName), about);
    const tag = hashName(version).slice(0, 24);
    for (let first = 0; first < slicesEach; first += 64) {
      const indexes = Array.from({ length: Math.min(64, slicesEach - first) }, (_, number) => first + number);
      await Promise.all(
        indexes.map((index) => writeFile(join(path, formatSliceFileName({ ...name, tag, index })), bytes)),
      );
    }
    total += folderCost + fileCost(about.length) + slicesEach * fileCost(sliceBytes);
  }
  await writeFile(layout.total, `${total + 1024 * 1024}\n`);
  return total;
}
