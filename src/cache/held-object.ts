import { assertRangeWithin, type ByteRange, type ByteSink, sliceIndexAt, sliceRange } from "../bytes/index.ts";
import { type CallOptions, isSourceError, type MediaObject, throwIfAborted, type Validator } from "../source/index.ts";
import { DiskSlice } from "./disk-slice.ts";
import type { DiskSliceFile } from "./disk-slice-file.ts";
import { ReadCursor } from "./read-cursor.ts";
import type { ObjectRecord } from "./slice-store.ts";

/** Reads a range of exactly this version elsewhere. @throws {SourceError} `changed` where there is another by now */
export type ReadBeyond = (
  key: string,
  version: string,
  range: ByteRange,
  sink: ByteSink,
  options: CallOptions,
) => Promise<void>;

/** What is not held is read in pieces of this length, so that what has come to be held meanwhile is noticed. */
const mostBeyondBytes = 16 * 1024 * 1024;

/** Where a {@link HeldObject} gets its bytes. */
export interface HeldBytes {
  readonly sliceBytes: number;
  /** A slice's file, entered, or `undefined` where it is not held. */
  readonly enter: (index: number) => Promise<DiskSliceFile | undefined>;
  readonly readBeyond: (range: ByteRange, sink: ByteSink, options: CallOptions) => Promise<void>;
  readonly onHit: (bytes: number) => void;
}

/** An open version whose held slices are read from their files, and the rest through whoever holds the cache. */
export class HeldObject implements MediaObject {
  readonly sizeBytes: number;
  readonly validator: Validator;
  readonly mediaType: string | undefined;
  readonly modifiedAt: Date | undefined;
  readonly cacheStatus: string;
  readonly #object: string;
  readonly #bytes: HeldBytes;

  constructor(record: ObjectRecord, cacheStatus: string, bytes: HeldBytes) {
    this.sizeBytes = record.sizeBytes;
    this.validator = { etag: record.version, derived: record.isDerivedTag, joinable: true };
    this.mediaType = record.mediaType;
    this.modifiedAt = record.modifiedAtMs === undefined ? undefined : new Date(record.modifiedAtMs);
    this.cacheStatus = cacheStatus;
    this.#object = record.object;
    this.#bytes = bytes;
  }

  async read(range: ByteRange, sink: ByteSink, options: CallOptions = {}): Promise<void> {
    assertRangeWithin(range, this.sizeBytes);
    const cursor = new ReadCursor(range, sink);
    while (cursor.position < range.end) {
      throwIfAborted(options.signal, `Cannot read "${this.#object}"`);
      const file = await this.#bytes.enter(this.#indexAt(cursor.position));
      if (file === undefined) {
        await this.#readGap(cursor, options);
      } else {
        await this.#readSlice(file, cursor, options);
      }
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  async #readSlice(file: DiskSliceFile, cursor: ReadCursor, options: CallOptions): Promise<void> {
    const startedAt = cursor.position;
    const offset = startedAt % this.#bytes.sliceBytes;
    const end = Math.min(file.lengthBytes, offset + cursor.end - startedAt);
    await using slice = new DiskSlice(`a slice of "${this.#object}"`, file, () => undefined);
    const { signal } = options;
    try {
      await slice
        .read({ start: offset, end }, cursor, { signal })
        .finally(() => this.#noteHit(cursor.position - startedAt, options));
    } catch (error) {
      await cursor.lastWrite;
      if (!isSourceError(error, "unavailable")) {
        throw error;
      }
      // The disk failed, not the viewer: what he has is right, and the rest of the slice comes from elsewhere.
      await this.#readBeyond(startedAt - offset + end, cursor, options);
    }
  }

  #noteHit(bytes: number, { meter }: CallOptions): void {
    this.#bytes.onHit(bytes);
    if (meter !== undefined) {
      meter.hitBytes = (meter.hitBytes ?? 0) + bytes;
    }
  }

  /** Up to the next held slice, in one request. */
  async #readGap(cursor: ReadCursor, options: CallOptions): Promise<void> {
    const limit = Math.min(cursor.end, cursor.position + mostBeyondBytes);
    let end = this.#sliceEnd(cursor.position);
    while (end < limit && !(await this.#isHeld(end))) {
      end = this.#sliceEnd(end);
    }
    await this.#readBeyond(Math.min(end, limit), cursor, options);
  }

  async #readBeyond(end: number, cursor: ReadCursor, options: CallOptions): Promise<void> {
    const range = { start: cursor.position, end };
    await this.#bytes.readBeyond(range, cursor, options);
    if (cursor.position !== end) {
      throw new Error(`Reading [${range.start}, ${end}) elsewhere ended at ${cursor.position}`);
    }
  }

  async #isHeld(position: number): Promise<boolean> {
    const file = await this.#bytes.enter(this.#indexAt(position));
    file?.leave();
    return file !== undefined;
  }

  #indexAt(position: number): number {
    return sliceIndexAt(position, this.#bytes.sliceBytes);
  }

  #sliceEnd(position: number): number {
    return sliceRange(this.#indexAt(position), this.#bytes.sliceBytes, this.sizeBytes).end;
  }
}
