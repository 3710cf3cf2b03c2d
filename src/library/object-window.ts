import type { ByteRange } from "../bytes/index.ts";
import {
  type CallOptions,
  isSourceError,
  type MediaObject,
  type SourceError,
  type UpstreamMeter,
} from "../source/index.ts";

/** Bytes that can be read anywhere; what the readers of tags stand on. */
export interface RandomBytes {
  readonly sizeBytes: number;
  /** The bytes from `start` to `end`, cut at the end of the object. They may be views: nobody writes to them. */
  bytes(start: number, end: number): Promise<Uint8Array> | Uint8Array;
}

/** A file cut down to what its tags are read from. */
export interface Outline {
  readonly bytes: RandomBytes;
  /** True where a picture was left out. */
  readonly hasPicture: boolean;
}

/** Thrown where tags would take more reading than a file is worth. */
export class TooMuchToRead extends Error {
  override readonly name = "TooMuchToRead";
}

/** Options of {@link ObjectWindow}. */
export interface ObjectWindowOptions {
  /** Most bytes read of the object altogether. */
  readonly budgetBytes: number;
  /** Least bytes read at once: parsers ask for a few at a time. */
  readonly readAheadBytes: number;
  readonly signal?: AbortSignal | undefined;
  readonly meter?: UpstreamMeter | undefined;
}

interface Held extends ByteRange {
  readonly data: Uint8Array;
}

/**
 * Makes of the many small reads of a parser few large ones, and keeps what was read: parsers go back and forth. What it holds is bounded by
 * its budget, and a parser that wants more is stopped by {@link TooMuchToRead}.
 */
export class ObjectWindow implements RandomBytes {
  readonly sizeBytes: number;
  readonly #object: Pick<MediaObject, "read">;
  readonly #options: ObjectWindowOptions;
  readonly #held: Held[] = [];
  #readBytes = 0;
  #failure: SourceError | undefined;

  /** @param sizeBytes the object's size, which must be known */
  constructor(object: Pick<MediaObject, "read">, sizeBytes: number, options: ObjectWindowOptions) {
    this.#object = object;
    this.sizeBytes = sizeBytes;
    this.#options = options;
  }

  /** Throws what the object could not be read for, if so: a parser may have taken it for damage, or made do without. */
  assertRead(): void {
    if (this.#failure !== undefined) {
      throw this.#failure;
    }
  }

  bytes(start: number, end: number): Promise<Uint8Array> | Uint8Array {
    const wanted = { start: Math.min(start, this.sizeBytes), end: Math.min(end, this.sizeBytes) };
    return this.#find(wanted) ?? this.#load(wanted);
  }

  #find({ start, end }: ByteRange): Uint8Array | undefined {
    if (start >= end) {
      return new Uint8Array(0);
    }
    const held = this.#held.find((piece) => piece.start <= start && end <= piece.end);
    return held?.data.subarray(start - held.start, end - held.start);
  }

  async #load(wanted: ByteRange): Promise<Uint8Array> {
    // What is held of the beginning is not read again.
    const before = this.#held.find((piece) => piece.start <= wanted.start && wanted.start < piece.end);
    const start = before?.end ?? wanted.start;
    const end = Math.min(this.sizeBytes, Math.max(wanted.end, start + this.#options.readAheadBytes));
    this.#readBytes += end - start;
    if (this.#readBytes > this.#options.budgetBytes) {
      throw new TooMuchToRead(`its tags take more than ${this.#options.budgetBytes / 1024} KiB to read`);
    }
    let data: Uint8Array;
    try {
      data = await readRange(this.#object, { start, end }, this.#options);
    } catch (error) {
      this.#failure = isSourceError(error) ? error : undefined;
      throw error;
    }
    this.#held.push({ start, end, data });
    if (before === undefined) {
      return data.subarray(0, wanted.end - start);
    }
    const joined = new Uint8Array(wanted.end - wanted.start);
    joined.set(before.data.subarray(wanted.start - before.start));
    joined.set(data.subarray(0, wanted.end - start), before.end - wanted.start);
    return joined;
  }
}

/** Reads a range that is held in memory as a whole. @throws {SourceError} */
export async function readRange(
  object: Pick<MediaObject, "read">,
  range: ByteRange,
  { signal, meter }: CallOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const target = new Uint8Array(range.end - range.start);
  let position = 0;
  const sink = {
    write: async (chunk: Uint8Array): Promise<void> => {
      target.set(chunk, position);
      position += chunk.length;
    },
  };
  await object.read(range, sink, { signal, meter, isCertain: true });
  return target;
}

/** A piece of {@link SplicedBytes}: bytes in memory, or a run of another object's. */
export type Piece = Uint8Array | (ByteRange & { readonly of: RandomBytes });

/** Pieces one after the other, as if they were one object: a file without the parts that nobody needs to read. */
export class SplicedBytes implements RandomBytes {
  readonly sizeBytes: number;
  readonly #pieces: readonly { readonly start: number; readonly end: number; readonly piece: Piece }[];

  constructor(pieces: readonly Piece[]) {
    let position = 0;
    this.#pieces = pieces.map((piece) => {
      const start = position;
      position += piece instanceof Uint8Array ? piece.length : piece.end - piece.start;
      return { start, end: position, piece };
    });
    this.sizeBytes = position;
  }

  async bytes(start: number, end: number): Promise<Uint8Array> {
    const stop = Math.min(end, this.sizeBytes);
    const result = new Uint8Array(Math.max(0, stop - start));
    for (const { start: from, end: to, piece } of this.#pieces) {
      const low = Math.max(start, from);
      const high = Math.min(stop, to);
      if (low < high) {
        const part =
          piece instanceof Uint8Array
            ? piece.subarray(low - from, high - from)
            : await piece.of.bytes(piece.start + low - from, piece.start + high - from);
        result.set(part, low - start);
      }
    }
    return result;
  }
}
