/**
 * Sizes buffers come in. A viewer who keeps up gets `fast` ones, a slow one must not hold memory and gets `slow` ones. A `normal` one holds
 * an answer of 64 KiB together with its head, in one read.
 */
export const chunkSizes: Readonly<Record<Pace, number>> = { slow: 16 * 1024, normal: 80 * 1024, fast: 1024 * 1024 };

/** How quickly a reader's chunks are taken off its hands. */
export type Pace = "slow" | "normal" | "fast";

/**
 * Buffers that are lent out and taken back, so that streaming allocates nothing per chunk: allocation, not copying, is what Node's
 * stock streams cost. All readers of a process share one pool: when `budgetBytes` of `normal` and `fast`
 * buffers are out, further readers get `slow` ones, so a thousand viewers cannot use up the memory.
 */
export class BufferPool {
  readonly #budgetBytes: number;
  #lentBytes = 0;
  #idleBytes = 0;
  readonly #idle: Record<Pace, Uint8Array<ArrayBuffer>[]> = { slow: [], normal: [], fast: [] };

  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes;
  }

  /** Bytes of `normal` and `fast` buffers that are out now. */
  get lentBytes(): number {
    return this.#lentBytes;
  }

  /**
   * A buffer of the wished size or a smaller one, holding whatever its last user left in it.
   * @param neededBytes never a larger one than these need
   */
  take(wish: Pace, neededBytes: number = Number.POSITIVE_INFINITY): Uint8Array<ArrayBuffer> {
    const pace = this.#affordable(smallerOf(wish, neededBytes));
    if (pace !== "slow") {
      this.#lentBytes += chunkSizes[pace];
    }
    const idle = this.#idle[pace].pop();
    if (idle === undefined) {
      return new Uint8Array(chunkSizes[pace]);
    }
    this.#idleBytes -= idle.length;
    return idle;
  }

  #affordable(wish: Pace): Pace {
    for (const pace of ["fast", "normal"] as const) {
      const isWished = chunkSizes[pace] <= chunkSizes[wish];
      if (isWished && this.#lentBytes + chunkSizes[pace] <= this.#budgetBytes) {
        return pace;
      }
    }
    return "slow";
  }

  /** Writes a buffer off that its user may go on using: it is never lent again, and no longer counts as out. */
  forget(buffer: Uint8Array<ArrayBuffer>): void {
    const pace = paceOf(buffer);
    if (pace !== "slow") {
      this.#lentBytes -= chunkSizes[pace];
    }
  }

  /** Takes a buffer back; its user must not touch it any more. */
  give(buffer: Uint8Array<ArrayBuffer>): void {
    this.forget(buffer);
    const pace = paceOf(buffer);
    this.#makeRoom(buffer.length, pace);
    // Kept for the next, not left to the garbage collector: memory that comes and goes in such pieces is never whole again.
    if (this.#idleBytes + buffer.length <= this.#budgetBytes) {
      this.#idleBytes += buffer.length;
      this.#idle[pace].push(buffer);
    }
  }

  /** Sizes that were wanted once, by a crowd that has left, must not keep out the one in use now. */
  #makeRoom(neededBytes: number, wanted: Pace): void {
    for (const pace of ["slow", "normal", "fast"] as const) {
      while (pace !== wanted && this.#idleBytes + neededBytes > this.#budgetBytes) {
        const idle = this.#idle[pace].pop();
        if (idle === undefined) {
          break;
        }
        this.#idleBytes -= idle.length;
      }
    }
  }
}

function smallerOf(wish: Pace, neededBytes: number): Pace {
  if (neededBytes <= chunkSizes.slow) {
    return "slow";
  }
  return wish === "fast" && neededBytes <= chunkSizes.normal ? "normal" : wish;
}

function paceOf(buffer: Uint8Array): Pace {
  switch (buffer.length) {
    case chunkSizes.fast:
      return "fast";
    case chunkSizes.normal:
      return "normal";
    default:
      return "slow";
  }
}

/** A chunk held this long by its receiver marks him as slower than any buffer could help. */
const slowAfterMs = 75;
/** So many bytes taken at once mark a newcomer as fast. */
const fastAfterBytes = 4 * chunkSizes.normal;
/**
 * And one who was slow: more than a kernel takes for him in one go. Whenever its buffer has drained it takes a megabyte or more at once, and
 * readers that went back and forth between sizes with it would turn the pool over again and again.
 */
const fastAgainAfterBytes = 4 * 1024 * 1024;

/** Watches how long a receiver holds each chunk, and says which buffers suit him. */
export class PaceMeter {
  #quickBytes = 0;
  #quickBytesToFast = fastAfterBytes;
  #pace: Pace = "normal";

  /** The size of buffer to use next. */
  get pace(): Pace {
    return this.#pace;
  }

  /** Notes that a chunk of `lengthBytes` was held for `heldMs` milliseconds. */
  note(lengthBytes: number, heldMs: number): void {
    if (heldMs > slowAfterMs) {
      this.#quickBytes = 0;
      this.#quickBytesToFast = fastAgainAfterBytes;
      this.#pace = "slow";
      return;
    }
    this.#quickBytes += lengthBytes;
    if (this.#quickBytes >= this.#quickBytesToFast) {
      this.#pace = "fast";
    }
  }
}

/** The process's pool: 16 viewers with `fast` buffers or 200 with `normal` ones. */
export const sharedBuffers: BufferPool = new BufferPool(16 * 1024 * 1024);
