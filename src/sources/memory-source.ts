import { createHash } from "node:crypto";
import { assertRangeWithin, type ByteRange } from "../bytes/byte-range.ts";
import type { ByteSink } from "../bytes/byte-sink.ts";
import {
  type CallOptions,
  type ListOptions,
  type ListPage,
  type LocateOptions,
  type MediaObject,
  type OpenOptions,
  type Revalidation,
  type Source,
  SourceError,
  throwIfAborted,
  type Validator,
} from "../source/index.ts";
import { assertUsablePrefix, pageOfKeys } from "./key-listing.ts";
import { assertUsableKey } from "./object-key.ts";

/** What a {@link MemorySource} holds under one key. */
export interface MemoryEntry {
  readonly bytes: Uint8Array;
  readonly mediaType?: string | undefined;
  /** @default the time the entry was put */
  readonly modifiedAt?: Date | undefined;
  /** Entity tag as header text, passed on as it is, weak or strong. @default a strong tag over the bytes */
  readonly etag?: string | undefined;
  /** False to serve it as a stream whose length shows only at its end. @default true */
  readonly sizeIsKnown?: boolean | undefined;
}

/** Media in memory: for tests, examples and generated content. */
export interface MemorySource extends Source {
  /** Adds or replaces an entry. The bytes are copied; objects already open keep the version they were opened at. */
  put(key: string, entry: MemoryEntry | Uint8Array): void;
  remove(key: string): void;
}

/** Creates a source over entries in memory. */
export function createMemorySource(entries: Readonly<Record<string, MemoryEntry | Uint8Array>> = {}): MemorySource {
  const source = new InMemorySource();
  for (const [key, entry] of Object.entries(entries)) {
    source.put(key, entry);
  }
  return source;
}

interface StoredEntry {
  readonly bytes: Uint8Array;
  readonly mediaType: string | undefined;
  readonly modifiedAt: Date;
  readonly validator: Validator;
  readonly sizeIsKnown: boolean;
}

class InMemorySource implements MemorySource {
  readonly location = "memory:";
  readonly #entries = new Map<string, StoredEntry>();

  put(key: string, entry: MemoryEntry | Uint8Array): void {
    assertUsableKey(key, this.location);
    const { bytes, ...rest }: MemoryEntry = entry instanceof Uint8Array ? { bytes: entry } : entry;
    const copy = bytes.slice();
    this.#entries.set(key, {
      bytes: copy,
      mediaType: rest.mediaType,
      modifiedAt: rest.modifiedAt ?? new Date(),
      validator: { etag: rest.etag ?? tagOf(copy), derived: false, joinable: !(rest.etag ?? "").startsWith("W/") },
      sizeIsKnown: rest.sizeIsKnown ?? true,
    });
  }

  remove(key: string): void {
    this.#entries.delete(key);
  }

  async open(key: string, options: OpenOptions = {}): Promise<MediaObject> {
    throwIfAborted(options.signal, `Cannot open "${key}" in memory`);
    assertUsableKey(key, this.location);
    const entry = this.#entries.get(key);
    if (entry === undefined) {
      throw new SourceError("not-found", `Cannot open "${key}" in memory: no such entry`);
    }
    return new MemoryObject(key, entry);
  }

  async revalidate(key: string, validator: Validator, options: CallOptions = {}): Promise<Revalidation> {
    await using object = await this.open(key, options);
    return { isCurrent: object.validator?.etag === validator.etag };
  }

  async list(prefix: string, options: ListOptions = {}): Promise<ListPage> {
    throwIfAborted(options.signal, `Cannot list "${prefix}" in memory`);
    assertUsablePrefix(prefix, this.location);
    return pageOfKeys(
      [...this.#entries].map(([key, entry]) => ({
        kind: "object" as const,
        key,
        sizeBytes: entry.bytes.length,
        modifiedAt: entry.modifiedAt,
      })),
      prefix,
      options,
    );
  }

  locate(key: string, _options: LocateOptions): Promise<URL> {
    return Promise.reject(new SourceError("unsupported", `Cannot locate "${key}": memory has no addresses`));
  }

  async check(options: CallOptions = {}): Promise<void> {
    throwIfAborted(options.signal, "Cannot check memory");
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

class MemoryObject implements MediaObject {
  readonly sizeBytes: number | undefined;
  readonly validator: Validator;
  readonly mediaType: string | undefined;
  readonly modifiedAt: Date;
  readonly #key: string;
  readonly #bytes: Uint8Array;

  constructor(key: string, entry: StoredEntry) {
    this.#key = key;
    this.#bytes = entry.bytes;
    this.sizeBytes = entry.sizeIsKnown ? entry.bytes.length : undefined;
    this.validator = entry.validator;
    this.mediaType = entry.mediaType;
    this.modifiedAt = entry.modifiedAt;
  }

  async read(range: ByteRange, sink: ByteSink, options: CallOptions = {}): Promise<void> {
    assertRangeWithin(range, this.sizeBytes);
    const end = Math.min(range.end, this.#bytes.length);
    const chunkBytes = 64 * 1024;
    for (let position = range.start; position < end; position += chunkBytes) {
      throwIfAborted(options.signal, `Cannot read "${this.#key}" in memory`);
      // A copy, because a chunk is lent and its receiver may do with it what he likes until he is done.
      await sink.write(this.#bytes.slice(position, Math.min(position + chunkBytes, end)));
    }
    throwIfAborted(options.signal, `Cannot read "${this.#key}" in memory`);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

function tagOf(bytes: Uint8Array): string {
  return `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 27)}"`;
}
