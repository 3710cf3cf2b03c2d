import type { ByteRange, ByteSink } from "../bytes/index.ts";
import type { Caching, MediaObject, ReadOptions, Validator } from "../source/index.ts";

/** An object that goes past the cache; says so, and is otherwise the source's own. */
export class PassedObject implements MediaObject {
  readonly sizeBytes: number | undefined;
  readonly validator: Validator | undefined;
  readonly mediaType: string | undefined;
  readonly modifiedAt: Date | undefined;
  readonly cacheStatus: string;
  readonly #object: MediaObject;

  constructor(object: MediaObject, cacheStatus: string) {
    this.#object = object;
    this.sizeBytes = object.sizeBytes;
    this.validator = object.validator;
    this.mediaType = object.mediaType;
    this.modifiedAt = object.modifiedAt;
    this.cacheStatus = cacheStatus;
  }

  get caching(): Caching | undefined {
    return this.#object.caching;
  }

  read(range: ByteRange, sink: ByteSink, options?: ReadOptions): Promise<void> {
    return this.#object.read(range, sink, options);
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#object[Symbol.asyncDispose]();
  }
}
