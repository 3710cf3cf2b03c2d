import {
  assertRangeWithin,
  type ByteRange,
  type ByteSink,
  rangeLength,
  type RangeSpec,
  resolveRangeSpec,
} from "../../../bytes/index.ts";
import {
  type Caching,
  type MediaObject,
  type ReadOptions,
  SourceError,
  type Validator,
} from "../../../source/index.ts";

/** A part of an object as an object of its own. */
export class PartObject implements MediaObject {
  readonly sizeBytes: number;
  readonly validator: Validator | undefined;
  readonly mediaType: string | undefined;
  readonly modifiedAt: Date | undefined;
  readonly caching: Caching | undefined;
  readonly #whole: MediaObject;
  readonly #start: number;

  /** @throws {SourceError} `bad-upstream` where the object does not reach so far */
  constructor(whole: MediaObject, part: ByteRange, name: string) {
    if (whole.sizeBytes === undefined || whole.sizeBytes < part.end) {
      const message = `Cannot read ${name}: it should end at ${part.end}, and its file at ${whole.sizeBytes ?? "no known place"}`;
      throw new SourceError("bad-upstream", message);
    }
    this.sizeBytes = part.end - part.start;
    this.validator = whole.validator;
    this.mediaType = whole.mediaType;
    this.modifiedAt = whole.modifiedAt;
    this.caching = whole.caching;
    this.#whole = whole;
    this.#start = part.start;
  }

  async read({ start, end }: ByteRange, sink: ByteSink, options: ReadOptions = {}): Promise<void> {
    assertRangeWithin({ start, end }, this.sizeBytes);
    await this.#whole.read({ start: this.#start + start, end: this.#start + end }, sink, options);
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#whole[Symbol.asyncDispose]();
  }
}

/** The range of the whole that a range of a part is; no more than the part is asked for, and one byte where nothing of it is. */
export function rangeInWhole(wish: RangeSpec | undefined, part: ByteRange): RangeSpec {
  const range = resolveRangeSpec(wish ?? { kind: "open-ended", start: 0 }, rangeLength(part)) ?? { start: 0, end: 1 };
  return { kind: "bounded", start: part.start + range.start, end: part.start + range.end };
}
