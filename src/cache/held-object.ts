import {
  assertRangeWithin,
  type ByteRange,
  type ByteSink,
  PaceMeter,
  sliceIndexAt,
  sliceRange,
} from "../bytes/index.ts";
import { type CallOptions, isSourceError, type MediaObject, throwIfAborted, type Validator } from "../source/index.ts";
import { DiskSlice } from "./disk-slice.ts";
import type { DiskSliceFile } from "./disk-slice-file.ts";
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
    const place = new Place(range, sink);
    while (place.position < range.end) {
      throwIfAborted(options.signal, `Cannot read "${this.#object}"`);
      const file = await this.#bytes.enter(this.#indexAt(place.position));
      if (file === undefined) {
        await this.#readGap(place, options);
      } else {
        await this.#readSlice(file, place, options);
      }
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  async #readSlice(file: DiskSliceFile, place: Place, options: CallOptions): Promise<void> {
    const startedAt = place.position;
    const offset = startedAt % this.#bytes.sliceBytes;
    const end = Math.min(file.lengthBytes, offset + place.end - startedAt);
    await using slice = new DiskSlice(`a slice of "${this.#object}"`, file, () => undefined);
    const { signal } = options;
    try {
      await slice
        .read({ start: offset, end }, place, { signal, pace: place.pace })
        .finally(() => this.#noteHit(place.position - startedAt, options));
    } catch (error) {
      await place.lastWrite;
      if (!isSourceError(error, "unavailable")) {
        throw error;
      }
      // The disk failed, not the viewer: what he has is right, and the rest of the slice comes from elsewhere.
      await this.#readBeyond(startedAt - offset + end, place, options);
    }
  }

  #noteHit(bytes: number, { meter }: CallOptions): void {
    this.#bytes.onHit(bytes);
    if (meter !== undefined) {
      meter.hitBytes = (meter.hitBytes ?? 0) + bytes;
    }
  }

  /** Up to the next held slice, in one request. */
  async #readGap(place: Place, options: CallOptions): Promise<void> {
    const limit = Math.min(place.end, place.position + mostBeyondBytes);
    let end = this.#sliceEnd(place.position);
    while (end < limit && !(await this.#isHeld(end))) {
      end = this.#sliceEnd(end);
    }
    await this.#readBeyond(Math.min(end, limit), place, options);
  }

  async #readBeyond(end: number, place: Place, options: CallOptions): Promise<void> {
    const range = { start: place.position, end };
    await this.#bytes.readBeyond(range, place, options);
    if (place.position !== end) {
      throw new Error(`Reading [${range.start}, ${end}) elsewhere ended at ${place.position}`);
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

/** Where a reader is, and how fast he takes what he is given. */
class Place implements ByteSink {
  readonly end: number;
  /** Settles as the receiver's last write did: tells his failures from those of who feeds him. */
  lastWrite: Promise<void> = Promise.resolve();
  readonly pace = new PaceMeter();
  readonly #sink: ByteSink;
  #position: number;

  constructor(range: ByteRange, sink: ByteSink) {
    this.#position = range.start;
    this.end = range.end;
    this.#sink = sink;
  }

  get position(): number {
    return this.#position;
  }

  write(chunk: Uint8Array): Promise<void> {
    this.#position += chunk.length;
    this.lastWrite = this.#sink.write(chunk);
    return this.lastWrite;
  }
}
