import { execFile } from "node:child_process";
import { chmod, chown, mkdir } from "node:fs/promises";
import { globSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { findCommand } from "../../scripts/setup/missing-commands.ts";
import { startDaemon } from "./daemon.ts";
import { findFreePort } from "./free-port.ts";
import { createTemporaryFolder } from "./temporary-folder.ts";

const run = promisify(execFile);
const startTimeoutMs = 30_000;
const nobody = 65_534;

/** A real PostgreSQL server of the test's own. */
export interface Postgres extends AsyncDisposable {
  readonly pid: number;
  /** Makes a database that nobody else uses, and returns how to connect to it. */
  createDatabase(): Promise<string>;
}

/** Options of {@link startPostgres}. */
export interface PostgresOptions {
  /** Settings beside those of a server that is thrown away: `{ shared_buffers: "1GB" }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * Starts a PostgreSQL server on 127.0.0.1, its data in a temporary folder. Takes about two seconds. It refuses to run as root, so it
 * then runs as `nobody`.
 */
export async function startPostgres({ settings = {} }: PostgresOptions = {}): Promise<Postgres> {
  await using resources = new AsyncDisposableStack();
  const folder = resources.use(await createTemporaryFolder("postgres")).path;
  const data = join(folder, "data");
  await prepareFolder(folder, data);
  const asNobody = process.getuid?.() === 0 ? ["--reuid=65534", "--regid=65534", "--clear-groups", "--"] : ["--"];
  const initdb = [
    postgresProgram("initdb"),
    "-D",
    data,
    "-U",
    "sluice",
    "-A",
    "trust",
    "-E",
    "UTF8",
    "--locale=C",
    "--no-sync",
  ];
  await run("setpriv", [...asNobody, ...initdb], { cwd: folder });
  const port = await findFreePort();
  // Nothing of it outlives the test, so nothing waits for the disk.
  const usual = { fsync: "off", full_page_writes: "off", max_connections: "60", ...settings };
  const flags = Object.entries(usual).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const place = ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", folder];
  const server = startDaemon(postgresProgram("postgres"), [...place, ...flags], {
    asNobody: true,
    cwd: folder,
    stopSignal: "SIGINT", // Its fast shutdown: without waiting for connections.
  });
  resources.use(server);
  const address = (database: string): string => `postgresql://sluice@127.0.0.1:${port}/${database}`;
  await server.waitUntil(() => isAnswering(address("postgres")), startTimeoutMs);
  let databases = 0;
  const owned = resources.move();
  return {
    pid: server.pid,
    createDatabase: async () => {
      const name = `test${++databases}`;
      await query(address("postgres"), `create database ${name}`);
      return address(name);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Both must be the server's: it lets nobody else in. */
async function prepareFolder(folder: string, data: string): Promise<void> {
  await mkdir(data);
  if (process.getuid?.() === 0) {
    await Promise.all([folder, data].map((path) => chown(path, nobody, nobody)));
  }
  await chmod(data, 0o700);
}

/** Debian keeps each version's programs in a folder of its own; the newest is taken. */
function postgresProgram(name: string): string {
  const found = globSync(`/usr/lib/postgresql/*/bin/${name}`).toSorted((a, b) =>
    a.localeCompare(b, "en", { numeric: true }),
  );
  const path = findCommand(name) ?? found.at(-1);
  if (path === undefined) {
    throw new Error(`PostgreSQL's ${name} is neither in PATH nor in /usr/lib/postgresql`);
  }
  return path;
}

async function isAnswering(address: string): Promise<boolean> {
  try {
    await query(address, "select 1");
    return true;
  } catch {
    return false;
  }
}

async function query(connectionString: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query(text);
  } finally {
    await client.end();
  }
}
