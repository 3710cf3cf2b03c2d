import type { SliceEdition } from "./slice-index.ts";

/** Stands where there is no slot. */
export const noSlot = 0xffff_ffff;

const firstCapacity = 1024;

/**
 * What is known of each slice, in columns of numbers: a million slices as a million JavaScript objects would take five times the memory
 * and make every garbage collection visit them. A slot is the row's number; rows are used again.
 */
export class SliceSlots {
  /** Whose slice it is. */
  readonly owner: (SliceEdition | undefined)[] = [];
  index: Uint32Array = new Uint32Array(firstCapacity);
  lengthBytes: Uint32Array = new Uint32Array(firstCapacity);
  checksum: Uint32Array = new Uint32Array(firstCapacity);
  /** Neighbours in the queue; `next` also links the free rows. */
  next: Uint32Array = new Uint32Array(firstCapacity);
  previous: Uint32Array = new Uint32Array(firstCapacity);
  /** The eviction's clock when a use was last counted. */
  countedAt: Uint32Array = new Uint32Array(firstCapacity);
  /** Number of the boot that wrote it, from {@link BootTags}. */
  boot: Uint16Array = new Uint16Array(firstCapacity);
  /** Uses counted, 0 to 3. */
  uses: Uint8Array = new Uint8Array(firstCapacity);
  /** Which queue it stands in. */
  queue: Uint8Array = new Uint8Array(firstCapacity);
  /** Whether its bytes are known to be those that were put. */
  trusted: Uint8Array = new Uint8Array(firstCapacity);
  #firstFree = noSlot;
  #taken = 0;

  /** A row for a slice of `owner`, all its numbers 0. */
  take(owner: SliceEdition): number {
    let slot = this.#firstFree;
    if (slot === noSlot) {
      slot = this.#taken;
      this.#taken += 1;
      if (slot >= this.index.length) {
        this.#grow();
      }
    } else {
      this.#firstFree = this.next[slot] ?? noSlot;
    }
    this.owner[slot] = owner;
    for (const column of [this.uses, this.queue, this.trusted, this.boot, this.checksum, this.countedAt]) {
      column[slot] = 0;
    }
    return slot;
  }

  give(slot: number): void {
    this.owner[slot] = undefined;
    this.next[slot] = this.#firstFree;
    this.#firstFree = slot;
  }

  #grow(): void {
    this.index = twice(this.index);
    this.lengthBytes = twice(this.lengthBytes);
    this.checksum = twice(this.checksum);
    this.next = twice(this.next);
    this.previous = twice(this.previous);
    this.countedAt = twice(this.countedAt);
    this.boot = twice(this.boot);
    this.uses = twice(this.uses);
    this.queue = twice(this.queue);
    this.trusted = twice(this.trusted);
  }
}

function twice<Column extends Uint32Array | Uint16Array | Uint8Array>(column: Column): Column {
  const grown = new (column.constructor as new (length: number) => Column)(column.length * 2);
  grown.set(column);
  return grown;
}
