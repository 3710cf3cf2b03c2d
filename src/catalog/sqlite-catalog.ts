import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { Kysely } from "kysely";
import type { Catalog, CatalogSearch } from "./catalog.ts";
import { CatalogError } from "./catalog-error.ts";
import { createSqlCatalog } from "./sql-catalog.ts";
import { NodeSqliteDialect } from "./sqlite-dialect.ts";
import { SqlitePool } from "./sqlite-pool.ts";
import type { Tables } from "./tables.ts";

/** Options of {@link openSqliteCatalog}. */
export interface SqliteCatalogOptions {
  /** The file; made, with its folder, where it is not there. */
  readonly path: string;
  /** Threads that answer questions, beside the one that writes. @default 2 */
  readonly readers?: number | undefined;
}

const busyTimeoutMs = 5_000;
const shared = ["journal_mode = wal", "synchronous = normal", "foreign_keys = on", "temp_store = memory"];

/**
 * Opens a catalog in a SQLite file. Every connection has a thread of its own: `node:sqlite` is synchronous, and the event loop
 * belongs to the streams.
 *
 * @throws {CatalogError} `unavailable` where the file cannot be opened or is no database of ours
 */
export async function openSqliteCatalog({ path, readers = 2 }: SqliteCatalogOptions): Promise<Catalog> {
  try {
    await mkdir(dirname(path), { recursive: true });
  } catch (error) {
    throw new CatalogError("unavailable", `SQLite ${path}: its folder cannot be made: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const settings = { path, busyTimeoutMs };
  // A log of up to 64 MiB: pages that many batches change are written back to the file once, not for each.
  const writing = { ...settings, pragmas: [...shared, "cache_size = -32768", "wal_autocheckpoint = 16000"] };
  const reading = { ...settings, pragmas: [...shared, "cache_size = -32768", "query_only = on"], isForSearches: true };
  const readerPool = new SqlitePool(reading, readers);
  const writes = new Kysely<Tables>({ dialect: new NodeSqliteDialect(new SqlitePool(writing, 1)) });
  const reads = new Kysely<Tables>({ dialect: new NodeSqliteDialect(readerPool) });
  const close = async (): Promise<void> => {
    // Readers first: the last connection to close folds the log into the file.
    await reads.destroy();
    await writes.destroy();
  };
  try {
    return await createSqlCatalog({
      kind: "sqlite",
      location: `SQLite ${path}`,
      reads,
      writes,
      searches: searchesIn(readerPool),
      lockScan: createScanLock(path),
      close,
    });
  } catch (error) {
    await close();
    throw error;
  }
}

/** Searches run where the connections are, each as a whole. */
function searchesIn(pool: SqlitePool): CatalogSearch {
  return {
    search: (query) => pool.use((connection) => connection.search(query)),
    suggest: (text, options) => pool.use((connection) => connection.suggest(text, options)),
  };
}

/** One process has one catalog open: a lock within it is enough. */
function createScanLock(path: string): <T>(sourceId: string, work: () => Promise<T>) => Promise<T> {
  const held = new Set<string>();
  return async (sourceId, work) => {
    if (held.has(sourceId)) {
      throw new CatalogError("busy", `Source "${sourceId}" in ${path} is being scanned already`);
    }
    held.add(sourceId);
    try {
      return await work();
    } finally {
      held.delete(sourceId);
    }
  };
}
