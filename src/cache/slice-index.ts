import { SliceEviction } from "./slice-eviction.ts";
import { hashName } from "./slice-names.ts";
import { noSlot, SliceSlots } from "./slice-slots.ts";
import type { ObjectRecord, SliceTotals } from "./slice-store.ts";

/** An object of which something is held. */
export interface HeldObject {
  readonly name: string;
  /** Names its folder. Worked out each time: a text for each of a million objects takes more than the rest of what is known of them. */
  readonly hash: string;
  readonly editions: Map<string, SliceEdition>;
  record: ObjectRecord | undefined;
  /** Puts and record writes under way: the object is not forgotten meanwhile. */
  writers: number;
  /** Its place in the eviction's queue while no slice stands there for it. */
  ownSlot: number;
  /** What its folder and the file about it take on disk; 0 where there is none yet. */
  storedBytes: number;
  /** When its use was last noted on disk. */
  notedAtMs: number;
}

/** One version of an object. */
export interface SliceEdition {
  readonly object: HeldObject;
  readonly version: string;
  /** Stands for the version in file names; worked out each time, too. */
  readonly tag: string;
  /** Slice index to slot. */
  readonly slots: Map<number, number>;
  bytes: number;
  /** Whether the file about the object names this version, without which its slices could not be found again. */
  isFiled: boolean;
}

/** What the index has to know of its store. */
export interface SliceIndexOptions {
  readonly limitBytes: number;
  readonly sliceBytes: number;
  /** What a slice of this length takes of the limit. */
  readonly costOf: (lengthBytes: number) => number;
}

/** Which slices are held, of which versions of which objects, and in which order they go. In memory; both stores have one. */
export class SliceIndex {
  readonly slots: SliceSlots = new SliceSlots();
  readonly eviction: SliceEviction;
  readonly #objects = new Map<string, HeldObject>();
  #bytes = 0;
  #slices = 0;

  constructor(options: SliceIndexOptions) {
    this.eviction = new SliceEviction(this.slots, options.limitBytes, options.sliceBytes, options.costOf);
  }

