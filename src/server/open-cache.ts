import {
  defaultCacheBytes,
  FolderInUseError,
  openDiskSliceStore,
  type SharingSliceStore,
  type SliceStoreState,
} from "../cache/index.ts";
import type { ServerConfig } from "./config.ts";
import { prepareWritableFolder } from "./folders.ts";
import type { Logger } from "./log.ts";
import { formatSize } from "./size.ts";
import { StartError } from "./start-error.ts";

/** The cache of a server: one store for all its sources. */
export interface ServerCache extends AsyncDisposable {
  readonly folder: string;
  /** Absent where the folder could not be had. */
  readonly store: SharingSliceStore | undefined;
  /** Whether anything is kept now. */
  readonly state: SliceStoreState;
}

/**
 * Opens the cache, if a source wants one. A folder that somebody chose must work; where the customary one does not, Sluice serves without.
 * @returns `undefined` where nothing is to be kept
 * @throws {StartError}
 */
export async function openCache(config: ServerConfig, logger: Logger): Promise<ServerCache | undefined> {
  const { folder, isFolderChosen, limitBytes, sliceBytes } = config.cache;
  if (isFolderChosen) {
    await prepareWritableFolder("--cache", folder);
  }
  if (limitBytes === 0 || config.sources.every(({ caching }) => caching === undefined)) {
    return undefined;
  }
  try {
    const limit = limitBytes ?? (await defaultCacheBytes(folder));
    // What is hot is read by workers, where there are some.
    const memoryBytes = config.workers === 1 ? config.cache.memoryBytes : 0;
    const onShortage = (reason: string): void => logger.warn(`${reason}. What was to be cached just now is not.`);
    const store = await openDiskSliceStore({ folder, sliceBytes, memoryBytes, limitBytes: limit, onShortage });
    if (store.state.kind === "on") {
      logger.info({ folder, limitBytes: limit, sliceBytes }, `keeping up to ${formatSize(limit)} in ${folder}`);
    } else {
      logger.warn(`${store.state.reason}. Going on without a cache until it can be used.`);
    }
    return createServerCache(folder, store, undefined);
  } catch (error) {
    const reason = reasonOf(error, folder);
    if (isFolderChosen) {
      throw new StartError(1, reason, { cause: error });
    }
    logger.warn(`${reason} Going on without a cache.`);
    return createServerCache(folder, undefined, reason);
  }
}

/** Tells the log when the cache goes off, and when it is back; to be called now and then. */
export function createCacheWatch(cache: ServerCache, logger: Logger): () => void {
  let last = cache.state.kind;
  return () => {
    const { state } = cache;
    if (state.kind !== last) {
      last = state.kind;
      if (state.kind === "off") {
        logger.warn(`${state.reason}. Going on without a cache until it can be used.`);
      } else {
        logger.info("the cache is on again");
      }
    }
  };
}

function createServerCache(
  folder: string,
  store: SharingSliceStore | undefined,
  reason: string | undefined,
): ServerCache {
  return {
    folder,
    store,
    get state() {
      return store?.state ?? { kind: "off", reason: reason ?? "" };
    },
    async [Symbol.asyncDispose]() {
      await store?.[Symbol.asyncDispose]();
    },
  };
}

function reasonOf(error: unknown, folder: string): string {
  if (error instanceof FolderInUseError) {
    return `Cannot use the cache folder ${folder}: another process is using it. Stop that one, or give this one a folder of its own: --cache OTHER.`;
  }
  const message = error instanceof Error ? error.message : String(error);
  return `Cannot use the cache folder ${folder}: ${message}. Choose another with --cache, or none with --cache-size 0.`;
}
