import { CatalogError } from "./catalog-error.ts";

/** SQLSTATEs of two transactions in each other's way: serialization failure, deadlock, lock not available. */
const busyStates: ReadonlySet<string> = new Set(["40001", "40P01", "55P03"]);

/** What went wrong in PostgreSQL, or between it and us, as the one error catalogs throw. */
export function postgresError(error: unknown, location: string): CatalogError {
  if (error instanceof CatalogError) {
    return error;
  }
  const { message, code, errors } = error as Error & { code?: string; errors?: Error[] };
  // One refusal for each address of a host comes as an AggregateError without a message.
  const why = message === "" || message === undefined ? (errors ?? []).map((each) => each.message).join("; ") : message;
  const kind = busyStates.has(code ?? "") ? "busy" : "unavailable";
  return new CatalogError(kind, `${location}: ${why}${code === undefined ? "" : ` (${code})`}`, { cause: error });
}
