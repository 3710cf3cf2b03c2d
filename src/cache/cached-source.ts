import { BoundedMap } from "../bytes/index.ts";
import {
  type CallOptions,
  isSourceError,
  type ListOptions,
  type ListPage,
  type LocateOptions,
  type MediaObject,
  type OpenOptions,
  type Revalidation,
  type Source,
  throwIfAborted,
  type Validator,
} from "../source/index.ts";
import { alignedIntent } from "./aligned-intent.ts";
import { type CacheCounters, createCacheCounters } from "./cache-counters.ts";
import { type CachePolicy, defaultCachePolicy } from "./cache-policy.ts";
import { type CacheOutcome, formatCacheStatus, type ForwardReason } from "./cache-status.ts";
import { CachedObject, outcomeOf } from "./cached-object.ts";
import { CachedVersion } from "./cached-version.ts";
import { freshnessOf, isUsableOnError, refreshedFreshness, ttlSecondsOf, usabilityOf } from "./object-freshness.ts";
import { MissingKeys } from "./missing-keys.ts";
import { PassedObject } from "./passed-object.ts";
import { SharedCalls } from "./shared-call.ts";
import type { ObjectRecord, SliceStore, SliceTotals } from "./slice-store.ts";

/** Options of {@link cachedSource}. */
export interface CachedSourceOptions extends Partial<CachePolicy> {
  /** Tells this source's objects from those of others in the same store. It must not change, or the cache starts afresh. */
  readonly name: string;
}

/** A source whose bytes are kept, slice by slice. */
export interface CachedSource extends Source {
  readonly counters: Readonly<CacheCounters>;
  /**
   * Drops what is held of the object at `path` and of all below it, and asks the source anew when they are next opened; those who are
   * reading read on. Without an object's name, as `""` or `2024/`, all below it goes.
   */
  purge(path: string): Promise<SliceTotals>;
}

/** Versions remembered in memory, without their bytes. */
const rememberedObjects = 10_000;

/**
 * Puts a slice cache before any source; nothing above it knows. What one viewer fetched the next has at once, viewers of the same bytes share
 * one fetch, and two versions of an object never meet. Disposing of it disposes of `source`, not of `store`.
 */
export function cachedSource(source: Source, store: SliceStore, options: CachedSourceOptions): CachedSource {
  const { name, ...policy } = options;
  return new CachingSource(source, store, name, { ...defaultCachePolicy, ...policy });
}

/** What opening found: a version to be served from slices, or an object that must not be kept. */
type Opened =
  | { readonly kind: "version"; readonly version: CachedVersion }
  | { readonly kind: "uncacheable"; readonly object: MediaObject; isTaken: boolean };

/** A version that may be served, and why the source had to be asked about it first, if it had. */
interface KnownVersion {
  readonly record: ObjectRecord | undefined;
  readonly forwarded: ForwardReason | undefined;
}

class CachingSource implements CachedSource {
  readonly counters: CacheCounters = createCacheCounters();
  readonly #source: Source;
  readonly #store: SliceStore;
  readonly #name: string;
  readonly #policy: CachePolicy;
  readonly #records = new BoundedMap<ObjectRecord>(rememberedObjects);
  /** Versions that somebody has open, by object. */
  readonly #versions = new Map<string, CachedVersion>();
  /** Versions known to be out of date, by object: the store takes a moment to forget them. */
  readonly #gone = new BoundedMap<string>(rememberedObjects);
  readonly #missing: MissingKeys;
  readonly #openings = new SharedCalls<Opened>((opened) => void discardOpened(opened));
  readonly #revalidations = new SharedCalls<"current" | "changed">();

  constructor(source: Source, store: SliceStore, name: string, policy: CachePolicy) {
    this.#source = source;
    this.#store = store;
    this.#name = name;
    this.#policy = policy;
    this.#missing = new MissingKeys(policy.notFoundForSeconds, rememberedObjects);
  }

  get location(): string {
    return this.#source.location;
  }

