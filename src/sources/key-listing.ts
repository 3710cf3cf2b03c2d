import type { ListEntry, ListOptions, ListPage } from "../source/index.ts";
import { SourceError } from "../source/index.ts";

const defaultLimit = 200;
const maxLimit = 1000;

/** Entries a page may hold, from the caller's wish. */
export function pageLimit(options: ListOptions): number {
  return Math.min(Math.max(1, Math.trunc(options.limit ?? defaultLimit)), maxLimit);
}

/** Refuses prefixes that are not `""` or a path ending in `/`. @throws {SourceError} `invalid-key` */
export function assertUsablePrefix(prefix: string, location: string): void {
  const segments = prefix.split("/").slice(0, -1);
  const isPath = prefix === "" || (prefix.endsWith("/") && segments.every((s) => s !== "" && s !== "." && s !== ".."));
  if (!isPath || !prefix.isWellFormed() || /\p{Cc}/u.test(prefix) || prefix.length > 1024) {
    throw new SourceError(
      "invalid-key",
      `Cannot list ${JSON.stringify(prefix.slice(0, 80))} in ${location}: not a prefix`,
    );
  }
}

/**
 * Cuts one page out of entries, in code point order of their keys. The cursor is the last key of the page before, so pages stay right
 * when entries come and go between them.
 */
export function pageOfEntries(entries: readonly ListEntry[], options: ListOptions): ListPage {
  const after = options.cursor;
  const ascending = entries
    .filter((entry) => after === undefined || entry.key > after)
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const page = ascending.slice(0, pageLimit(options));
  const last = page.at(-1);
  return ascending.length > page.length && last !== undefined
    ? { entries: page, nextCursor: last.key }
    : { entries: page };
}

/** Like {@link pageOfEntries} over all keys of a source: what lies deeper than `prefix` is shown as its folder. */
export function pageOfKeys(objects: readonly ListEntry[], prefix: string, options: ListOptions): ListPage {
  const entries = new Map<string, ListEntry>();
  for (const object of objects) {
    if (!object.key.startsWith(prefix)) {
      continue;
    }
    const slash = object.key.indexOf("/", prefix.length);
    const entry: ListEntry = slash === -1 ? object : { kind: "prefix", key: object.key.slice(0, slash + 1) };
    entries.set(entry.key, entry);
  }
  return pageOfEntries([...entries.values()], options);
}
