import { assertRangeWithin, type ByteRange, rangeLength } from "../bytes/byte-range.ts";
import type { ByteSink } from "../bytes/byte-sink.ts";
import { copyRange } from "../bytes/range-copy.ts";
import { SourceError, throwIfAborted } from "../source/index.ts";
import { hotBlockBytes } from "./disk-hot-blocks.ts";
import type { DiskSliceFile } from "./disk-slice-file.ts";
import { sendFromMemory, type SendOptions } from "./slice-copy.ts";
import type { Slice, SliceReadOptions } from "./slice-store.ts";

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
    const { signal } = options;
    const doing = `Cannot read ${this.#name}`;
    if (!this.#isOpen) {
      throw new SourceError("aborted", `${doing}: it was closed`);
    }
    throwIfAborted(signal, doing);
    this.#file.enter();
    try {
      const start = await this.#sendHot(range, sink, { signal, doing });
      const check = (): void => throwIfAborted(signal, doing);
      const fill = (buffer: Uint8Array, position: number): Promise<void> => this.#fill(buffer, position);
      await copyRange({ start, end: range.end }, { fill, check }, sink);
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

  async #fill(buffer: Uint8Array, position: number): Promise<void> {
    try {
      await this.#file.readAt(buffer, position);
    } catch (error) {
      throw this.#troubleOf(error);
    }
  }

  #troubleOf(error: unknown): SourceError {
    this.#onTrouble(error);
    const reason = error instanceof Error ? error.message : String(error);
    return new SourceError("unavailable", `Cannot read ${this.#name}: ${reason}`, { cause: error });
  }
}
