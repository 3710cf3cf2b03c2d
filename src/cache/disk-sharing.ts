import type { DiskContext } from "./disk-context.ts";
import { formatSliceFileName } from "./disk-layout.ts";
import type { SliceFiles, SliceRun } from "./slice-sharing.ts";

/** The files of a version's slices that are held and need no check any more. */
export function sharedFilesOf(
  { layout, index: held, boots }: Pick<DiskContext, "layout" | "index" | "boots">,
  objectName: string,
  version: string,
  run: SliceRun,
): SliceFiles {
  const object = held.objects.get(objectName);
  const edition = object?.editions.get(version);
  if (object === undefined || edition === undefined) {
    return { folder: "", names: [] };
  }
  const { slots } = held;
  // Both are worked out at each look.
  const { tag } = edition;
  const folder = layout.objectFolder(object.hash);
  const names: string[] = [];
  for (let index = run.start; index < run.end; index += 1) {
    const slot = edition.slots.get(index);
    if (slot !== undefined && slots.trusted[slot] === 1) {
      const lengthBytes = slots.lengthBytes[slot] ?? 0;
      const checksum = slots.checksum[slot] ?? 0;
      names.push(formatSliceFileName({ tag, index, lengthBytes, checksum, boot: boots.textOf(slots.boot[slot] ?? 0) }));
    }
  }
  return { folder, names };
}
