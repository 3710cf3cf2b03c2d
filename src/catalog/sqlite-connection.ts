import { once } from "node:events";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { CompiledQuery, DatabaseConnection, QueryResult } from "kysely";
import { CatalogError, type CatalogErrorCode } from "./catalog-error.ts";
import type { CatalogItem } from "./catalog-item.ts";
import type { Page, SearchQuery, Suggestion, SuggestOptions } from "./catalog-query.ts";

/** What a connection's thread is started with. */
export interface SqliteSettings {
  readonly path: string;
  /** How long to wait for another process that writes to the same file. */
  readonly busyTimeoutMs: number;
  /** Run at once, in order: `journal_mode = wal`. */
  readonly pragmas: readonly string[];
  /** True where searches are to be expected: what they take is loaded before the first of them comes. */
  readonly isForSearches?: boolean | undefined;
}

/** What is asked of a connection's thread. */
export type SqliteRequest =
  | { readonly type: "query"; readonly id: number; readonly sql: string; readonly parameters: readonly unknown[] }
  | { readonly type: "search"; readonly id: number; readonly query: SearchQuery }
  | {
      readonly type: "suggest";
      readonly id: number;
      readonly text: string;
      readonly options: SuggestOptions | undefined;
    }
  | { readonly type: "close" };

/** What it answers. */
export interface SqliteResponse {
  readonly id: number;
  readonly columns?: readonly string[];
  /** Arrays of arrays, as JSON. */
  readonly rows?: string;
  readonly changes?: number;
  /** Of a search. */
  readonly page?: Page<CatalogItem>;
  readonly suggestions?: Suggestion[];
  readonly error?: {
    readonly message: string;
    /** SQLite's. */
    readonly errcode: number | undefined;
    /** Of a `CatalogError`. */
    readonly code: CatalogErrorCode | undefined;
  };
}

/** A request that is answered, before it has a number. */
type Question = SqliteRequest extends infer Request
  ? Request extends { readonly id: number }
    ? Omit<Request, "id">
    : never
  : never;

interface Waiting {
  readonly resolve: (response: SqliteResponse) => void;
  readonly reject: (error: unknown) => void;
}

const sqliteBusy = 5;

/** One connection to a SQLite file, in a thread of its own. */
export class SqliteConnection implements DatabaseConnection {
  readonly #path: string;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #failure: Error | undefined;

  constructor(settings: SqliteSettings) {
    this.#path = settings.path;
    // Beside this file, with its own ending: `.ts` when run from the sources, `.js` when built.
    const file = new URL(`./sqlite-worker${extname(import.meta.url)}`, import.meta.url);
    this.#worker = new Worker(file, { workerData: settings, name: "sluice-sqlite" });
    this.#worker.unref();
    this.#worker.on("message", (response: SqliteResponse) => this.#settle(response));
    this.#worker.on("error", (error) => this.#fail(error as Error));
    this.#worker.on("exit", () => this.#fail(new Error("its thread has ended")));
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { columns = [], rows = "[]", changes } = await this.#ask({ type: "query", sql, parameters });
    const objects = (JSON.parse(rows) as unknown[][]).map((row) => rowObject(columns, row));
    return { rows: objects as R[], ...(changes === undefined ? {} : { numAffectedRows: BigInt(changes) }) };
  }

  /** As `CatalogSearch.search`, in the thread of the connection. */
  async search(query: SearchQuery): Promise<Page<CatalogItem>> {
    return (await this.#ask({ type: "search", query })).page ?? { entries: [] };
  }

  /** As `CatalogSearch.suggest`, in the thread of the connection. */
  async suggest(text: string, options: SuggestOptions | undefined): Promise<Suggestion[]> {
    return (await this.#ask({ type: "suggest", text, options })).suggestions ?? [];
  }

  // oxlint-disable-next-line require-yield
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new CatalogError("unavailable", "SQLite answers are not streamed: ask for pages");
  }

  async close(): Promise<void> {
    if (this.#failure === undefined) {
      const ended = once(this.#worker, "exit");
      this.#worker.ref();
      this.#worker.postMessage({ type: "close" } satisfies SqliteRequest);
      await ended;
    }
  }

  async #ask(question: Question): Promise<SqliteResponse> {
    const response = await new Promise<SqliteResponse>((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      const id = ++this.#lastId;
      this.#waiting.set(id, { resolve, reject });
      this.#worker.ref(); // While somebody waits, the process has something to live for.
      this.#worker.postMessage({ ...question, id });
    });
    const { error } = response;
    if (error?.code !== undefined) {
      throw new CatalogError(error.code, error.message);
    }
    if (error !== undefined) {
      throw this.#errorOf(error.message, error.errcode);
    }
    return response;
  }

  #settle(response: SqliteResponse): void {
    this.#waiting.get(response.id)?.resolve(response);
    this.#waiting.delete(response.id);
    if (this.#waiting.size === 0) {
      this.#worker.unref();
    }
  }

  #fail(cause: Error): void {
    this.#failure ??= this.#errorOf(cause.message, (cause as Error & { errcode?: number }).errcode, cause);
    for (const { reject } of this.#waiting.values()) {
      reject(this.#failure);
    }
    this.#waiting.clear();
  }

  #errorOf(message: string, errcode: number | undefined, cause?: Error): CatalogError {
    const isBusy = errcode !== undefined && (errcode & 0xff) === sqliteBusy;
    const advice = isBusy ? ": another process is writing to it" : "";
    return new CatalogError(isBusy ? "busy" : "unavailable", `SQLite ${this.#path}: ${message}${advice}`, { cause });
  }
}

function rowObject(columns: readonly string[], values: readonly unknown[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (let index = 0; index < columns.length; index++) {
    row[columns[index] ?? ""] = values[index];
  }
  return row;
}
