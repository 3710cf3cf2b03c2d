/**
 * Why a catalog could not do what was asked:
 * - `bad-cursor`: the cursor comes from elsewhere: another list, another order, or nobody's
 * - `bad-query`: the question can have no answer (a text of 10 kB, a limit of 0)
 * - `unknown-source`: no source of that id is registered
 * - `stale-scan`: a later scan of the same source has begun, or this one has ended
 * - `not-empty`: a copy was asked into a catalog that holds something
 * - `busy`: another node holds the lock, or the database is locked
 * - `unavailable`: the database is out of reach, full, or broken
 */
export type CatalogErrorCode =
  | "bad-cursor"
  | "bad-query"
  | "unknown-source"
  | "stale-scan"
  | "not-empty"
  | "busy"
  | "unavailable";

/** The one error that catalogs throw. The message says what was tried and on what, for operators; it holds no credentials. */
export class CatalogError extends Error {
  override readonly name = "CatalogError";
  readonly code: CatalogErrorCode;

  constructor(code: CatalogErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
  }
}

/** True for a {@link CatalogError}, with that code where one is given. */
export function isCatalogError(error: unknown, code?: CatalogErrorCode): error is CatalogError {
  return error instanceof CatalogError && (code === undefined || error.code === code);
}
