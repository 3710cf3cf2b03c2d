const cachePrefix = "sluice-shell-";

/** The app itself, kept so that it starts without a network. */
export interface ShellCache {
  /** Fetches all of it, or fails: half an app is none. */
  install(): Promise<void>;
  /** Drops the versions before. */
  activate(): Promise<void>;
  /** A file of the app; `undefined` where it is none. */
  match(path: string): Promise<Response | undefined>;
}

/** The page that every address of the app opens. */
export const shellPage = "/";

/**
 * Creates the cache of one version.
 * @param files absolute paths; the page itself is always among them
 */
export function createShellCache(caches: CacheStorage, version: string, files: readonly string[]): ShellCache {
  const name = cachePrefix + version;
  return {
    async install() {
      const cache = await caches.open(name);
      // Past the browser's own cache: a page of the last version would name assets that are gone.
      await cache.addAll(Array.from(new Set([shellPage, ...files]), (path) => new Request(path, { cache: "reload" })));
    },
    async activate() {
      const names = await caches.keys();
      const old = names.filter((one) => one.startsWith(cachePrefix) && one !== name);
      await Promise.all(old.map((one) => caches.delete(one)));
    },
    async match(path) {
      const cache = await caches.open(name);
      return await cache.match(path);
    },
  };
}
