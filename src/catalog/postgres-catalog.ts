import { CompiledQuery, Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import type { Catalog } from "./catalog.ts";
import type { CatalogDatabase } from "./catalog-database.ts";
import { CatalogError } from "./catalog-error.ts";
import { postgresError } from "./postgres-error.ts";
import { createPostgresPool } from "./postgres-pool.ts";
import { createSqlCatalog } from "./sql-catalog.ts";
import type { Tables } from "./tables.ts";

/** Options of {@link openPostgresCatalog}. */
export interface PostgresCatalogOptions {
  /** `postgresql://user:password@host:5432/database`, or a socket's folder as its `host` parameter. */
  readonly connectionString: string;
  /** Connections for questions. @default 6 */
  readonly readers?: number | undefined;
  /** Connections for what is written. @default 4 */
  readonly writers?: number | undefined;
}

/**
 * Opens a catalog in a PostgreSQL database (14 or later, UTF-8), which any number of nodes may share. Makes its tables where they are
 * missing.
 *
 * @throws {CatalogError} `unavailable` where the server cannot be reached or refuses us
 */
export async function openPostgresCatalog(options: PostgresCatalogOptions): Promise<Catalog> {
  const { connectionString, readers = 6, writers = 4 } = options;
  const location = describeDatabase(connectionString);
  const reads = openDatabase(connectionString, location, readers);
  const writes = openDatabase(connectionString, location, writers);
  const close = async (): Promise<void> => {
    await Promise.all([reads.destroy(), writes.destroy()]);
  };
  const lockScan: CatalogDatabase["lockScan"] = (id, work) =>
    withAdvisoryLock({ connectionString, location }, id, work);
  try {
    await assertUnicode(writes, location);
    return await createSqlCatalog({ kind: "postgres", location, reads, writes, lockScan, close });
  } catch (error) {
    await close();
    throw error;
  }
}

function openDatabase(connectionString: string, location: string, max: number): Kysely<Tables> {
  const pool = createPostgresPool({ connectionString, max }, location);
  return new Kysely<Tables>({
    dialect: new PostgresDialect({
      pool,
      // Compiling a query that takes 5 ms would take 50.
      onCreateConnection: async (connection) =>
        void (await connection.executeQuery(CompiledQuery.raw("set jit = off"))),
    }),
  });
}

async function assertUnicode(db: Kysely<Tables>, location: string): Promise<void> {
  const { rows } = await db.executeQuery<{ server_encoding: string }>(CompiledQuery.raw("show server_encoding"));
  const encoding = rows[0]?.server_encoding;
  if (encoding !== "UTF8") {
    throw new CatalogError(
      "unavailable",
      `${location} holds text as ${encoding}: create the database with "encoding 'UTF8'"`,
    );
  }
}

/** The lock hangs on a connection of its own: if this node dies, the server frees it. */
async function withAdvisoryLock<T>(
  { connectionString, location }: { readonly connectionString: string; readonly location: string },
  sourceId: string,
  work: () => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString, keepAlive: true, application_name: "sluice scan lock" });
  // A connection that breaks while it is idle says so as an event, which must not end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ locked: boolean }>(
      "select pg_try_advisory_lock(hashtextextended($1, 0)) as locked",
      [`sluice scan ${sourceId}`],
    );
    if (rows[0]?.locked !== true) {
      throw new CatalogError(
        "busy",
        `Source "${sourceId}" in ${location} is being scanned already, by this or another node`,
      );
    }
  } catch (error) {
    await client.end();
    throw postgresError(error, location);
  }
  try {
    return await work();
  } finally {
    await client.end();
  }
}

/** Where the database is, without the password. */
function describeDatabase(connectionString: string): string {
  try {
    const { hostname, port, pathname, searchParams } = new URL(connectionString);
    const host = hostname === "" ? (searchParams.get("host") ?? "localhost") : hostname;
    return `PostgreSQL ${host}${port === "" ? "" : `:${port}`}${pathname}`;
  } catch {
    return "PostgreSQL";
  }
}
