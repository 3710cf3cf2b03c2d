import {
  type CallOptions,
  type ListOptions,
  type ListPage,
  type LocateOptions,
  type MediaObject,
  type OpenOptions,
  type Revalidation,
  SharedCalls,
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
import { KnownObjects } from "./known-objects.ts";
import { freshnessOf, ttlSecondsOf } from "./object-freshness.ts";
import { broughtBytes, type OpeningObject } from "./opening.ts";
import { PassedObject } from "./passed-object.ts";
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

class CachingSource implements CachedSource {
  readonly counters: CacheCounters = createCacheCounters();
  readonly #source: Source;
  readonly #store: SliceStore;
  readonly #name: string;
  readonly #policy: CachePolicy;
  readonly #known: KnownObjects;
  /** Versions that somebody has open, by object. */
  readonly #versions = new Map<string, CachedVersion>();
  readonly #openings = new SharedCalls<Opened>((opened) => void discardOpened(opened));

  constructor(source: Source, store: SliceStore, name: string, policy: CachePolicy) {
    this.#source = source;
    this.#store = store;
    this.#name = name;
    this.#policy = policy;
    const nameOf = (key: string): string => this.#objectName(key);
    this.#known = new KnownObjects({ source, store, policy, counters: this.counters, nameOf });
  }

  get location(): string {
    return this.#source.location;
  }

  async open(key: string, options: OpenOptions = {}): Promise<MediaObject> {
    throwIfAborted(options.signal, `Cannot open "${key}" in ${this.location}`);
    if (this.#store.state.kind === "off") {
      return new PassedObject(await this.#source.open(key, options), formatCacheStatus({ forwarded: "bypass" }));
    }
    this.#known.throwIfMissing(key);
    const current = this.#known.current(key, options);
    const { record, forwarded } = current instanceof Promise ? await current : current;
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
    this.#known.purge(isPurged);
    [...this.#versions.keys()].filter(isPurged).forEach((name) => this.#versions.delete(name));
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
      const record = this.#known.recordOf(value.version.record.object) ?? value.version.record;
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
      // Before the record is kept: whoever finds it must also find what has been opened, or he would open it again.
      const version = this.#versionOf(key, record, { object, brings: broughtBytes(options.intent, record.sizeBytes) });
      this.#known.keep(record);
      this.#store
        .remove({ kind: "other-versions", object: record.object, version: record.version })
        .catch(() => undefined);
      return { kind: "version", version };
    } catch (error) {
      this.#known.noteMissing(key, error);
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
  #versionOf(key: string, record: ObjectRecord, opening: OpeningObject | undefined): CachedVersion {
    const open = this.#versions.get(record.object);
    if (open?.record.version === record.version) {
      void opening?.object[Symbol.asyncDispose]();
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
    const known = this.#known.recordOf(object);
    if (known === undefined || known.version === version) {
      await this.#known.forget(object, version);
    } else {
      await this.#store.remove({ kind: "other-versions", object, version: known.version });
    }
  }

  #closeVersion(version: CachedVersion): void {
    if (this.#versions.get(version.record.object) === version) {
      this.#versions.delete(version.record.object);
    }
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
