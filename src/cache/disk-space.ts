import { rm, unlink } from "node:fs/promises";
import { type DiskContext, slicePath } from "./disk-context.ts";
import { fileCost } from "./disk-layout.ts";
import { unlessMissing } from "./disk-trouble.ts";
import type { HeldObject } from "./slice-index.ts";
import { noSlot } from "./slice-slots.ts";

/** Makes room on disk, and takes things off it. */
export class DiskSpace {
  readonly #context: DiskContext;

  constructor(context: DiskContext) {
    this.#context = context;
  }

  /** Reserves room, dropping what is least worth keeping; false where there is none to be had. */
  async reserve(bytes: number): Promise<boolean> {
    const { room, sliceBytes } = this.#context;
    if (room.excessBytes > 64 * sliceBytes) {
      // The limit was lowered: trimming goes on by itself, and nobody should have to wait for it.
      return false;
    }
    while (!room.tryReserve(bytes)) {
      if (!(await this.#evictOne())) {
        return false;
      }
    }
    try {
      await room.confirm();
      return true;
    } catch (error) {
      room.release(bytes);
      throw error;
    }
  }

  /** Drops slices until the limit holds. */
  async trim(isStopped: () => boolean): Promise<void> {
    while (!isStopped() && this.#context.room.excessBytes > 0 && (await this.#evictOne())) {
      // One at a time, so that others get at the disk in between.
    }
  }

  /** Drops a slice and deletes its file. Where it is being read, its bytes count until the last reader has left. */
  async drop(slot: number): Promise<void> {
    const { index, files, room, turns } = this.#context;
    const object = index.slots.owner[slot]?.object;
    if (object === undefined) {
      return;
    }
    const path = slicePath(this.#context, slot);
    const cost = fileCost(index.slots.lengthBytes[slot] ?? 0);
    const file = files.detach(slot);
    index.drop(slot);
    const closed = file?.retire();
    await turns.run(object.hash, () => unlessMissing(unlink(path)));
    if (file?.isInUse === true) {
      void closed?.then(() => room.release(cost));
    } else {
      await closed;
      room.release(cost);
    }
  }

  /** Deletes the folder of an object that has nothing left; true where it had. */
  async settle(object: HeldObject): Promise<boolean> {
    const { index, room, turns, layout } = this.#context;
    if (!index.settleObject(object)) {
      return false;
    }
    await turns.run(object.hash, () => rm(layout.objectFolder(object.hash), { recursive: true, force: true }));
    room.release(object.storedBytes);
    return true;
  }

  async #evictOne(): Promise<boolean> {
    const { index, counters } = this.#context;
    const slot = index.eviction.victim((candidate) => this.#mayGo(candidate));
    const object = index.slots.owner[slot]?.object;
    if (slot === noSlot || object === undefined) {
      return false;
    }
    if (index.isOwnSlot(slot)) {
      object.record = undefined;
    } else {
      index.eviction.noteEvicted(slot, index.markOf(slot));
      counters.evictions += 1;
      const dropped = this.drop(slot);
      index.forgetRecordOfEmpty(object);
      await dropped;
    }
    await this.settle(object);
    return true;
  }

  #mayGo(slot: number): boolean {
    const { index, files } = this.#context;
    return index.isOwnSlot(slot) ? index.slots.owner[slot]?.object.writers === 0 : !files.isInUse(slot);
  }
}
