import { SqliteConnection, type SqliteSettings } from "./sqlite-connection.ts";

/** Connections to one SQLite file, made when they are needed first. Who finds none free waits for his turn. */
export class SqlitePool {
  readonly #settings: SqliteSettings;
  readonly #limit: number;
  readonly #idle: SqliteConnection[] = [];
  readonly #all: SqliteConnection[] = [];
  readonly #queue: ((connection: SqliteConnection) => void)[] = [];

  constructor(settings: SqliteSettings, limit: number) {
    this.#settings = settings;
    this.#limit = limit;
  }

  async acquire(): Promise<SqliteConnection> {
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

  release(connection: SqliteConnection): void {
    const next = this.#queue.shift();
    if (next === undefined) {
      this.#idle.push(connection);
    } else {
      next(connection);
    }
  }

  /** Lends a connection to `work`. */
  async use<T>(work: (connection: SqliteConnection) => Promise<T>): Promise<T> {
    const connection = await this.acquire();
    try {
      return await work(connection);
    } finally {
      this.release(connection);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((connection) => connection.close()));
  }
}
