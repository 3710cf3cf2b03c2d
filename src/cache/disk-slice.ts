import { type Pace, PaceMeter, sharedBuffers } from "../bytes/buffer-pool.ts";
import { assertRangeWithin, type ByteRange, rangeLength } from "../bytes/byte-range.ts";
import type { ByteSink } from "../bytes/byte-sink.ts";
import { SourceError, throwIfAborted } from "../source/index.ts";
import { hotBlockBytes } from "./disk-hot-blocks.ts";
import type { DiskSliceFile } from "./disk-slice-file.ts";
import { sendFromMemory, type SendOptions } from "./slice-copy.ts";
import type { Slice, SliceReadOptions } from "./slice-store.ts";

interface FilledBuffer {
  readonly buffer: Uint8Array<ArrayBuffer>;
  readonly length: number;
  readonly end: number;
}

/** One reader's hold on a slice's file. */
export class DiskSlice implements Slice {
  readonly lengthBytes: number;
  readonly #name: string;
  readonly #file: DiskSliceFile;
  readonly #onTrouble: (error: unknown) => void;
  #isOpen = true;

  /**
   * @param file entered for us; left when this is disposed of
   * @param onTrouble told when the disk fails, so that the store can turn itself off
   */
  constructor(name: string, file: DiskSliceFile, onTrouble: (error: unknown) => void) {
    this.#name = name;
    this.#file = file;
    this.#onTrouble = onTrouble;
    this.lengthBytes = file.lengthBytes;
  }

  async read(range: ByteRange, sink: ByteSink, options: SliceReadOptions = {}): Promise<void> {
    assertRangeWithin(range, this.lengthBytes);
    const { pace = new PaceMeter(), signal } = options;
    const doing = `Cannot read ${this.#name}`;
    if (!this.#isOpen) {
      throw new SourceError("aborted", `${doing}: it was closed`);
    }
    throwIfAborted(signal, doing);
    this.#file.enter();
    try {
      const start = await this.#sendHot(range, sink, { pace, signal, doing });
      await this.#copy({ start, end: range.end }, sink, pace, signal);
    } finally {
      this.#file.leave();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isOpen) {
      this.#isOpen = false;
      this.#file.leave();
    }
  }

  /** Sends a small range from memory, as far as it is there, and says how far that was. */
  async #sendHot(range: ByteRange, sink: ByteSink, options: SendOptions): Promise<number> {
    const file = this.#file;
    if (rangeLength(range) > hotBlockBytes) {
      return range.start;
    }
    if (!file.isHot(range.start, range.end)) {
      await file.keepIfWorthIt(range.start, range.end).catch((error: unknown) => {
        throw this.#troubleOf(error);
      });
    }
    // Asked again for each chunk: while one is with the receiver, a block may have to make place for another.
    const copyTo = (buffer: Uint8Array, start: number, end: number): boolean => file.copyHot(buffer, start, end);
    return await sendFromMemory(range, copyTo, sink, options);
  }

  /** Two buffers take turns: while the sink has one, the disk fills the other. */
  async #copy(range: ByteRange, sink: ByteSink, pace: PaceMeter, signal: AbortSignal | undefined): Promise<void> {
    let next = rangeLength(range) > 0 ? this.#fill(range.start, range.end, pace.pace) : undefined;
    try {
      while (next !== undefined) {
        const { buffer, length, end } = await next;
        next = undefined;
        try {
          throwIfAborted(signal, `Cannot read ${this.#name}`);
          // A slow viewer's next chunk would only wait in memory: it is read when he has taken this one.
          if (end < range.end && pace.pace !== "slow") {
            next = this.#fill(end, range.end, pace.pace);
          }
          const lentAt = performance.now();
          await sink.write(length === buffer.length ? buffer : buffer.subarray(0, length));
          pace.note(performance.now() - lentAt);
        } finally {
          sharedBuffers.give(buffer);
        }
        if (end < range.end) {
          next ??= this.#fill(end, range.end, pace.pace);
        }
      }
    } finally {
      // After a failure the disk may still be writing into the other buffer.
      await next?.then(({ buffer }) => sharedBuffers.give(buffer)).catch(() => undefined);
    }
  }

  #fill(start: number, end: number, pace: Pace): Promise<FilledBuffer> {
    const filled = this.#fillBuffer(start, end, pace);
    // Awaited later, when the chunk before it is gone; until then a failure must not count as unhandled.
    filled.catch(() => undefined);
    return filled;
  }

  async #fillBuffer(start: number, end: number, pace: Pace): Promise<FilledBuffer> {
    const buffer = sharedBuffers.take(pace);
    try {
      const length = Math.min(buffer.length, end - start);
      await this.#file.readAt(length === buffer.length ? buffer : buffer.subarray(0, length), start);
      return { buffer, length, end: start + length };
    } catch (error) {
      sharedBuffers.give(buffer);
      throw this.#troubleOf(error);
    }
  }

  #troubleOf(error: unknown): SourceError {
    this.#onTrouble(error);
    const reason = error instanceof Error ? error.message : String(error);
    return new SourceError("unavailable", `Cannot read ${this.#name}: ${reason}`, { cause: error });
  }
}
