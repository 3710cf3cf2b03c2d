import type { Pace } from "./pace-meter.ts";

/**
 * Sizes buffers come in. A viewer who keeps up gets `fast` ones, a slow one must not hold memory and gets `slow` ones. A `normal` one holds
 * an answer of 64 KiB together with its head, in one read.
 */
export const chunkSizes: Readonly<Record<Pace, number>> = { slow: 16 * 1024, normal: 80 * 1024, fast: 1024 * 1024 };

/** How many bytes of buffers of each size may be out at once, and lie ready afterwards; `slow` ones are lent to everybody. */
export type BufferBudgets = Readonly<Record<Pace, number>>;

/** The buffers of one size. */
interface Shelf {
  readonly sizeBytes: number;
  readonly budgetBytes: number;
  readonly idle: Uint8Array<ArrayBuffer>[];
  lentBytes: number;
}

/**
 * Buffers that are lent out and taken back, so that streaming allocates nothing per chunk: allocation, not copying, is what Node's
 * stock streams cost. All readers of a process share one pool: when the budget of a size is out, further readers get smaller ones, so a
 * thousand viewers cannot use up the memory.
 */
export class BufferPool {
  readonly #shelves: Readonly<Record<Pace, Shelf>>;

  constructor(budgets: BufferBudgets) {
    this.#shelves = {
      slow: shelfOf("slow", budgets),
      normal: shelfOf("normal", budgets),
      fast: shelfOf("fast", budgets),
    };
  }

  /** Bytes of `normal` and `fast` buffers that are out now. */
  get lentBytes(): number {
    return this.#shelves.normal.lentBytes + this.#shelves.fast.lentBytes;
  }

  /**
   * A buffer of the wished size or a smaller one, holding whatever its last user left in it.
   * @param neededBytes never a larger one than these need
   */
  take(wish: Pace, neededBytes: number = Number.POSITIVE_INFINITY): Uint8Array<ArrayBuffer> {
    const shelf = this.#affordable(smallerOf(wish, neededBytes));
    shelf.lentBytes += shelf.sizeBytes;
    return shelf.idle.pop() ?? new Uint8Array(shelf.sizeBytes);
  }

  #affordable(wish: Pace): Shelf {
    const { slow, normal, fast } = this.#shelves;
    if (wish === "fast" && hasRoom(fast)) {
      return fast;
    }
    return wish !== "slow" && hasRoom(normal) ? normal : slow;
  }

  /** Writes a buffer off that its user may go on using: it is never lent again, and no longer counts as out. */
  forget(buffer: Uint8Array<ArrayBuffer>): void {
    this.#shelfFor(buffer).lentBytes -= buffer.length;
  }

  /** Takes a buffer back; its user must not touch it any more. */
  give(buffer: Uint8Array<ArrayBuffer>): void {
    const shelf = this.#shelfFor(buffer);
    shelf.lentBytes -= buffer.length;
    // Kept for the next, not left to the garbage collector: memory that comes and goes in such pieces is never whole again.
    if ((shelf.idle.length + 1) * shelf.sizeBytes <= shelf.budgetBytes) {
      shelf.idle.push(buffer);
    }
  }

  #shelfFor(buffer: Uint8Array): Shelf {
    const { slow, normal, fast } = this.#shelves;
    switch (buffer.length) {
      case fast.sizeBytes:
        return fast;
      case normal.sizeBytes:
        return normal;
      default:
        return slow;
    }
  }
}

function shelfOf(pace: Pace, budgets: BufferBudgets): Shelf {
  return { sizeBytes: chunkSizes[pace], budgetBytes: budgets[pace], idle: [], lentBytes: 0 };
}

function hasRoom({ sizeBytes, budgetBytes, lentBytes }: Shelf): boolean {
  return lentBytes + sizeBytes <= budgetBytes;
}

function smallerOf(wish: Pace, neededBytes: number): Pace {
  if (neededBytes <= chunkSizes.slow) {
    return "slow";
  }
  return wish === "fast" && neededBytes <= chunkSizes.normal ? "normal" : wish;
}

const mib = 1024 * 1024;

/** The process's pool: 64 viewers with `fast` buffers, 100 newcomers with `normal` ones, and any number of slow ones. */
export const sharedBuffers: BufferPool = new BufferPool({ slow: 16 * mib, normal: 8 * mib, fast: 64 * mib });
