/** How quickly a receiver's chunks are taken off our hands. */
export type Pace = "slow" | "normal" | "fast";

/** A chunk held this long by its receiver marks him as slower than any buffer could help. */
const slowAfterMs = 75;
/**
 * So many bytes taken at once mark him as fast: more than a kernel takes for a slow one in one go, at first and whenever its buffer has
 * drained. Readers that went back and forth between sizes with it would turn the pool over again and again.
 */
const fastAfterBytes = 8 * 1024 * 1024;

/** Watches how long a receiver holds each chunk, and says which buffers suit him. */
export class PaceMeter {
  #quickBytes = 0;
  #pace: Pace = "normal";

  /** The size of buffer to use next. */
  get pace(): Pace {
    return this.#pace;
  }

  /** Notes that a chunk of `lengthBytes` was held for `heldMs` milliseconds. */
  note(lengthBytes: number, heldMs: number): void {
    if (heldMs > slowAfterMs) {
      this.#quickBytes = 0;
      this.#pace = "slow";
      return;
    }
    this.#quickBytes += lengthBytes;
    if (this.#quickBytes >= fastAfterBytes) {
      this.#pace = "fast";
    }
  }
}
