import type { PostgresPool, PostgresPoolClient } from "kysely";
import pg from "pg";
import { postgresError } from "./postgres-error.ts";

const connectTimeoutMs = 5_000;
const idleTimeoutMs = 30_000;
const bigintType = 20;
/** From so many characters on: a search's candidates take longer to plan than to find. */
const longStatement = 200;
const maxNamedStatements = 100;

/** A pool of connections whose errors are `CatalogError`s, and whose 64-bit numbers are numbers: none of ours is greater than 2^53. */
export function createPostgresPool(
  { connectionString, max }: { readonly connectionString: string; readonly max: number },
  location: string,
): PostgresPool {
  const pool = new pg.Pool({
    connectionString,
    max,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: idleTimeoutMs,
    keepAlive: true,
    application_name: "sluice",
    types: { getTypeParser: typeParser },
  });
  // A connection that breaks while nobody uses it: the pool has dropped it already, the next question opens another.
  pool.on("error", () => undefined);
  const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  const nameOf = createStatementNames();
  return {
    options: pool.options,
    end: () => pool.end(),
    connect: async () => {
      const client = await pool.connect().catch((error: unknown) => {
        throw postgresError(error, location);
      });
      const known = clients.get(client) ?? translatingClient(client, { location, nameOf });
      clients.set(client, known);
      return known;
    },
  };
}

function typeParser(oid: number, format?: "text" | "binary"): (text: string) => unknown {
  return oid === bigintType && format !== "binary" ? Number : pg.types.getTypeParser(oid, format as "text");
}

/**
 * Names long statements, the first of them: each name is a plan that the server keeps for each connection. Those that say `*` get none: another
 * node may add columns meanwhile, and the plan would be refused.
 */
function createStatementNames(): (text: string) => string | undefined {
  const names = new Map<string, string>();
  return (text) => {
    if (text.length < longStatement || text.includes("*")) {
      return undefined;
    }
    const name = names.get(text);
    if (name !== undefined || names.size === maxNamedStatements) {
      return name;
    }
    names.set(text, `sluice ${names.size}`);
    return names.get(text);
  };
}

function translatingClient(
  client: pg.PoolClient,
  { location, nameOf }: { readonly location: string; readonly nameOf: (text: string) => string | undefined },
): PostgresPoolClient {
  const query = async (text: string, parameters: readonly unknown[]): Promise<unknown> => {
    try {
      const name = nameOf(text);
      return await client.query({ text, values: [...parameters], ...(name === undefined ? {} : { name }) });
    } catch (error) {
      throw postgresError(error, location);
    }
  };
  return { query: query as PostgresPoolClient["query"], release: (destroy) => client.release(destroy) };
}
