import { CatalogError } from "./catalog-error.ts";
import { formatCursor } from "./cursor.ts";
import type { CursorPosition } from "./cursor.ts";
import type { Page } from "./catalog-query.ts";

/** A limit within its bounds. @throws {CatalogError} `bad-query` */
export function checkedLimit(limit: number | undefined, usual = 50, most = 200): number {
  if (limit === undefined) {
    return usual;
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > most) {
    throw new CatalogError("bad-query", `A limit of ${limit} is none: ask for 1 to ${most}`);
  }
  return limit;
}

/** Cuts what was read, one more than asked for, into a page: the one more tells that there is another page. */
export function pageOf<T, R>(
  found: readonly T[],
  limit: number,
  question: unknown,
  entry: { readonly positionOf: (found: T) => CursorPosition; readonly read: (found: T) => R },
): Page<R> {
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const more = found.length > limit && last !== undefined;
  return {
    entries: page.map(entry.read),
    ...(more ? { nextCursor: formatCursor(question, entry.positionOf(last)) } : {}),
  };
}
