import type { ByteRange, RangeSpec } from "../bytes/byte-range.ts";
import type { ByteSink } from "../bytes/byte-sink.ts";

/**
 * A place media comes from. Keys are `/`-separated paths below it, in Unicode, without a leading slash, never
 * percent-encoded. Every method rejects with a {@link SourceError}; what a source cannot do it refuses with
 * `unsupported`.
 */
export interface Source extends AsyncDisposable {
  /** Where the bytes come from, for people and logs: `s3://films/2024`. Holds no credentials. */
  readonly location: string;

  /**
   * Opens an object and pins one version of it: size, validator, and every byte read later belong to that version, or the
   * read fails with `changed`. The caller disposes of the object.
   */
  open(key: string, options?: OpenOptions): Promise<MediaObject>;

  /**
   * Asks whether the object is still the version that `validator` names, as cheaply as the source can: no body bytes.
   * @throws {SourceError} `not-found` where it is gone; what else went wrong says nothing about the version
   */
  revalidate(key: string, validator: Validator, options?: CallOptions): Promise<Revalidation>;

  /** One page of what lies directly below `prefix` (`""`, or a path that ends in `/`), in a stable order. */
  list(prefix: string, options?: ListOptions): Promise<ListPage>;

  /** An address at which the viewer can fetch the object without us, or `unsupported`. */
  locate(key: string, options: LocateOptions): Promise<URL>;

  /** Resolves where the source can be reached with the credentials it has. */
  check(options?: CallOptions): Promise<void>;
}

/** One version of one object. */
export interface MediaObject extends AsyncDisposable {
  /** Size in bytes, at most 2^53 - 1, or `undefined` where it shows only at the end: then only the whole can be read. */
  readonly sizeBytes: number | undefined;
  /** Absent where nothing the source tells pins the version: a made-up tag would let clients glue two versions together. */
  readonly validator: Validator | undefined;
  /** What the source says it is, if it says anything: `video/mp4`. */
  readonly mediaType: string | undefined;
  readonly modifiedAt: Date | undefined;
  /** What the source says about keeping it, if it says anything. */
  readonly caching?: Caching | undefined;
  /** How its first byte is answered, as a member of `Cache-Status` (RFC 9211); absent where no cache had a say. */
  readonly cacheStatus?: string | undefined;

  /**
   * Writes exactly the bytes of `range` to `sink`, in order, or rejects. Chunks are lent (see {@link ByteSink}). Several reads of
   * one object may run at once. After it settles no descriptor or socket of this read is left in use.
   *
   * @param range within `0..sizeBytes`; `{ start: 0, end: Infinity }` where the size is unknown.
   */
  read(range: ByteRange, sink: ByteSink, options?: ReadOptions): Promise<void>;
}

/** What tells one version of an object from another. */
export interface Validator {
  /** An entity tag as header text (RFC 9110 section 8.8.3), strong unless the source was told to pass weak ones on. */
  readonly etag: string;
  /** True where we made the tag from weaker facts (size and times, a weak tag), because the source gives no strong one. */
  readonly derived: boolean;
  /** True where bytes read under this tag at different times may be joined: two versions cannot share it. */
  readonly joinable: boolean;
}

/** How long what was learnt of an object may be relied upon, as its source says; absent fields are for a cache to choose. */
export interface Caching {
  /** False where the source forbids keeping it. */
  readonly mayStore: boolean;
  readonly freshForSeconds?: number | undefined;
  /** True where it may never be used past its freshness. */
  readonly mustRevalidate?: boolean | undefined;
  readonly staleWhileRevalidateSeconds?: number | undefined;
  readonly staleIfErrorSeconds?: number | undefined;
}

/** Answer to {@link Source.revalidate}. */
export interface Revalidation {
  readonly isCurrent: boolean;
  readonly caching?: Caching | undefined;
}

/** What every call that does I/O accepts. */
export interface CallOptions {
  /** When it fires, the call rejects with `aborted` and frees everything at once. */
  readonly signal?: AbortSignal | undefined;
  /** Counts what this call costs upstream. */
  readonly meter?: UpstreamMeter | undefined;
}

/** Options of {@link MediaObject.read}. */
export interface ReadOptions extends CallOptions {
  /** True where the range will be wanted to its end, so that a remote source may ask for it at once and not step by step. @default false */
  readonly isCertain?: boolean | undefined;
}

/** Options of {@link Source.open}. */
export interface OpenOptions extends CallOptions {
  /**
   * What will be read first, so that a remote source can open and read in one request; `"metadata"` if nothing will.
   * A hint only: any range may be read afterwards.
   * @default the whole object
   */
  readonly intent?: RangeSpec | "metadata" | undefined;
}

/** Options of {@link Source.list}. */
export interface ListOptions extends CallOptions {
  /** The `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
  /** Entries a page, 1 to 1000. @default 200 */
  readonly limit?: number | undefined;
}

/** One page of a listing. */
export interface ListPage {
  readonly entries: readonly ListEntry[];
  /** Absent on the last page. */
  readonly nextCursor?: string | undefined;
}

/** An object, or a prefix under which there are more (its key ends in `/`). */
export interface ListEntry {
  readonly kind: "object" | "prefix";
  readonly key: string;
  readonly sizeBytes?: number | undefined;
  readonly modifiedAt?: Date | undefined;
}

/** Options of {@link Source.locate}. */
export interface LocateOptions extends CallOptions {
  readonly method: "GET" | "HEAD";
  /** How long the address must work, in seconds. */
  readonly lifetimeSeconds: number;
}

/** Upstream requests and body bytes that calls have cost; sources add to it. */
export interface UpstreamMeter {
  requests: number;
  bytes: number;
  /** Bodies that were cut and taken up again. */
  resumes?: number | undefined;
  /** Second requests beside one that was late. */
  hedges?: number | undefined;
  /** Bytes that a cache had, and that therefore cost nothing. */
  hitBytes?: number | undefined;
}
