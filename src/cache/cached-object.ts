import { assertRangeWithin, type ByteRange, type ByteSink } from "../bytes/index.ts";
import type { MediaObject, OpenOptions, ReadOptions, Validator } from "../source/index.ts";
import type { CacheOutcome, ForwardReason } from "./cache-status.ts";
import type { CachedVersion } from "./cached-version.ts";

/** An open version; its bytes come from the cache. */
export class CachedObject implements MediaObject {
  readonly sizeBytes: number;
  readonly validator: Validator;
  readonly mediaType: string | undefined;
  readonly modifiedAt: Date | undefined;
  readonly cacheStatus: string;
  readonly #version: CachedVersion;
  #isDisposed = false;

  constructor(version: CachedVersion, status: string) {
    const { record } = version;
    this.#version = version;
    this.sizeBytes = record.sizeBytes;
    this.validator = { etag: record.version, derived: record.isDerivedTag, joinable: true };
    this.mediaType = record.mediaType;
    this.modifiedAt = record.modifiedAtMs === undefined ? undefined : new Date(record.modifiedAtMs);
    this.cacheStatus = status;
    version.addUser();
  }

  async read(range: ByteRange, sink: ByteSink, options: ReadOptions = {}): Promise<void> {
    assertRangeWithin(range, this.sizeBytes);
    await this.#version.read(range, sink, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isDisposed) {
      this.#isDisposed = true;
      await this.#version.removeUser();
    }
  }
}

/** How the first byte of what is wanted of a known version will be answered. */
export async function outcomeOf(
  version: CachedVersion,
  intent: OpenOptions["intent"],
  forwarded: ForwardReason | undefined,
): Promise<CacheOutcome> {
  const status = await version.statusFor(intent);
  return status === "hit"
    ? { forwarded }
    : { forwarded: forwarded ?? "partial", isStored: true, isCollapsed: status.endsWith("collapsed") };
}
