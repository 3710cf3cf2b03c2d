import { createHash } from "node:crypto";
import { assertRangeWithin, type ByteRange, type ByteSink } from "../../../bytes/index.ts";
import type { Caching, MediaObject, Validator } from "../../../source/index.ts";

/** Something small that is made for those who ask: a playlist, a key. */
export class SmallObject implements MediaObject {
  readonly sizeBytes: number;
  readonly validator: Validator;
  readonly mediaType: string;
  readonly modifiedAt = undefined;
  /** It is made anew for each, and a key is nothing to leave on a disk. */
  readonly caching: Caching = { mayStore: false };
  readonly #bytes: Uint8Array;

  constructor(content: Uint8Array | string, mediaType: string) {
    this.#bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    this.sizeBytes = this.#bytes.length;
    this.mediaType = mediaType;
    const digest = createHash("sha256").update(this.#bytes).digest("base64url").slice(0, 27);
    this.validator = { etag: `"${digest}"`, derived: false, joinable: true };
  }

  async read(range: ByteRange, sink: ByteSink): Promise<void> {
    assertRangeWithin(range, this.sizeBytes);
    // A copy, because a chunk is lent and its receiver may do with it what he likes until he is done.
    await sink.write(this.#bytes.slice(range.start, range.end));
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
