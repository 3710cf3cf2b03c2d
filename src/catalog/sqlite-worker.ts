// One connection to a SQLite file in a thread of its own: node:sqlite is synchronous, and streams must not wait for it.
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import type { QueryResult } from "kysely";
import type { CatalogSearch } from "./catalog.ts";
import { CatalogError } from "./catalog-error.ts";
import type { SqliteRequest, SqliteResponse, SqliteSettings } from "./sqlite-connection.ts";

const maxStatements = 200;
const settings = workerData as SqliteSettings;
const statements = new Map<string, StatementSync>();
const database = open();
/** What a thread is started for is asked first; somebody who types comes a moment later. */
const loadSearchesAfterMs = 200;
let searches: Promise<CatalogSearch> | undefined;
if (settings.isForSearches === true) {
  setTimeout(() => void loadSearches().catch(() => undefined), loadSearchesAfterMs).unref();
}

parentPort?.on("message", (request: SqliteRequest) => {
  if (request.type === "close") {
    database.close();
    parentPort?.close();
  } else if (request.type === "query") {
    parentPort?.postMessage(answer(request));
  } else {
    void answerSearch(request).then((response) => parentPort?.postMessage(response));
  }
});

function open(): DatabaseSync {
  const opened = new DatabaseSync(settings.path, { timeout: settings.busyTimeoutMs });
  for (const pragma of settings.pragmas) {
    opened.exec(`pragma ${pragma}`);
  }
  return opened;
}

function answer({ id, sql, parameters }: SqliteRequest & { type: "query" }): SqliteResponse {
  try {
    return { id, ...run(prepare(sql), parameters as SQLInputValue[]) };
  } catch (error) {
    return { id, error: describe(error) };
  }
}

async function answerSearch(request: SqliteRequest & { type: "search" | "suggest" }): Promise<SqliteResponse> {
  const { id } = request;
  try {
    const { search, suggest } = await loadSearches();
    return request.type === "search"
      ? { id, page: await search(request.query) }
      : { id, suggestions: await suggest(request.text, request.options) };
  } catch (error) {
    return { id, error: describe(error) };
  }
}

/** The thread that writes does without. */
function loadSearches(): Promise<CatalogSearch> {
  searches ??= import("./sqlite-searches.ts").then(({ createSearches }) => createSearches(runObjects));
  return searches;
}

function describe(error: unknown): NonNullable<SqliteResponse["error"]> {
  const { message, errcode } = error as Error & { errcode?: number };
  return { message, errcode, code: error instanceof CatalogError ? error.code : undefined };
}

/** For those who ask within this thread: rows as they are. */
function runObjects({ sql, parameters }: { sql: string; parameters: readonly unknown[] }): QueryResult<unknown> {
  const statement = prepare(sql);
  statement.setReturnArrays(false);
  return { rows: statement.all(...(parameters as SQLInputValue[])) };
}

function run(statement: StatementSync, parameters: readonly SQLInputValue[]): Omit<SqliteResponse, "id"> {
  const columns = statement.columns().map(({ name }) => name);
  if (columns.length === 0) {
    return { changes: Number(statement.run(...parameters).changes) };
  }
  // One string crosses the border between threads in a third of the time of many small values; there are no blobs.
  statement.setReturnArrays(true);
  return { columns, rows: JSON.stringify(statement.all(...parameters)) };
}

/** Keeps what is used over and over; the oldest goes. */
function prepare(sql: string): StatementSync {
  const statement = statements.get(sql) ?? database.prepare(sql);
  statements.delete(sql);
  statements.set(sql, statement);
  const [oldest] = statements.keys();
  if (statements.size > maxStatements && oldest !== undefined) {
    statements.delete(oldest);
  }
  return statement;
}
