import { readFile } from "node:fs/promises";
import { DiskLayout } from "./disk-layout.ts";
import { unlessMissing } from "./disk-trouble.ts";

/** The slice size of a cache that lies in `folder`, or `undefined` where none does. Opening it with another would delete what it holds. */
export async function readDiskGrid(folder: string): Promise<number | undefined> {
  const text = await unlessMissing(readFile(new DiskLayout(folder).format, "utf8"));
  const digits = /^sluice cache \d+, slices of (\d{1,10}) bytes\n/.exec(text ?? "")?.[1];
  return digits === undefined ? undefined : Number(digits);
}
