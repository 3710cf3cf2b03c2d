import { type RangeSpec, resolveRangeSpec, sliceIndexAt } from "../bytes/index.ts";
import {
  type ListPage,
  type MediaObject,
  type OpenOptions,
  type Revalidation,
  type Source,
  SourceError,
} from "../source/index.ts";
import { formatCacheStatus } from "./cache-status.ts";
import type { DiskSliceFile } from "./disk-slice-file.ts";
import type { HeldDirectory } from "./held-directory.ts";
import type { HeldFiles } from "./held-files.ts";
import { HeldObject, type ReadBeyond } from "./held-object.ts";
import { ttlSecondsOf } from "./object-freshness.ts";
import type { ObjectRecord } from "./slice-store.ts";

/** Options of {@link heldSource}. */
export interface HeldSourceOptions {
  /** The same as the name of the cached source whose slices are read. */
  readonly name: string;
  readonly location: string;
  readonly sliceBytes: number;
  readonly directory: HeldDirectory;
  readonly files: HeldFiles;
  /** Reads what is not held; he who holds the folder does so for all. */
  readonly readBeyond: ReadBeyond;
  /** Told of each slice that is read. */
  readonly onUse: (object: string, version: string, index: number) => void;
  /** Told how many bytes came from slices. */
  readonly onHit: (bytes: number) => void;
}

/** A cached source seen from a process that does not hold its cache: what is held and fresh it reads for itself, and nothing else. */
export interface HeldSource extends Source {
  /** Whether an object can be opened, and the first byte of what is wanted be read, without anybody's help. */
  canOpen(key: string, intent: OpenOptions["intent"]): Promise<boolean>;
}

/** Creates a {@link HeldSource}. Disposing of it frees nothing: directory and files belong to several. */
export function heldSource(options: HeldSourceOptions): HeldSource {
  return new SliceReadingSource(options);
}

class SliceReadingSource implements HeldSource {
  readonly location: string;
  readonly #options: HeldSourceOptions;

  constructor(options: HeldSourceOptions) {
    this.#options = options;
    this.location = options.location;
  }

  async canOpen(key: string, intent: OpenOptions["intent"]): Promise<boolean> {
    const record = await this.#recordOf(key, intent);
    if (record === undefined) {
      return false;
    }
    const wish: RangeSpec = intent === undefined || intent === "metadata" ? { kind: "open-ended", start: 0 } : intent;
    const range = intent === "metadata" ? undefined : resolveRangeSpec(wish, record.sizeBytes);
    if (range === undefined) {
      return true;
    }
    const file = await this.#enter(record, sliceIndexAt(range.start, this.#options.sliceBytes));
    // It stays open for long enough that the read which follows finds it so.
    file?.leave();
    return file !== undefined;
  }

  async open(key: string, { intent }: OpenOptions = {}): Promise<MediaObject> {
    const record = await this.#recordOf(key, intent);
    if (record === undefined) {
      throw new SourceError("unavailable", `Cannot open "${key}" in ${this.location}: it is not held any more`, {
        retryable: true,
        retryAfterSeconds: 1,
      });
    }
    const { sliceBytes, onUse, onHit } = this.#options;
    return new HeldObject(record, formatCacheStatus({ ttlSeconds: ttlSecondsOf(record, Date.now()) }), {
      sliceBytes,
      enter: async (index) => {
        const file = await this.#enter(record, index);
        if (file !== undefined) {
          onUse(record.object, record.version, index);
        }
        return file;
      },
      readBeyond: (range, sink, call) => this.#options.readBeyond(key, record.version, range, sink, call),
      onHit,
    });
  }

  revalidate(key: string): Promise<Revalidation> {
    return this.#refuse(`revalidate "${key}"`);
  }

  list(prefix: string): Promise<ListPage> {
    return this.#refuse(`list "${prefix}"`);
  }

  locate(key: string): Promise<URL> {
    return this.#refuse(`locate "${key}"`);
  }

  check(): Promise<void> {
    return this.#refuse("check");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  async #recordOf(key: string, intent: OpenOptions["intent"]): Promise<ObjectRecord | undefined> {
    const { directory, name, sliceBytes } = this.#options;
    const start = intent === undefined || intent === "metadata" || intent.kind === "suffix" ? 0 : intent.start;
    return await directory.recordOf(`${name}/${key}`, sliceIndexAt(start, sliceBytes));
  }

  async #enter({ object, version }: ObjectRecord, index: number): Promise<DiskSliceFile | undefined> {
    const { directory, files } = this.#options;
    const known = await directory.fileOf(object, version, index);
    if (known === undefined) {
      return undefined;
    }
    const file = await files.enter(known.path, known.lengthBytes);
    if (file !== undefined) {
      return file;
    }
    // Dropped since; it may be held again, under another name.
    const renewed = await directory.refreshedFileOf(object, version, index);
    return renewed === undefined ? undefined : await files.enter(renewed.path, renewed.lengthBytes);
  }

  #refuse(doing: string): Promise<never> {
    return Promise.reject(
      new SourceError("unsupported", `Cannot ${doing} in ${this.location}: this process reads slices alone`),
    );
  }
}
