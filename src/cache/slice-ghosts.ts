/**
 * Remembers which slices went lately without having been used twice, by a 32-bit mark of their keys. A slice that comes back soon
 * after was wanted after all. Marks may collide; then a slice is valued too highly once.
 */
export class SliceGhosts {
  readonly #marks: Uint32Array;
  readonly #stamps: Uint32Array;
  #clock = 1;

  /** @param slices how many slices the store may hold; eight bytes are kept for each, 8 MiB at most */
  constructor(slices: number) {
    const size = 2 ** Math.min(20, Math.max(8, Math.ceil(Math.log2(slices))));
    this.#marks = new Uint32Array(size);
    this.#stamps = new Uint32Array(size);
  }

  remember(mark: number): void {
    const place = mark & (this.#marks.length - 1);
    this.#clock = (this.#clock + 1) >>> 0;
    this.#marks[place] = mark;
    this.#stamps[place] = this.#clock;
  }

  /** Whether `mark` was among the last `window` that were remembered; it is forgotten by this. */
  recall(mark: number, window: number): boolean {
    const place = mark & (this.#marks.length - 1);
    const stamp = this.#stamps[place] ?? 0;
    if (stamp === 0 || this.#marks[place] !== mark || (this.#clock - stamp) >>> 0 > window) {
      return false;
    }
    this.#stamps[place] = 0;
    return true;
  }
}
