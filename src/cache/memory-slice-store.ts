import { assertRangeWithin, type ByteRange } from "../bytes/byte-range.ts";
import type { ByteSink } from "../bytes/byte-sink.ts";
import { SourceError } from "../source/index.ts";
import { sendFromMemory } from "./slice-copy.ts";
import { type HeldObject, SliceIndex } from "./slice-index.ts";
import { isSelected, listHeld, selectObjects } from "./slice-listing.ts";
import { assertSliceLength, assertSliceStoreOptions } from "./slice-store-options.ts";
import { noSlot } from "./slice-slots.ts";
import type {
  CachedObjectPage,
  ObjectRecord,
  Slice,
  SliceKey,
  SliceListOptions,
  SliceReadOptions,
  SliceSelection,
  SliceStore,
  SliceStoreState,
  SliceTotals,
} from "./slice-store.ts";

/** What an object's names and record are taken to cost. */
const objectCost = 512;

/** Options of {@link createMemorySliceStore}. */
export interface MemorySliceStoreOptions {
  /** Size of the grid, in bytes. */
  readonly sliceBytes: number;
  /** Most bytes to hold; 512 of them go to each object for its names and its record. */
  readonly limitBytes: number;
}

/** Creates a slice store in memory: for tests, and for machines whose disk is better left alone. */
export function createMemorySliceStore(options: MemorySliceStoreOptions): SliceStore {
  assertSliceStoreOptions(options);
  return new MemorySliceStore(options);
}

/** A slice's bytes, and who reads them: what is being read takes memory also after it was dropped. */
interface HeldBytes {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readers: number;
  dropped: boolean;
}

class MemorySliceStore implements SliceStore {
  readonly sliceBytes: number;
  readonly limitBytes: number;
  readonly state: SliceStoreState = { kind: "on" };
  readonly counters = { evictions: 0, damaged: 0, failures: 0 };
  readonly #index: SliceIndex;
  readonly #held = new Map<number, HeldBytes>();
  #usedBytes = 0;

  constructor({ sliceBytes, limitBytes }: MemorySliceStoreOptions) {
    this.sliceBytes = sliceBytes;
    this.limitBytes = limitBytes;
    this.#index = new SliceIndex({ limitBytes, sliceBytes, costOf: (length) => (length === 0 ? objectCost : length) });
  }

  async has({ object, version, index }: SliceKey): Promise<boolean> {
    return this.#index.find(object, version, index) !== noSlot;
  }

