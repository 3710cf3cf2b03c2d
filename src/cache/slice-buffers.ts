import { untilAborted } from "../source/index.ts";

/**
 * The memory in which slices are assembled: a budget for the whole process. A flight that finds none free waits in line, so many
 * flights take turns instead of filling the memory.
 */
export class SliceBuffers {
  readonly #budgetBytes: number;
  #usedBytes = 0;
  readonly #idle = new Map<number, Uint8Array<ArrayBuffer>[]>();
  readonly #line: { readonly sizeBytes: number; readonly grant: () => void }[] = [];

  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes;
  }

  /** Bytes of buffers that are out now. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** A buffer of `sizeBytes`, now or when its turn comes. @throws {SourceError} `aborted` */
  async take(sizeBytes: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#line.length > 0 || !this.#fits(sizeBytes)) {
      await this.#waitInLine(sizeBytes, signal);
    } else {
      this.#usedBytes += sizeBytes;
    }
    return this.#idle.get(sizeBytes)?.pop() ?? new Uint8Array(sizeBytes);
  }

  /** Takes a buffer back. */
  give(buffer: Uint8Array<ArrayBuffer>): void {
    const idle = this.#idle.get(buffer.length) ?? [];
    this.#idle.set(buffer.length, idle);
    if (idle.length * buffer.length < this.#budgetBytes / 4) {
      idle.push(buffer);
    }
    this.#usedBytes -= buffer.length;
    this.#admitNext();
  }

  async #waitInLine(sizeBytes: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const place = { sizeBytes, grant: resolve };
    this.#line.push(place);
    try {
      await untilAborted(promise, signal);
    } catch (error) {
      const index = this.#line.indexOf(place);
      if (index === -1) {
        // Granted at the very moment of leaving: the next in line gets it.
        this.#usedBytes -= sizeBytes;
      } else {
        this.#line.splice(index, 1);
      }
      this.#admitNext();
      throw error;
    }
  }

  #admitNext(): void {
    for (let next = this.#line[0]; next !== undefined && this.#fits(next.sizeBytes); next = this.#line[0]) {
      this.#line.shift();
      this.#usedBytes += next.sizeBytes;
      next.grant();
    }
  }

  /** One buffer is always granted, however small the budget. */
  #fits(sizeBytes: number): boolean {
    return this.#usedBytes === 0 || this.#usedBytes + sizeBytes <= this.#budgetBytes;
  }
}

/** The process's slice buffers: 32 slices of 1 MiB under way at once. */
export const sharedSliceBuffers: SliceBuffers = new SliceBuffers(32 * 1024 * 1024);
