import { join } from "node:path";
import { type CachedSource, cachedSource, type CachedSourceOptions } from "../../src/cache/index.ts";
import { type DiskSliceStoreOptions, openDiskSliceStore } from "../../src/cache/disk-slice-store.ts";
import { createMemorySliceStore } from "../../src/cache/memory-slice-store.ts";
import type { SliceStore } from "../../src/cache/slice-store.ts";
import type { MediaHandlerOptions } from "../../src/delivery/index.ts";
import { createHttpSource, type HttpSourceOptions } from "../../src/sources/index.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";
import { FaultyUpstream } from "../upstream/faulty-upstream.ts";
import { type MediaServer, startMediaServer } from "../wire/media-server.ts";
import { type RawResponse, rawRequest, type ReadOptions } from "../wire/raw-client.ts";

export const mebibyte = 1024 * 1024;

/** Where the film is, at the origin and at the server, unless a test has several. */
export const film = "film.mp4";

/** Viewer, server, cache, scripted origin: everything in one process, connected by real sockets. */
export interface CacheStage extends AsyncDisposable {
  readonly upstream: FaultyUpstream;
  readonly store: SliceStore;
  readonly source: CachedSource;
  readonly server: MediaServer;
  /** GETs on a connection of its own; `range` is the value of the field, without the unit. */
  get(range?: string, options?: ViewOptions): Promise<RawResponse>;
  /** Requests the origin has seen, as `GET bytes=0-1`, since the last `resetCounts`. */
  upstreamRanges(): string[];
}

export interface ViewOptions extends ReadOptions {
  readonly key?: string;
  readonly fields?: Readonly<Record<string, string>>;
}

export interface CacheStageOptions extends Partial<CachedSourceOptions> {
  /** @default memory */
  readonly store?: "memory" | "disk";
  /** @default 1 MiB */
  readonly sliceBytes?: number;
  /** @default 256 MiB */
  readonly limitBytes?: number;
  /** How a store on disk differs from the usual one, whose folder is a temporary one, and which keeps no file open that nobody reads. */
  readonly disk?: Partial<DiskSliceStoreOptions>;
  readonly timeouts?: HttpSourceOptions["timeouts"];
  readonly delivery?: MediaHandlerOptions;
  /** Puts something between the cache and its store. */
  readonly wrapStore?: (store: SliceStore) => SliceStore;
}

/** Sets up a server with a cache in front of an HTTP origin. */
export async function setUpCacheStage(options: CacheStageOptions = {}): Promise<CacheStage> {
  const {
    store: storeKind,
    sliceBytes = mebibyte,
    limitBytes = 256 * mebibyte,
    disk,
    timeouts,
    delivery,
    wrapStore,
    ...policy
  } = options;
  await using resources = new AsyncDisposableStack();
  const upstream = resources.use(await FaultyUpstream.start());
  const kept = { sliceBytes, limitBytes, idleFiles: 0, ...disk };
  const opened = resources.use(await openStore(storeKind ?? "memory", kept, resources));
  const store = wrapStore?.(opened) ?? opened;
  const origin = createHttpSource({ baseUrl: new URL(upstream.origin), timeouts });
  const source = resources.use(cachedSource(origin, store, { name: "stage", ...policy }));
  const server = resources.use(await startMediaServer(source, delivery));
  const owned = resources.move();
  return {
    upstream,
    store,
    source,
    server,
    get: (range, { key = film, fields = {}, ...reading } = {}) => {
      const rangeField = range === undefined ? {} : { Range: `bytes=${range}` };
      return rawRequest(
        server.port,
        { target: `/${key}`, fields: Object.entries({ ...rangeField, ...fields }) },
        reading,
      );
    },
    upstreamRanges: () => upstream.requests.map(({ method, fields }) => `${method} ${fields["range"] ?? "whole"}`),
    [Symbol.asyncDispose]: async () => await owned.disposeAsync(),
  };
}

/** Opens a store of one kind; what it needs besides goes to `resources`. */
export async function openStore(
  kind: "memory" | "disk",
  options: Omit<DiskSliceStoreOptions, "folder"> & { readonly folder?: string },
  resources: AsyncDisposableStack,
): Promise<SliceStore> {
  if (kind === "memory") {
    return createMemorySliceStore(options);
  }
  const folder = options.folder ?? join(resources.use(await createTemporaryFolder("cache")).path, "cache");
  return await openDiskSliceStore({ ...options, folder });
}
