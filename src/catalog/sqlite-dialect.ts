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
import { SqliteConnection, type SqliteSettings } from "./sqlite-connection.ts";

/** Kysely over `node:sqlite`, each connection in a thread of its own. Writers get one connection, readers several. */
export class NodeSqliteDialect implements Dialect {
  readonly #settings: SqliteSettings;
  readonly #connections: number;

  constructor(settings: SqliteSettings, connections: number) {
    this.#settings = settings;
    this.#connections = connections;
  }

  createDriver(): Driver {
    return new NodeSqliteDriver(this.#settings, this.#connections);
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
  readonly #settings: SqliteSettings;
  readonly #limit: number;
  readonly #idle: SqliteConnection[] = [];
  readonly #all: SqliteConnection[] = [];
  readonly #queue: ((connection: SqliteConnection) => void)[] = [];

  constructor(settings: SqliteSettings, limit: number) {
    this.#settings = settings;
    this.#limit = limit;
  }

  async init(): Promise<void> {
    // Connections are made when they are needed first.
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const idle = this.#idle.pop();
    if (idle !== undefined) {
      return idle;
    }
    if (this.#all.length < this.#limit) {
      const connection = new SqliteConnection(this.#settings);
      this.#all.push(connection);
      return connection;
    }
    return new Promise((resolve) => {
      this.#queue.push(resolve);
    });
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    const next = this.#queue.shift();
    if (next === undefined) {
      this.#idle.push(connection as SqliteConnection);
    } else {
      next(connection as SqliteConnection);
    }
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

  async destroy(): Promise<void> {
    await Promise.all(this.#all.map((connection) => connection.close()));
  }
}
