import {
  type CompiledQuery,
  type DatabaseConnection,
  DummyDriver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { CatalogSearch } from "./catalog.ts";
import { searchItems, suggest } from "./search.ts";
import type { Tables } from "./tables.ts";

/** Runs a query at once, on the connection of this thread. */
export type RunQuery = (query: CompiledQuery) => QueryResult<unknown>;

/**
 * Searches in the thread of their connection: each puts several questions and ranks hundreds of hits, which would cross the border between threads
 * several times, and hold the event loop of the streams.
 */
export function createSearches(run: RunQuery): CatalogSearch {
  const reads = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DirectDriver(run),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
  const database = { kind: "sqlite", reads } as const;
  return {
    search: (query) => searchItems(database, query),
    suggest: (text, options = {}) => suggest(database, text, options),
  };
}

class DirectDriver extends DummyDriver {
  readonly #connection: DatabaseConnection;

  constructor(run: RunQuery) {
    super();
    this.#connection = {
      executeQuery: async <R>(query: CompiledQuery) => run(query) as QueryResult<R>,
      streamQuery: () => {
        throw new TypeError("Answers are not streamed: ask for pages");
      },
    };
  }

  override acquireConnection(): Promise<DatabaseConnection> {
    return Promise.resolve(this.#connection);
  }
}
