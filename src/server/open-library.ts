import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Catalog, isCatalogError, openPostgresCatalog, openSqliteCatalog } from "../catalog/index.ts";
import type { ServerConfig } from "./config.ts";
import { type KeyFile, openKeyFile } from "./key-file.ts";
import type { Logger } from "./log.ts";
import { StartError } from "./start-error.ts";

/** The catalog in use, and the keys of the addresses it gives out. */
export interface OpenLibrary extends AsyncDisposable {
  readonly catalog: Catalog;
  readonly keys: KeyFile;
}

/**
 * Opens the catalog and the keys. Where nobody chose their place and it cannot be used, media is served without a library: streaming
 * must not depend on a database. Feeds do: without a library nothing of them could be played.
 *
 * @returns `undefined` where there is none
 * @throws {StartError} where what somebody chose, or a feed needs, does not work
 */
export async function openLibrary(config: ServerConfig, logger: Logger): Promise<OpenLibrary | undefined> {
  const { library } = config;
  if (library.kind === "off") {
    return undefined;
  }
  try {
    return await openParts(library, logger);
  } catch (error) {
    const reason = reasonOf(error);
    if (library.isChosen || config.sources.some(({ location }) => location.kind === "feed")) {
      throw error instanceof StartError ? error : new StartError(1, reason, { cause: error });
    }
    logger.warn(`${reason}. Going on without a library: no search, no playlists, no signed addresses.`);
    return undefined;
  }
}

/** Opens the catalog alone, for commands that work on it. @throws {CatalogError} */
export async function openCatalog(
  library: Exclude<ServerConfig["library"], { readonly kind: "off" }>,
): Promise<Catalog> {
  return library.kind === "postgres"
    ? await openPostgresCatalog({ connectionString: library.connectionString })
    : await openSqliteCatalog({ path: library.path });
}

/** Where the keys of stream addresses lie. */
export function streamKeysPath(stateFolder: string): string {
  return join(stateFolder, "stream-keys.json");
}

async function openParts(
  library: Exclude<ServerConfig["library"], { readonly kind: "off" }>,
  logger: Logger,
): Promise<OpenLibrary> {
  await using resources = new AsyncDisposableStack();
  await mkdir(library.stateFolder, { recursive: true, mode: 0o700 });
  const catalog = resources.use(await openCatalog(library));
  if (library.kind === "sqlite") {
    // It tells what somebody has and plays; nobody else on this machine needs to know.
    await chmod(library.path, 0o600);
  }
  const path = streamKeysPath(library.stateFolder);
  const onError = (error: unknown): void =>
    logger.warn({ err: error }, "the keys of stream addresses were not read again");
  const keys = resources.use(await openKeyFile(path, { onError }));
  const owned = resources.move();
  return { catalog, keys, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return isCatalogError(error) || error instanceof StartError ? message : `Cannot open the library: ${message}`;
}
