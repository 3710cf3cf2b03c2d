import { type ByteRange, type RangeSpec, resolveRangeSpec } from "../bytes/index.ts";
import type { MediaObject, OpenOptions } from "../source/index.ts";
import { maxSpanBytes } from "./span-end.ts";

/** An object opened to learn its version; its answer already carries bytes. */
export interface OpeningObject {
  readonly object: MediaObject;
  /** Those bytes; absent where there are none worth mentioning. */
  readonly brings: BroughtBytes | undefined;
}

/** What the answer to an opening carries. */
export interface BroughtBytes {
  readonly start: number;
  /** Of a tail only, which is asked for to its end; what else an answer carries is its source's choice. */
  readonly end: number | undefined;
}

/** What an opening brings of an object that has turned out to have `sizeBytes`. */
export function broughtBytes(intent: OpenOptions["intent"], sizeBytes: number): BroughtBytes | undefined {
  // A tail longer than one request may be the whole object: sources learn its size first.
  if (intent === "metadata" || (intent?.kind === "suffix" && intent.length > maxSpanBytes)) {
    return undefined;
  }
  const wish: RangeSpec = intent ?? { kind: "open-ended", start: 0 };
  const range: ByteRange | undefined = resolveRangeSpec(wish, sizeBytes);
  return range && { start: range.start, end: wish.kind === "suffix" ? range.end : undefined };
}

/** Keeps an opening for the reader whom it was meant for. */
export class HeldOpening {
  readonly #sliceBytes: number;
  #opening: OpeningObject | undefined;

  constructor(opening: OpeningObject | undefined, sliceBytes: number) {
    this.#opening = opening;
    this.#sliceBytes = sliceBytes;
  }

  /** The opening where it brings the bytes at `position`, or soon gets there. */
  for(position: number): OpeningObject | undefined {
    const skippedBytes = position - (this.#opening?.brings?.start ?? position);
    return skippedBytes >= 0 && skippedBytes < this.#sliceBytes ? this.#opening : undefined;
  }

  /** Hands over the object that {@link for} has shown, unless somebody else was quicker. */
  take(opening: OpeningObject | undefined): MediaObject | undefined {
    if (opening === undefined || opening !== this.#opening) {
      return undefined;
    }
    this.#opening = undefined;
    return opening.object;
  }

  /** Closes what nobody has taken. */
  async drop(): Promise<void> {
    await this.take(this.#opening)?.[Symbol.asyncDispose]();
  }
}