  async open(key: string, options: OpenOptions = {}): Promise<MediaObject> {
    throwIfAborted(options.signal, `Cannot open "${key}" in ${this.location}`);
    if (this.#store.state.kind === "off") {
      return new PassedObject(await this.#source.open(key, options), formatCacheStatus({ forwarded: "bypass" }));
    }
    this.#throwIfKnownMissing(key);
    const { record, forwarded } = await this.#currentRecord(key, options);
    if (record === undefined) {
      return this.#openCold(key, options, forwarded ?? "uri-miss");
    }
    const version = this.#versionOf(key, record, undefined);
    return this.#objectOf(version, record, await outcomeOf(version, options.intent, forwarded));
  }

  revalidate(key: string, validator: Validator, options?: CallOptions): Promise<Revalidation> {
    return this.#source.revalidate(key, validator, options);
  }

  list(prefix: string, options?: ListOptions): Promise<ListPage> {
    return this.#source.list(prefix, options);
  }

  locate(key: string, options: LocateOptions): Promise<URL> {
    return this.#source.locate(key, options);
  }

  check(options?: CallOptions): Promise<void> {
    return this.#source.check(options);
  }

  async purge(path: string): Promise<SliceTotals> {
    const object = this.#objectName(path);
    const isFolder = path === "" || path.endsWith("/");
    const prefix = isFolder ? object : `${object}/`;
    const isPurged = (name: string): boolean => name.startsWith(prefix) || (!isFolder && name === object);
    for (const map of [this.#records, this.#versions]) {
      [...map.keys()].filter(isPurged).forEach((name) => map.delete(name));
    }
    this.#missing.forget((key) => isPurged(this.#objectName(key)));
    const below = await this.#store.remove({ kind: "prefix", prefix });
    const itself = isFolder ? undefined : await this.#store.remove({ kind: "object", object });
    return {
      objects: below.objects + (itself?.objects ?? 0),
      slices: below.slices + (itself?.slices ?? 0),
      bytes: below.bytes + (itself?.bytes ?? 0),
    };
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#source[Symbol.asyncDispose]();
  }

  /** The version to serve without opening anything upstream, if one is known and still counts. */
  async #currentRecord(key: string, options: OpenOptions): Promise<KnownVersion> {
    const object = this.#objectName(key);
    const stored = this.#records.has(object) ? undefined : await this.#store.readRecord(object);
    // While the store read its record, another request may have learnt of a newer version.
    const record = this.#records.get(object) ?? stored;
    if (record === undefined || record.version === this.#gone.get(object)) {
      return { record: undefined, forwarded: undefined };
    }
    this.#records.set(record.object, record);
    switch (usabilityOf(record, Date.now())) {
      case "fresh":
        this.counters.freshOpens += 1;
        return { record, forwarded: undefined };
      case "revalidate-beside":
        this.counters.staleOpens += 1;
        this.#revalidateRecord(key, record, {}).catch(() => undefined);
        return { record, forwarded: undefined };
      case "revalidate-first":
        return { record: await this.#revalidatedRecord(key, record, options), forwarded: "stale" };
    }
  }

  async #revalidatedRecord(key: string, record: ObjectRecord, options: OpenOptions): Promise<ObjectRecord | undefined> {
    try {
      await this.#revalidateRecord(key, record, options);
      return this.#records.get(record.object);
    } catch (error) {
      const isOutage = isSourceError(error) && ["unavailable", "timeout", "bad-upstream"].includes(error.code);
      if (isOutage && isUsableOnError(record, Date.now())) {
        this.counters.staleOpens += 1;
        return record;
      }
      throw error;
    }
  }

  /** One conditional request for all slices of an object; whoever asks meanwhile waits for the same. */
  async #revalidateRecord(key: string, record: ObjectRecord, { signal, meter }: CallOptions): Promise<void> {
    await this.#revalidations.run(record.object, signal, async (shared) => {
      this.counters.revalidations += 1;
      const validator = { etag: record.version, derived: record.isDerivedTag, joinable: true };
      try {
        const { isCurrent, caching } = await this.#source.revalidate(key, validator, { signal: shared, meter });
        if (!isCurrent || caching?.mayStore === false) {
          await this.#forget(record.object, record.version);
          return "changed";
        }
        const validatedAtMs = Date.now();
        await this.#keepRecord({
          ...record,
          validatedAtMs,
          freshness: refreshedFreshness(record, caching, this.#policy),
        });
        return "current";
      } catch (error) {
        if (isSourceError(error, "not-found")) {
          await this.#forget(record.object, record.version);
          this.#missing.note(key, error);
        }
        throw error;
      }
    });
  }

  /** Nothing is known: the request that opens the object also carries its first slices. */
  async #openCold(key: string, options: OpenOptions, forwarded: ForwardReason): Promise<MediaObject> {
    const { value, isFirst } = await this.#openings.run(key, options.signal, (signal) =>
      this.#openUpstream(key, {
        intent: alignedIntent(options.intent, this.#store.sliceBytes),
        signal,
        meter: options.meter,
      }),
    );
    if (!isFirst) {
      this.counters.joinedOpens += 1;
    }
    if (value.kind === "version") {
      const isStored = options.intent !== "metadata";
      const record = this.#records.get(value.version.record.object) ?? value.version.record;
      return this.#objectOf(value.version, record, { forwarded, isStored, isCollapsed: !isFirst });
    }
    // What must not be kept must not be shared either: one of those who waited gets it, and not always the first is still there.
    const isFree = !value.isTaken;
    value.isTaken = true;
    const object = isFree ? value.object : await this.#source.open(key, options);
    return new PassedObject(object, formatCacheStatus({ forwarded }));
  }

  /** @param record what is known of the version now; the version itself may have been open for longer */
  #objectOf(version: CachedVersion, record: ObjectRecord, outcome: CacheOutcome): MediaObject {
    const status = formatCacheStatus({ ...outcome, ttlSeconds: ttlSecondsOf(record, Date.now()) });
    return new CachedObject(version, status);
  }

  async #openUpstream(key: string, options: OpenOptions): Promise<Opened> {
    this.counters.coldOpens += 1;
    try {
      const object = await this.#source.open(key, options);
      const record = this.#recordOf(key, object);
      if (record === undefined) {
        return { kind: "uncacheable", object, isTaken: false };
      }
      await this.#store.remove({ kind: "other-versions", object: record.object, version: record.version });
      await this.#keepRecord(record);
      return { kind: "version", version: this.#versionOf(key, record, object) };
    } catch (error) {
      if (isSourceError(error, "not-found")) {
        this.#missing.note(key, error);
      }
      throw error;
    }
  }

  #recordOf(key: string, object: MediaObject): ObjectRecord | undefined {
    const { sizeBytes, validator, caching } = object;
    const isKeepable = validator !== undefined && (validator.joinable || this.#policy.trustWeakValidators);
    if (sizeBytes === undefined || !isKeepable || caching?.mayStore === false) {
      return undefined;
    }
    return {
      object: this.#objectName(key),
      version: validator.etag,
      sizeBytes,
      mediaType: object.mediaType,
      modifiedAtMs: object.modifiedAt?.getTime(),
      etag: validator.etag,
      isDerivedTag: validator.derived,
      validatedAtMs: Date.now(),
      freshness: freshnessOf(caching, this.#policy),
    };
  }

  /** The version as it is open already, or made now; one that is open under another tag stays with its readers. */
  #versionOf(key: string, record: ObjectRecord, opening: MediaObject | undefined): CachedVersion {
    const open = this.#versions.get(record.object);
    if (open?.record.version === record.version) {
      void opening?.[Symbol.asyncDispose]();
      return open;
    }
    const version: CachedVersion = new CachedVersion(
      {
        source: this.#source,
        store: this.#store,
        policy: this.#policy,
        counters: this.counters,
        key,
        record,
        onIdle: () => this.#closeVersion(version),
        onChanged: () => this.#noteChanged(version).catch(() => undefined),
      },
      opening,
    );
    this.#versions.set(record.object, version);
    return version;
  }

  /** Forgets a version that is not the source's any more; one that has come after it stays. */
  async #noteChanged(changed: CachedVersion): Promise<void> {
    const { object, version } = changed.record;
    if (this.#versions.get(object) === changed) {
      this.counters.changes += 1;
      this.#closeVersion(changed);
    }
    // An opening may still be writing this very version's record: who tries again must not join it.
    this.#openings.forget(object.slice(this.#name.length + 1));
    const known = this.#records.get(object);
    if (known === undefined || known.version === version) {
      await this.#forget(object, version);
    } else {
      await this.#store.remove({ kind: "other-versions", object, version: known.version });
    }
  }

  #closeVersion(version: CachedVersion): void {
    if (this.#versions.get(version.record.object) === version) {
      this.#versions.delete(version.record.object);
    }
  }

  #throwIfKnownMissing(key: string): void {
    const error = this.#missing.find(key);
    if (error !== undefined) {
      this.counters.notFoundHits += 1;
      throw error;
    }
  }

  async #keepRecord(record: ObjectRecord): Promise<void> {
    this.#gone.delete(record.object);
    this.#records.set(record.object, record);
    await this.#store.writeRecord(record);
  }

  async #forget(object: string, version: string): Promise<void> {
    this.#records.delete(object);
    this.#gone.set(object, version);
    await this.#store.remove({ kind: "object", object });
  }

  #objectName(key: string): string {
    return `${this.#name}/${key}`;
  }
}

/** Closes what was opened for somebody who had left. */
async function discardOpened(opened: Opened): Promise<void> {
  if (opened.kind === "uncacheable") {
    await opened.object[Symbol.asyncDispose]();
  } else if (!opened.version.hasUsers) {
    await opened.version.dropOpening();
  }
}
