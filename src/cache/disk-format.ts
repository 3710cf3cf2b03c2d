import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import type { DiskLayout } from "./disk-layout.ts";
import { unlessMissing } from "./disk-trouble.ts";

/**
 * Makes the folder one of this grid, and answers its salt for boot tags. Slices of another grid are put aside, and deleted by
 * and by.
 *
 * @param startsAfresh asks for a new salt, so that every slice is checked before it is believed
 */
export async function readyFormat(
  layout: DiskLayout,
  { sliceBytes, startsAfresh }: { readonly sliceBytes: number; readonly startsAfresh: boolean },
): Promise<string> {
  const grid = `sluice cache 1, slices of ${sliceBytes} bytes\n`;
  const found = await unlessMissing(readFile(layout.format, "utf8"));
  const fits = found?.startsWith(grid) === true;
  if (!fits) {
    await mkdir(layout.trash, { recursive: true });
    await unlessMissing(rename(layout.objects, `${layout.trash}/${randomUUID()}`));
  }
  const salt = fits && !startsAfresh ? found.slice(grid.length) : `${randomUUID()}\n`;
  // Written at every start: where that fails, the disk is of no use. Flushed, because without it the cache would be lost.
  const path = layout.nextIncoming();
  await writeFile(path, grid + salt, { flush: true });
  await rename(path, layout.format);
  return salt;
}
