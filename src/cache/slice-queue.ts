import { noSlot, type SliceSlots } from "./slice-slots.ts";

/** A queue of slots, linked through the columns of {@link SliceSlots}, so that a slot can leave from anywhere in constant time. */
export class SliceQueue {
  readonly #slots: SliceSlots;
  readonly #number: number;
  readonly #costOf: (lengthBytes: number) => number;
  #newest = noSlot;
  #oldest = noSlot;
  #bytes = 0;
  #count = 0;

  constructor(slots: SliceSlots, number: number, costOf: (lengthBytes: number) => number) {
    this.#slots = slots;
    this.#number = number;
    this.#costOf = costOf;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get count(): number {
    return this.#count;
  }

  /** The slot that has waited longest, or `noSlot`. */
  get oldest(): number {
    return this.#oldest;
  }

  holds(slot: number): boolean {
    return this.#slots.queue[slot] === this.#number;
  }

  add(slot: number): void {
    const slots = this.#slots;
    slots.queue[slot] = this.#number;
    slots.previous[slot] = noSlot;
    slots.next[slot] = this.#newest;
    if (this.#newest === noSlot) {
      this.#oldest = slot;
    } else {
      slots.previous[this.#newest] = slot;
    }
    this.#newest = slot;
    this.#bytes += this.#costOf(slots.lengthBytes[slot] ?? 0);
    this.#count += 1;
  }

  remove(slot: number): void {
    const slots = this.#slots;
    const previous = slots.previous[slot] ?? noSlot;
    const next = slots.next[slot] ?? noSlot;
    if (previous === noSlot) {
      this.#newest = next;
    } else {
      slots.next[previous] = next;
    }
    if (next === noSlot) {
      this.#oldest = previous;
    } else {
      slots.previous[next] = previous;
    }
    slots.queue[slot] = 0;
    this.#bytes -= this.#costOf(slots.lengthBytes[slot] ?? 0);
    this.#count -= 1;
  }
}
