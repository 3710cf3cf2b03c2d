import type { SliceStore, SliceStoreState, SliceTotals } from "../cache/index.ts";

/** A source as the cache knows it. */
export interface CacheMount {
  readonly name: string;
  /** What its objects are filed under in the store; they are called `{cacheName}/{key}` there. */
  readonly cacheName: string;
  /** Purges a path of the source, with what it remembers of it in memory. Absent where the source is not being served. */
  readonly purge?: ((path: string) => Promise<SliceTotals>) | undefined;
}

/** What is held of one version of one object. */
export interface CacheEntry {
  /** `films/2024/a.mp4`; of a source that is not known by name any more `<location>/2024/a.mp4`. */
  readonly name: string;
  readonly version: string;
  readonly slices: number;
  readonly bytes: number;
}

/** A page of what is held. */
export interface CacheListing {
  readonly entries: readonly CacheEntry[];
  readonly nextCursor?: string | undefined;
}

/** The cache and what is in it, in numbers. */
export interface CacheSummary {
  readonly state: SliceStoreState;
  readonly limitBytes: number;
  readonly totals: SliceTotals;
}

/**
 * Looks into a cache, and empties it, for operators. A place is `source`, `source/path` (an object, or a folder and all below), `""` for
 * everything, or a name as a listing shows it.
 */
export interface CacheAdmin {
  /** @returns `undefined` where the place names no source */
  list(place: string, options?: { readonly cursor?: string | undefined }): Promise<CacheListing | undefined>;
  summarize(place: string): Promise<CacheSummary | undefined>;
  purge(place: string): Promise<SliceTotals | undefined>;
}

const pageObjects = 1000;

/** Creates the operator's view of a store. */
export function createCacheAdmin(store: SliceStore, mounts: readonly CacheMount[]): CacheAdmin {
  async function listPlace(place: Place, cursor: string | undefined): Promise<CacheListing> {
    const page = await store.list({ prefix: place.prefix, cursor, limit: pageObjects });
    const entries = page.entries
      .filter(({ object }) => isWithin(place, object))
      .map(({ object, ...held }) => ({ name: displayNameOf(object, mounts), ...held }));
    return page.nextCursor === undefined ? { entries } : { entries, nextCursor: page.nextCursor };
  }

  async function totalsOf(place: Place): Promise<SliceTotals> {
    if (place.prefix === "") {
      return store.stat();
    }
    const names = new Set<string>();
    const totals = { slices: 0, bytes: 0 };
    let cursor: string | undefined;
    do {
      const page = await listPlace(place, cursor);
      for (const { name, slices, bytes } of page.entries) {
        names.add(name);
        totals.slices += slices;
        totals.bytes += bytes;
      }
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return { objects: names.size, ...totals };
  }

  return {
    async list(text, { cursor } = {}) {
      const place = resolvePlace(text, mounts);
      return place === undefined ? undefined : listPlace(place, cursor);
    },
    async summarize(text) {
      const place = resolvePlace(text, mounts);
      return place === undefined
        ? undefined
        : { state: store.state, limitBytes: store.limitBytes, totals: await totalsOf(place) };
    },
    async purge(text) {
      const place = resolvePlace(text, mounts);
      return place === undefined ? undefined : purgePlace(store, mounts, place);
    },
  };
}

/** A run of object names: all that begin with `prefix`, where `isFolder`; else `prefix` itself and all below it. */
interface Place {
  readonly prefix: string;
  readonly isFolder: boolean;
}

function resolvePlace(text: string, mounts: readonly CacheMount[]): Place | undefined {
  if (text === "") {
    return { prefix: "", isFolder: true };
  }
  if (text.startsWith("<")) {
    return placeOf(text.endsWith(">") ? `${text}/` : text);
  }
  const slash = text.indexOf("/");
  const name = slash === -1 ? text : text.slice(0, slash);
  const mount = mounts.find((candidate) => candidate.name === name);
  return mount === undefined ? undefined : placeOf(`${mount.cacheName}/${slash === -1 ? "" : text.slice(slash + 1)}`);
}

function placeOf(prefix: string): Place {
  return { prefix, isFolder: prefix.endsWith("/") };
}

function isWithin({ prefix, isFolder }: Place, object: string): boolean {
  return isFolder ? object.startsWith(prefix) : object === prefix || object.startsWith(`${prefix}/`);
}

function displayNameOf(object: string, mounts: readonly CacheMount[]): string {
  const mount = mounts.find(({ cacheName }) => object.startsWith(`${cacheName}/`));
  return mount === undefined ? object : mount.name + object.slice(mount.cacheName.length);
}

async function purgePlace(store: SliceStore, mounts: readonly CacheMount[], place: Place): Promise<SliceTotals> {
  const { prefix, isFolder } = place;
  const dropped: SliceTotals[] = [];
  for (const { cacheName, purge } of mounts) {
    const root = `${cacheName}/`;
    if (purge !== undefined && (root.startsWith(prefix) || prefix.startsWith(root))) {
      dropped.push(await purge(prefix.startsWith(root) ? prefix.slice(root.length) : ""));
    }
  }
  // And what belongs to no source that is being served.
  dropped.push(await store.remove({ kind: "prefix", prefix: isFolder ? prefix : `${prefix}/` }));
  if (!isFolder) {
    dropped.push(await store.remove({ kind: "object", object: prefix }));
  }
  return dropped.reduce((sum, totals) => ({
    objects: sum.objects + totals.objects,
    slices: sum.slices + totals.slices,
    bytes: sum.bytes + totals.bytes,
  }));
}
