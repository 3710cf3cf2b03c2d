import {
  CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  type QueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { SqliteConnection } from "./sqlite-connection.ts";
import type { SqlitePool } from "./sqlite-pool.ts";

/** Kysely over `node:sqlite`, each connection in a thread of its own. */
export class NodeSqliteDialect implements Dialect {
  readonly #pool: SqlitePool;

  constructor(pool: SqlitePool) {
    this.#pool = pool;
  }

  createDriver(): Driver {
    return new NodeSqliteDriver(this.#pool);
  }

  createAdapter(): DialectAdapter {
    return new NodeSqliteAdapter();
  }

  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return new SqliteIntrospector(db);
  }

  createQueryCompiler(): QueryCompiler {
    return new SqliteQueryCompiler();
  }
}

/** Migrations run within one immediate transaction: a crash leaves all of a migration, or nothing. */
class NodeSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }

  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

class NodeSqliteDriver implements Driver {
  readonly #pool: SqlitePool;

  constructor(pool: SqlitePool) {
    this.#pool = pool;
  }

  async init(): Promise<void> {
    // Connections are made when they are needed first.
  }

  acquireConnection(): Promise<DatabaseConnection> {
    return this.#pool.acquire();
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    this.#pool.release(connection as SqliteConnection);
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    // Immediate: one that begins as a reader cannot become a writer while another process writes.
    await connection.executeQuery(CompiledQuery.raw("begin immediate"));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("commit"));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("rollback"));
  }

  destroy(): Promise<void> {
    return this.#pool.close();
  }
}
