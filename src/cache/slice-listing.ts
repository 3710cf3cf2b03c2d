import { setImmediate as nextTurn } from "node:timers/promises";
import type { HeldObject, SliceIndex } from "./slice-index.ts";
import { compareCodePoints } from "./slice-names.ts";
import type { CachedObjectPage, SliceListOptions, SliceSelection } from "./slice-store.ts";

const defaultLimit = 200;
const maxLimit = 1000;
/** Objects looked at before others may use the process again. */
const stepObjects = 10_000;

/**
 * One page of what is held. Keeps only the page while it looks through all objects, so that a million of them neither are sorted nor
 * hold up the process. An object's versions stand together and are never parted by a page.
 */
export async function listHeld(index: SliceIndex, options: SliceListOptions = {}): Promise<CachedObjectPage> {
  const { prefix = "", cursor } = options;
  const limit = Math.min(Math.max(1, Math.trunc(options.limit ?? defaultLimit)), maxLimit);
  const page: HeldObject[] = [];
  let looked = 0;
  for (const object of index.objects.values()) {
    looked += 1;
    if (looked % stepObjects === 0) {
      await nextTurn();
    }
    const isAhead =
      object.name.startsWith(prefix) && (cursor === undefined || compareCodePoints(object.name, cursor) > 0);
    if (isAhead) {
      insertSorted(page, object, limit + 1);
    }
  }
  const shown = page.slice(0, limit);
  const last = shown.at(-1);
  const entries = shown.flatMap(entriesOf);
  return page.length > limit && last !== undefined ? { entries, nextCursor: last.name } : { entries };
}

/** The objects a selection is about. */
export async function selectObjects(index: SliceIndex, selection: SliceSelection): Promise<HeldObject[]> {
  if (selection.kind !== "prefix") {
    const object = index.objects.get(selection.object);
    return object === undefined ? [] : [object];
  }
  const selected: HeldObject[] = [];
  let looked = 0;
  for (const object of index.objects.values()) {
    looked += 1;
    if (looked % stepObjects === 0) {
      await nextTurn();
    }
    if (object.name.startsWith(selection.prefix)) {
      selected.push(object);
    }
  }
  return selected;
}

/** Whether a slice of this object and version is one that `selection` drops. */
export function isSelected(selection: SliceSelection, object: string, version: string): boolean {
  switch (selection.kind) {
    case "object":
      return object === selection.object;
    case "prefix":
      return object.startsWith(selection.prefix);
    case "other-versions":
      return object === selection.object && version !== selection.version;
  }
}

function insertSorted(page: HeldObject[], object: HeldObject, most: number): void {
  const last = page.at(-1);
  if (page.length === most && last !== undefined && compareCodePoints(object.name, last.name) > 0) {
    return;
  }
  let low = 0;
  let high = page.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = page[middle];
    if (other !== undefined && compareCodePoints(other.name, object.name) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  page.splice(low, 0, object);
  if (page.length > most) {
    page.pop();
  }
}

function entriesOf(object: HeldObject): CachedObjectPage["entries"] {
  return [...object.editions.values()]
    .filter((edition) => edition.slots.size > 0)
    .map((edition) => ({
      object: object.name,
      version: edition.version,
      slices: edition.slots.size,
      bytes: edition.bytes,
    }))
    .sort((a, b) => compareCodePoints(a.version, b.version));
}
