import type { ByteRange } from "../bytes/byte-range.ts";
import type { ByteSink } from "../bytes/byte-sink.ts";

/** Names one slice: the `index`-th run of `sliceBytes` of one version of one object. Only the last slice of an object is shorter. */
export interface SliceKey {
  /** The object, across sources: `films/2024/a.mp4` for key `2024/a.mp4` of source `films`. */
  readonly object: string;
  /** What pins the version, an entity tag as a rule. Slices of two versions never meet. */
  readonly version: string;
  readonly index: number;
}

/**
 * Keeps slices, up to `limitBytes`, and drops those least worth keeping. Forgetting is always allowed; a wrong byte never is. A store that
 * cannot keep anything (a full or failing disk) says so in `state` and goes on answering "not held".
 */
export interface SliceStore extends AsyncDisposable {
  /** Size of the grid: 256 KiB to 16 MiB, a power of two. */
  readonly sliceBytes: number;
  /** Never exceeded, also while writing. */
  readonly limitBytes: number;
  readonly state: SliceStoreState;
  readonly counters: SliceStoreCounters;

  /** Whether a slice is held now; it may be gone at the next call. */
  has(key: SliceKey): Promise<boolean>;

  /** Opens a held slice for reading, or `undefined`. What is opened stays readable until disposed of, also when dropped meanwhile. */
  open(key: SliceKey): Promise<Slice | undefined>;

  /**
   * Keeps a whole slice. The bytes are lent until the promise settles. Atomic: the slice is held whole, or not at all, whatever happens meanwhile.
   * A slice that is held already stays as it is.
   * @returns false where it was not kept, which is no error: no room, removed meanwhile, or the store is off
   * @throws {RangeError} where `bytes` are none or more than `sliceBytes`
   */
  put(key: SliceKey, bytes: Uint8Array): Promise<boolean>;

  /** The record last written for an object, or `undefined`. */
  readRecord(object: string): Promise<ObjectRecord | undefined>;
  /** Keeps what is known of an object; replaces what was. Not kept where the store is off. */
  writeRecord(record: ObjectRecord): Promise<void>;

  /**
   * Drops slices and, where a whole object goes, its record. A store that is off does so before it is on again, and answers that it dropped
   * nothing.
   */
  remove(selection: SliceSelection): Promise<SliceTotals>;
  /** What is held, object by object in code point order, for operators; pages like a source's listing. */
  list(options?: SliceListOptions): Promise<CachedObjectPage>;
  /** Totals of all that is held. */
  stat(): Promise<SliceTotals>;
}

/** Whether a store keeps anything, and if not why, in a sentence for the operator. */
export type SliceStoreState = { readonly kind: "on" } | { readonly kind: "off"; readonly reason: string };

/** What has happened since the store was opened, for metrics; only ever grows. */
export interface SliceStoreCounters {
  /** Slices dropped to make room. */
  readonly evictions: number;
  /** Slices that were found damaged, and dropped before a byte of them was served. */
  readonly damaged: number;
  /** What came to nothing because the disk failed, or the system was short of descriptors or memory. */
  readonly failures: number;
}

/** A slice opened for reading. Reads that run when it is disposed of go on to their end. */
export interface Slice extends AsyncDisposable {
  readonly lengthBytes: number;
  /**
   * Writes the bytes of `range` (within the slice) to `sink`; chunks are lent.
   * @throws {SourceError} `aborted`; `unavailable` where the disk fails: what was written until then is right, the rest has to come from elsewhere
   */
  read(range: ByteRange, sink: ByteSink, options?: SliceReadOptions): Promise<void>;
}

/** Options of {@link Slice.read}. */
export interface SliceReadOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Options of {@link SliceStore.list}. */
export interface SliceListOptions {
  /** Only objects whose names begin so. */
  readonly prefix?: string | undefined;
  /** The `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
  /** Objects a page, 1 to 1000; one held in several versions is one. @default 200 */
  readonly limit?: number | undefined;
}

/** What is known of an object apart from its bytes; all of it JSON. Times are milliseconds since 1970. */
export interface ObjectRecord {
  readonly object: string;
  readonly version: string;
  readonly sizeBytes: number;
  readonly mediaType: string | undefined;
  readonly modifiedAtMs: number | undefined;
  readonly etag: string | undefined;
  readonly isDerivedTag: boolean;
  /** When the version was last known to be current. */
  readonly validatedAtMs: number;
  /** Freshness as its upstream gave it, opaque to the store. */
  readonly freshness: Readonly<Record<string, number | boolean | string>>;
}

/** Which slices {@link SliceStore.remove} drops: all of an object, of all objects below a prefix, or all but one version of an object. */
export type SliceSelection =
  | { readonly kind: "object"; readonly object: string }
  | { readonly kind: "prefix"; readonly prefix: string }
  | { readonly kind: "other-versions"; readonly object: string; readonly version: string };

export interface SliceTotals {
  readonly objects: number;
  readonly slices: number;
  readonly bytes: number;
}

export interface CachedObjectPage {
  readonly entries: readonly {
    readonly object: string;
    readonly version: string;
    readonly slices: number;
    readonly bytes: number;
  }[];
  readonly nextCursor?: string | undefined;
}
