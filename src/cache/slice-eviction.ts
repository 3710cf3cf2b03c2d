import { SliceGhosts } from "./slice-ghosts.ts";
import { SliceQueue } from "./slice-queue.ts";
import { noSlot, type SliceSlots } from "./slice-slots.ts";

/** The share of the bytes in which new slices must prove themselves: the 10 % of the S3-FIFO paper (SOSP 2023). */
const newcomersShare = 0.1;
const mostUses = 3;
/** Looks for an unused slice before any will do; each look is a few nanoseconds. */
const patientLooks = 100_000;

/**
 * Decides which slice goes: S3-FIFO. New slices enter a small queue; only what is used there again reaches the main one, so a scan that
 * reads everything once drives out other newcomers and nothing else. In the main queue what was used since its last turn gets another. A
 * use costs no relinking, and every step is constant time.
 *
 * Reading one slice in many small ranges must not look like many uses, so a use counts only when the store has turned to
 * `1/32` as many other slices as it holds since the last one that counted, or since the slice was put.
 */
export class SliceEviction {
  readonly #slots: SliceSlots;
  readonly #newcomers: SliceQueue;
  readonly #main: SliceQueue;
  readonly #ghosts: SliceGhosts;
  readonly #newcomersBytes: number;
  #clock = 0;
  #lastUsed = noSlot;

  constructor(slots: SliceSlots, limitBytes: number, sliceBytes: number, costOf: (lengthBytes: number) => number) {
    this.#slots = slots;
    this.#newcomers = new SliceQueue(slots, 1, costOf);
    this.#main = new SliceQueue(slots, 2, costOf);
    this.#ghosts = new SliceGhosts(limitBytes / sliceBytes);
    this.#newcomersBytes = limitBytes * newcomersShare;
  }

  /** Slices known. */
  get count(): number {
    return this.#newcomers.count + this.#main.count;
  }

  /** A slice that was put; `mark` tells it from others across evictions. */
  add(slot: number, mark: number): void {
    this.#turnTo(slot);
    this.#slots.countedAt[slot] = this.#clock;
    const queue = this.#ghosts.recall(mark, Math.max(64, this.#main.count)) ? this.#main : this.#newcomers;
    queue.add(slot);
  }

  /** A slice found on disk at start, `uses` of it guessed from its age. */
  addKnown(slot: number, uses: number): void {
    this.#slots.uses[slot] = uses;
    this.#main.add(slot);
  }

  use(slot: number): void {
    this.#turnTo(slot);
    const slots = this.#slots;
    const gap = Math.max(1, Math.min(4096, this.count >>> 5));
    if ((this.#clock - (slots.countedAt[slot] ?? 0)) >>> 0 >= gap) {
      slots.countedAt[slot] = this.#clock;
      slots.uses[slot] = Math.min(mostUses, (slots.uses[slot] ?? 0) + 1);
    }
  }

  /** Forgets a slice that was dropped for another reason than room. */
  remove(slot: number): void {
    if (this.#newcomers.holds(slot)) {
      this.#newcomers.remove(slot);
    } else if (this.#main.holds(slot)) {
      this.#main.remove(slot);
    }
    if (this.#lastUsed === slot) {
      this.#lastUsed = noSlot;
    }
  }

  /** The slice least worth keeping of those that `mayGo`, or `noSlot`. It stays queued until it is removed. */
  victim(mayGo: (slot: number) => boolean): number {
    for (let looks = 0; looks < 2 * patientLooks && this.count > 0; looks += 1) {
      const fromNewcomers = this.#newcomers.bytes > this.#newcomersBytes || this.#main.count === 0;
      const queue = fromNewcomers ? this.#newcomers : this.#main;
      const slot = queue.oldest;
      const uses = this.#slots.uses[slot] ?? 0;
      const free = mayGo(slot);
      if (free && (uses === 0 || looks > patientLooks)) {
        return slot;
      }
      queue.remove(slot);
      this.#main.add(slot);
      this.#slots.uses[slot] = Math.max(0, uses - 1);
      // Everything may be in use; one round through the queues shows it.
      if (!free && looks > 4 * this.count) {
        return noSlot;
      }
    }
    return noSlot;
  }

  /** Notes that a victim really went, to know it again should it come back. */
  noteEvicted(slot: number, mark: number): void {
    if (this.#newcomers.holds(slot)) {
      this.#ghosts.remember(mark);
    }
  }

  #turnTo(slot: number): void {
    if (slot !== this.#lastUsed) {
      this.#lastUsed = slot;
      this.#clock = (this.#clock + 1) >>> 0;
    }
  }
}
