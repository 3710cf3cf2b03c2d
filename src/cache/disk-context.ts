import type { DiskFiles } from "./disk-files.ts";
import { type DiskLayout, formatSliceFileName } from "./disk-layout.ts";
import type { DiskRoom } from "./disk-room.ts";
import type { Turns } from "./disk-turns.ts";
import type { SliceIndex } from "./slice-index.ts";

/** What the parts of a disk store share. */
export interface DiskContext {
  readonly layout: DiskLayout;
  readonly sliceBytes: number;
  readonly limitBytes: number;
  readonly index: SliceIndex;
  readonly room: DiskRoom;
  /** By object hash: what happens in one object's folder happens one after the other. */
  readonly turns: Turns;
  readonly boots: BootTags;
  readonly files: DiskFiles;
  readonly counters: { evictions: number; damaged: number };
}

/** Numbers for the boots that slices were written in, so that a slice's row need not hold a text. The present one is 0. */
export class BootTags {
  readonly #tags: string[];

  constructor(present: string) {
    this.#tags = [present];
  }

  textOf(number: number): string {
    return this.#tags[number] ?? "";
  }

  /** @returns `undefined` after 65,536 boots, which no cache survives */
  numberOf(tag: string): number | undefined {
    const known = this.#tags.indexOf(tag);
    if (known !== -1 || this.#tags.length > 0xffff) {
      return known === -1 ? undefined : known;
    }
    return this.#tags.push(tag) - 1;
  }
}

/** Where the slice of this slot lies. */
export function slicePath(
  { layout, index, boots }: Pick<DiskContext, "layout" | "index" | "boots">,
  slot: number,
): string {
  const { slots } = index;
  const edition = slots.owner[slot];
  if (edition === undefined) {
    throw new Error(`Slot ${slot} is free`);
  }
  const name = formatSliceFileName({
    tag: edition.tag,
    index: slots.index[slot] ?? 0,
    lengthBytes: slots.lengthBytes[slot] ?? 0,
    checksum: slots.checksum[slot] ?? 0,
    boot: boots.textOf(slots.boot[slot] ?? 0),
  });
  return `${layout.objectFolder(edition.object.hash)}/${name}`;
}
