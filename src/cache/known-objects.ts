import { BoundedMap } from "../bytes/index.ts";
import { type CallOptions, isSourceError, SharedCalls, type Source } from "../source/index.ts";
import type { CacheCounters } from "./cache-counters.ts";
import type { CachePolicy } from "./cache-policy.ts";
import type { ForwardReason } from "./cache-status.ts";
import { MissingKeys } from "./missing-keys.ts";
import { isUsableOnError, refreshedFreshness, usabilityOf } from "./object-freshness.ts";
import type { ObjectRecord, SliceStore } from "./slice-store.ts";

/** Objects remembered in memory, without their bytes. */
const rememberedObjects = 10_000;

/** What {@link KnownObjects} works with. */
export interface KnownObjectsContext {
  readonly source: Source;
  readonly store: SliceStore;
  readonly policy: CachePolicy;
  readonly counters: CacheCounters;
  /** Of an object in the store, by its key in the source. */
  readonly nameOf: (key: string) => string;
}

/** A version that may be served, and why the source had to be asked about it first, if it had. */
export interface KnownVersion {
  readonly record: ObjectRecord | undefined;
  readonly forwarded: ForwardReason | undefined;
}

/**
 * What is known of a source's objects apart from their bytes: which version each has, until when that may be relied upon, and which do not
 * exist. One conditional request frees or drops all slices of an object.
 */
export class KnownObjects {
  readonly #context: KnownObjectsContext;
  readonly #records = new BoundedMap<ObjectRecord>(rememberedObjects);
  /** Versions known to be out of date, by object: the store takes a moment to forget them. */
  readonly #gone = new BoundedMap<string>(rememberedObjects);
  readonly #missing: MissingKeys;
  readonly #revalidations = new SharedCalls<"current" | "changed">();

  constructor(context: KnownObjectsContext) {
    this.#context = context;
    this.#missing = new MissingKeys(context.policy.notFoundForSeconds, rememberedObjects);
  }

  /** What is remembered of an object, whether it may still be used or not. */
  recordOf(object: string): ObjectRecord | undefined {
    return this.#records.get(object);
  }

  /** Resolves with the version to serve without opening anything upstream, if one is known and still counts. */
  current(key: string, options: CallOptions): KnownVersion | Promise<KnownVersion> {
    const record = this.#records.get(this.#context.nameOf(key));
    // The usual case, and the one in which every microsecond is the viewer's: nothing to wait for.
    return record === undefined ? this.#stored(key, options) : this.#judge(key, record, options);
  }

  /** Remembers what is known of an object. The store writes it down by and by: no viewer waits for a disk. */
  keep(record: ObjectRecord): void {
    this.#gone.delete(record.object);
    this.#records.set(record.object, record);
    this.#context.store.writeRecord(record).catch(() => undefined);
  }

  async forget(object: string, version: string): Promise<void> {
    this.#records.delete(object);
    this.#gone.set(object, version);
    await this.#context.store.remove({ kind: "object", object });
  }

  /** Remembers that there is no such object, for a while. */
  noteMissing(key: string, error: unknown): void {
    if (isSourceError(error, "not-found")) {
      this.#missing.note(key, error);
    }
  }

  /** @throws {SourceError} `not-found` where that is known */
  throwIfMissing(key: string): void {
    const error = this.#missing.find(key);
    if (error !== undefined) {
      this.#context.counters.notFoundHits += 1;
      throw error;
    }
  }

  /** Forgets all of certain objects, missing ones too; what the store holds is not touched. */
  purge(isPurged: (object: string) => boolean): void {
    [...this.#records.keys()].filter(isPurged).forEach((object) => this.#records.delete(object));
    this.#missing.forget((key) => isPurged(this.#context.nameOf(key)));
  }

  async #stored(key: string, options: CallOptions): Promise<KnownVersion> {
    const object = this.#context.nameOf(key);
    const stored = await this.#context.store.readRecord(object);
    // While the store read its record, another request may have learnt of a newer version.
    const record = this.#records.get(object) ?? stored;
    if (record === undefined || record.version === this.#gone.get(object)) {
      return { record: undefined, forwarded: undefined };
    }
    this.#records.set(object, record);
    return this.#judge(key, record, options);
  }

  #judge(key: string, record: ObjectRecord, options: CallOptions): KnownVersion | Promise<KnownVersion> {
    const { counters } = this.#context;
    switch (usabilityOf(record, Date.now())) {
      case "fresh":
        counters.freshOpens += 1;
        return { record, forwarded: undefined };
      case "revalidate-beside":
        counters.staleOpens += 1;
        this.#revalidate(key, record, {}).catch(() => undefined);
        return { record, forwarded: undefined };
      case "revalidate-first":
        return this.#revalidated(key, record, options);
    }
  }

  async #revalidated(key: string, record: ObjectRecord, options: CallOptions): Promise<KnownVersion> {
    try {
      await this.#revalidate(key, record, options);
      return { record: this.#records.get(record.object), forwarded: "stale" };
    } catch (error) {
      const isOutage = isSourceError(error) && ["unavailable", "timeout", "bad-upstream"].includes(error.code);
      if (isOutage && isUsableOnError(record, Date.now())) {
        this.#context.counters.staleOpens += 1;
        return { record, forwarded: "stale" };
      }
      throw error;
    }
  }

  /** One conditional request for all slices of an object; whoever asks meanwhile waits for the same. */
  async #revalidate(key: string, record: ObjectRecord, { signal, meter }: CallOptions): Promise<void> {
    const { source, policy, counters } = this.#context;
    await this.#revalidations.run(record.object, signal, async (shared) => {
      counters.revalidations += 1;
      const validator = { etag: record.version, derived: record.isDerivedTag, joinable: true };
      try {
        const { isCurrent, caching } = await source.revalidate(key, validator, { signal: shared, meter });
        if (!isCurrent || caching?.mayStore === false) {
          await this.forget(record.object, record.version);
          return "changed";
        }
        const freshness = refreshedFreshness(record, caching, policy);
        this.keep({ ...record, validatedAtMs: Date.now(), freshness });
        return "current";
      } catch (error) {
        if (isSourceError(error, "not-found")) {
          await this.forget(record.object, record.version);
          this.noteMissing(key, error);
        }
        throw error;
      }
    });
  }
}