  async open({ object, version, index }: SliceKey): Promise<Slice | undefined> {
    const slot = this.#index.find(object, version, index);
    const held = this.#held.get(slot);
    if (held === undefined) {
      return undefined;
    }
    this.#index.use(slot);
    return new MemorySlice(`slice ${index} of "${object}"`, held, () => this.#freeIfUnused(held));
  }

  async put({ object: name, version, index }: SliceKey, bytes: Uint8Array): Promise<boolean> {
    assertSliceLength(bytes, this.sliceBytes);
    if (this.#index.find(name, version, index) !== noSlot) {
      return true;
    }
    return this.#write(name, bytes.length, (object) => {
      this.#usedBytes += bytes.length;
      const slot = this.#index.add(this.#index.ensureEdition(object, version), index, bytes.length);
      this.#held.set(slot, { bytes: new Uint8Array(bytes), readers: 0, dropped: false });
    });
  }

  async readRecord(object: string): Promise<ObjectRecord | undefined> {
    return this.#index.objects.get(object)?.record;
  }

  async writeRecord(record: ObjectRecord): Promise<void> {
    this.#write(record.object, 0, (object) => {
      object.record = structuredClone(record);
    });
  }

  async remove(selection: SliceSelection): Promise<SliceTotals> {
    const totals = { objects: 0, slices: 0, bytes: 0 };
    for (const object of await selectObjects(this.#index, selection)) {
      for (const edition of [...object.editions.values()]) {
        if (isSelected(selection, object.name, edition.version)) {
          totals.bytes += edition.bytes;
          totals.slices += edition.slots.size;
          [...edition.slots.values()].forEach((slot) => this.#drop(slot));
        }
      }
      if (selection.kind !== "other-versions") {
        object.record = undefined;
      }
      totals.objects += this.#settle(object) ? 1 : 0;
    }
    return totals;
  }

  list(options?: SliceListOptions): Promise<CachedObjectPage> {
    return listHeld(this.#index, options);
  }

  async stat(): Promise<SliceTotals> {
    return this.#index.totals;
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  /** Runs `write` on the object where `bytes` fit in beside it. */
  #write(name: string, bytes: number, write: (object: HeldObject) => void): boolean {
    const known = this.#index.objects.get(name);
    const object = known ?? this.#index.ensureObject(name);
    this.#usedBytes += known === undefined ? objectCost : 0;
    // Held fast, so that making room does not take the very object that needs it.
    object.writers += 1;
    const hasRoom = this.#makeRoom(bytes);
    object.writers -= 1;
    if (hasRoom) {
      write(object);
    }
    this.#settle(object);
    return hasRoom;
  }

  #makeRoom(bytes: number): boolean {
    while (this.#usedBytes + bytes > this.limitBytes) {
      const slot = bytes > this.limitBytes ? noSlot : this.#index.eviction.victim((other) => this.#mayGo(other));
      const object = this.#index.slots.owner[slot]?.object;
      if (object === undefined) {
        return false;
      }
      if (!this.#index.isOwnSlot(slot)) {
        this.#index.eviction.noteEvicted(slot, this.#index.markOf(slot));
        this.#drop(slot);
        this.counters.evictions += 1;
      }
      this.#index.forgetRecordOfEmpty(object);
      this.#settle(object);
    }
    return true;
  }

  #mayGo(slot: number): boolean {
    return this.#index.isOwnSlot(slot)
      ? this.#index.slots.owner[slot]?.object.writers === 0
      : this.#held.get(slot)?.readers === 0;
  }

  #drop(slot: number): void {
    const held = this.#held.get(slot);
    this.#held.delete(slot);
    this.#index.drop(slot);
    if (held !== undefined) {
      held.dropped = true;
      this.#freeIfUnused(held);
    }
  }

  #freeIfUnused(held: HeldBytes): void {
    if (held.dropped && held.readers === 0) {
      this.#usedBytes -= held.bytes.length;
    }
  }

  #settle(object: HeldObject): boolean {
    const isGone = this.#index.settleObject(object);
    this.#usedBytes -= isGone ? objectCost : 0;
    return isGone;
  }
}

class MemorySlice implements Slice {
  readonly lengthBytes: number;
  readonly #name: string;
  readonly #held: HeldBytes;
  readonly #onLeft: () => void;
  #isOpen = true;

  constructor(name: string, held: HeldBytes, onLeft: () => void) {
    this.#name = name;
    this.#held = held;
    this.#held.readers += 1;
    this.#onLeft = onLeft;
    this.lengthBytes = held.bytes.length;
  }

  async read(range: ByteRange, sink: ByteSink, options: SliceReadOptions = {}): Promise<void> {
    assertRangeWithin(range, this.lengthBytes);
    const doing = `Cannot read ${this.#name}`;
    if (!this.#isOpen) {
      throw new SourceError("aborted", `${doing}: it was closed`);
    }
    const { signal } = options;
    const { bytes } = this.#held;
    const copyTo = (buffer: Uint8Array, start: number, end: number): boolean => {
      buffer.set(bytes.subarray(start, end));
      return true;
    };
    this.#held.readers += 1;
    try {
      await sendFromMemory(range, copyTo, sink, { signal, doing });
    } finally {
      this.#leave();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isOpen) {
      this.#isOpen = false;
      this.#leave();
    }
  }

  #leave(): void {
    this.#held.readers -= 1;
    this.#onLeft();
  }
}
