import { adminMount, type CacheListing, type CacheMount, type CacheSummary, createCacheAdmin } from "../api/index.ts";
import { FolderInUseError, openDiskSliceStore, readDiskGrid, type SliceTotals } from "../cache/index.ts";
import { askOwnServer } from "./ask-own-server.ts";
import { cacheNameOf } from "./cache-name.ts";
import { type CacheNote, readCacheNote } from "./cache-note.ts";
import type { ServerConfig } from "./config.ts";
import { StartError } from "./start-error.ts";

/** A cache as an operator reaches it: through the server that uses it, or in its folder where none does. */
export interface CacheAccess extends AsyncDisposable {
  list(place: string, cursor: string | undefined): Promise<CacheListing>;
  summarize(place: string): Promise<CacheSummary>;
  purge(place: string): Promise<SliceTotals>;
}

/** Never reached, so that looking into a folder does not shrink it. */
const amplyBytes = 2 ** 45;

/** Opens the cache that the configuration names. @throws {StartError} where there is none */
export async function openCacheAccess(config: ServerConfig): Promise<CacheAccess> {
  const { folder } = config.cache;
  const sliceBytes = await gridOf(folder);
  const note = await readNote(folder);
  try {
    const store = await openDiskSliceStore({ folder, sliceBytes, limitBytes: amplyBytes, memoryBytes: 0 });
    if (store.state.kind === "off") {
      throw new StartError(1, `${store.state.reason}.`);
    }
    const mounts = mountsOf(config, note);
    const admin = createCacheAdmin(store, mounts);
    const known = async <Value>(answer: Promise<Value | undefined>, place: string): Promise<Value> =>
      (await answer) ?? throwUnknown(place, mounts);
    return {
      list: (place, cursor) => known(admin.list(place, { cursor }), place),
      summarize: async (place) => ({
        ...(await known(admin.summarize(place), place)),
        limitBytes: config.cache.limitBytes ?? 0,
      }),
      purge: (place) => known(admin.purge(place), place),
      [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
    };
  } catch (error) {
    if (!(error instanceof FolderInUseError)) {
      throw error;
    }
    return askServer(folder, note, mountsOf(config, note));
  }
}

async function gridOf(folder: string): Promise<number> {
  const sliceBytes = await readDiskGrid(folder).catch((error: unknown) => {
    throw new StartError(1, `The cache folder ${folder} cannot be read: ${messageOf(error)}.`, { cause: error });
  });
  if (sliceBytes === undefined) {
    throw new StartError(1, `There is no cache in ${folder}. Name the folder that the server uses: --cache DIR.`);
  }
  return sliceBytes;
}

async function readNote(folder: string): Promise<CacheNote | undefined> {
  try {
    return await readCacheNote(folder);
  } catch (error) {
    throw new StartError(
      1,
      `What the server left in ${folder} cannot be read: ${messageOf(error)}. Run this as the user that runs the server.`,
      { cause: error },
    );
  }
}

/** What is configured, and what the last server had: its locations may have been given on its command line. */
function mountsOf(config: ServerConfig, note: CacheNote | undefined): readonly CacheMount[] {
  const configured = config.sources.map((entry): [string, string] => [entry.name, cacheNameOf(entry)]);
  const names = new Map([...Object.entries(note?.sources ?? {}), ...configured]);
  return Array.from(names, ([name, cacheName]) => ({ name, cacheName }));
}

function askServer(folder: string, note: CacheNote | undefined, mounts: readonly CacheMount[]): CacheAccess {
  const server = note?.server;
  if (server === undefined) {
    throw new StartError(1, `The cache folder ${folder} is in use by a process that cannot be asked. Stop it first.`);
  }
  async function ask(method: "GET" | "DELETE", place: string, query: string): Promise<unknown> {
    const path = place.split("/").map(encodeURIComponent).join("/");
    const address = `${server?.origin ?? ""}${adminMount}cache${path === "" ? "" : `/${path}`}${query}`;
    const headers = { authorization: `Bearer ${server?.token ?? ""}` };
    const { status, text } = await askOwnServer(address, { method, headers }).catch((error: unknown) => {
      throw new StartError(
        1,
        `The server at ${server?.origin} uses ${folder} and does not answer: ${messageOf(error)}.`,
      );
    });
    if (status === 404) {
      return throwUnknown(place, mounts);
    }
    if (status !== 200) {
      throw new StartError(1, `The server at ${server?.origin} answered ${status}: ${text}`);
    }
    return JSON.parse(text);
  }
  // Made by our own routes, of the same version as a rule.
  return {
    list: async (place, cursor) =>
      (await ask("GET", place, cursor === undefined ? "" : `?cursor=${encodeURIComponent(cursor)}`)) as CacheListing,
    summarize: async (place) => (await ask("GET", place, "?summary")) as CacheSummary,
    purge: async (place) => ((await ask("DELETE", place, "")) as { readonly dropped: SliceTotals }).dropped,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function throwUnknown(place: string, mounts: readonly CacheMount[]): never {
  const names = mounts.map(({ name }) => name).join(", ");
  const known = names === "" ? "" : ` The sources are ${names}.`;
  throw new StartError(2, `"${place}" names no source of this cache.${known} "sluice cache ls" shows what is held.`);
}

function messageOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