  get totals(): SliceTotals {
    return { objects: this.#objects.size, slices: this.#slices, bytes: this.#bytes };
  }

  get objects(): ReadonlyMap<string, HeldObject> {
    return this.#objects;
  }

  find(object: string, version: string, index: number): number {
    return this.#objects.get(object)?.editions.get(version)?.slots.get(index) ?? noSlot;
  }

  /** The object, made if there is none yet. */
  ensureObject(name: string): HeldObject {
    let object = this.#objects.get(name);
    if (object === undefined) {
      object = new IndexedObject(name);
      this.#objects.set(name, object);
    }
    return object;
  }

  ensureEdition(object: HeldObject, version: string): SliceEdition {
    let edition = object.editions.get(version);
    if (edition === undefined) {
      edition = new IndexedEdition(object, version);
      object.editions.set(version, edition);
    }
    return edition;
  }

  /** Adds a slice; `uses` only for one that was held before the process started. */
  add(edition: SliceEdition, index: number, lengthBytes: number, uses?: number): number {
    const slot = this.slots.take(edition);
    this.slots.index[slot] = index;
    this.slots.lengthBytes[slot] = lengthBytes;
    edition.slots.set(index, slot);
    edition.bytes += lengthBytes;
    this.#bytes += lengthBytes;
    this.#slices += 1;
    this.#queue(slot, uses);
    this.#releaseOwnSlot(edition.object);
    return slot;
  }

  /** Forgets a slice. Its object stays until {@link settleObject}. */
  drop(slot: number): void {
    const edition = this.slots.owner[slot];
    if (edition === undefined) {
      return;
    }
    const lengthBytes = this.slots.lengthBytes[slot] ?? 0;
    edition.slots.delete(this.slots.index[slot] ?? 0);
    edition.bytes -= lengthBytes;
    this.#bytes -= lengthBytes;
    this.#slices -= 1;
    // Who writes a slice of it just now goes on to use the same edition.
    if (edition.slots.size === 0 && edition.object.writers === 0) {
      edition.object.editions.delete(edition.version);
    }
    this.eviction.remove(slot);
    this.slots.give(slot);
  }

  /**
   * Puts an object that may have lost its last slice where it belongs: an empty one is forgotten, one with a record alone queues for itself.
   * @returns true where it was forgotten
   */
  settleObject(object: HeldObject): boolean {
    if (object.writers > 0 || this.#objects.get(object.name) !== object) {
      return false;
    }
    for (const edition of object.editions.values()) {
      if (edition.slots.size === 0) {
        object.editions.delete(edition.version);
      }
    }
    if (object.editions.size > 0) {
      return false;
    }
    if (object.record !== undefined) {
      this.#queueRecordOnly(object);
      return false;
    }
    this.#releaseOwnSlot(object);
    return this.#objects.delete(object.name);
  }

  /** With its last slice, an object's record goes too: it would only be in the way. */
  forgetRecordOfEmpty(object: HeldObject): void {
    if (object.writers === 0 && !hasSlices(object)) {
      object.record = undefined;
    }
  }

  /** Whether the slot stands for an object without slices. */
  isOwnSlot(slot: number): boolean {
    return this.slots.owner[slot]?.object.ownSlot === slot;
  }

  /** Notes that a slice was read. */
  use(slot: number): void {
    this.eviction.use(slot);
  }

  /** What {@link SliceEviction} knows a slice by after it has gone. */
  markOf(slot: number): number {
    const edition = this.slots.owner[slot];
    const seed = edition === undefined ? 0 : Number.parseInt(edition.object.hash.slice(0, 8), 16);
    const version = edition === undefined ? 0 : Number.parseInt(edition.tag.slice(0, 8), 16);
    return Math.imul(seed ^ version ^ Math.imul((this.slots.index[slot] ?? 0) + 1, 0x9e37_79b1), 0x85eb_ca6b) >>> 0;
  }

  #queue(slot: number, uses: number | undefined): void {
    if (uses === undefined) {
      this.eviction.add(slot, this.markOf(slot));
    } else {
      this.eviction.addKnown(slot, uses);
    }
  }

  /** Records without slices have their place in the queue, so that they do not pile up for ever. */
  #queueRecordOnly(object: HeldObject): void {
    if (object.ownSlot === noSlot) {
      object.ownSlot = this.slots.take(this.#ownEdition(object));
      this.slots.lengthBytes[object.ownSlot] = 0;
      this.#queue(object.ownSlot, undefined);
    }
  }

  #releaseOwnSlot(object: HeldObject): void {
    if (object.ownSlot !== noSlot) {
      this.eviction.remove(object.ownSlot);
      this.slots.give(object.ownSlot);
      object.ownSlot = noSlot;
    }
  }

  #ownEdition(object: HeldObject): SliceEdition {
    return new IndexedEdition(object, "");
  }
}

/** Whether any slice of any version is held. */
export function hasSlices(object: HeldObject): boolean {
  for (const edition of object.editions.values()) {
    if (edition.slots.size > 0) {
      return true;
    }
  }
  return false;
}

class IndexedObject implements HeldObject {
  readonly name: string;
  readonly editions: Map<string, SliceEdition> = new Map();
  record: ObjectRecord | undefined = undefined;
  writers = 0;
  ownSlot = noSlot;
  storedBytes = 0;
  notedAtMs = 0;

  constructor(name: string) {
    this.name = name;
  }

  get hash(): string {
    return hashName(this.name);
  }
}

class IndexedEdition implements SliceEdition {
  readonly object: HeldObject;
  readonly version: string;
  readonly slots: Map<number, number> = new Map();
  bytes = 0;
  isFiled = false;

  constructor(object: HeldObject, version: string) {
    this.object = object;
    this.version = version;
  }

  get tag(): string {
    return hashName(this.version).slice(0, 24);
  }
}
