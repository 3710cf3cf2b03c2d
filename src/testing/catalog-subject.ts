import type { Catalog } from "../catalog/catalog.ts";
import type { ItemRecord } from "../catalog/catalog-item.ts";
import type { Scan } from "../catalog/catalog-source.ts";

/** What the conformance suite needs to exercise one kind of {@link Catalog}. */
export interface CatalogSubject {
  /** Name of the suite in the report: `SQLite`. */
  readonly name: string;
  /** Makes a fresh, empty catalog. Each test asks for its own. */
  create(): Promise<CatalogFixture>;
}

/** A catalog under test. */
export interface CatalogFixture {
  readonly catalog: Catalog;
  /** Another catalog over the same database, as another process would open it. The caller disposes of it. */
  reopen(): Promise<Catalog>;
  /** Disposes of the catalog and tears down what `create` made. */
  close(): Promise<void>;
}

/** The functions of the test runner that {@link catalogConformance} needs. */
export interface CatalogTestRunner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => Promise<void>): unknown;
}

/** One test of the suite. */
export interface CatalogCase {
  readonly name: string;
  readonly run: (fixture: CatalogFixture) => Promise<void>;
}

export const testIdentity: string = "file:///media";

/** A record with a title of its key, and what a test says of it. */
export function itemRecord(key: string, known: Partial<ItemRecord> = {}): ItemRecord {
  return {
    key,
    kind: "audio",
    title: key.slice(key.lastIndexOf("/") + 1).replace(/\.\w+$/, ""),
    creators: [],
    genres: [],
    version: `"${key}"`,
    captions: [],
    lyrics: [],
    issues: [],
    fingerprint: `1-${key}`,
    ...known,
  };
}

/** Scans a source that holds these items and nothing else. */
export async function scanWhole(
  catalog: Catalog,
  items: readonly ItemRecord[],
  identity: string = testIdentity,
): Promise<Scan> {
  const { id } = await catalog.saveSource({ identity, name: "Media" });
  const scan = await catalog.beginScan(id);
  await catalog.upsert(scan, { items });
  await catalog.finishScan(scan, { result: "complete", objects: items.length, failed: 0 });
  return scan;
}

/** Every entry of a paged list, page by page. */
export async function readAll<T>(
  read: (
    cursor: string | undefined,
  ) => Promise<{ readonly entries: readonly T[]; readonly nextCursor?: string | undefined }>,
): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    all.push(...page.entries);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return all;
}
