import { copyFile, cp, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Catalog, type CatalogItem, openSqliteCatalog } from "../../src/catalog/index.ts";
import {
  createScanner,
  type ScanEvent,
  type ScannedSource,
  scannedSourceId,
  type Scanner,
} from "../../src/library/index.ts";
import { createLocalSource } from "../../src/sources/index.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";
import { countReads, type ReadCounts } from "./counting-source.ts";

const demo = join(import.meta.dirname, "../../demo");

/** A folder of media, a catalog in SQLite, and a scanner between them. */
export interface ScanStage extends AsyncDisposable {
  readonly root: string;
  readonly catalog: Catalog;
  readonly scanner: Scanner;
  readonly scanned: ScannedSource;
  readonly sourceId: string;
  readonly counts: ReadCounts;
  readonly events: ScanEvent[];
  /** Copies a file of the demo to a key. */
  put(key: string, demoFile: string): Promise<void>;
  write(key: string, content: string | Uint8Array): Promise<void>;
  /** All items of the source, by key. */
  items(): Promise<Map<string, CatalogItem>>;
}

/** Sets a stage. With `demo`, the folder is a copy of the demo. */
export async function setStage(options: { readonly demo?: boolean } = {}): Promise<ScanStage> {
  const folder = await createTemporaryFolder("scan");
  const root = join(folder.path, "media");
  await (options.demo === true ? cp(demo, root, { recursive: true, preserveTimestamps: true }) : mkdir(root));
  const catalog = await openSqliteCatalog({ path: join(folder.path, "catalog.db") });
  const { source, counts } = countReads(createLocalSource({ root }));
  const scanned: ScannedSource = { identity: root, name: "media", source };
  const events: ScanEvent[] = [];
  const sourceId = scannedSourceId(scanned);
  const pathOf = async (key: string): Promise<string> => {
    const path = join(root, key);
    await mkdir(dirname(path), { recursive: true });
    return path;
  };
  return {
    ...{ root, catalog, scanned, sourceId, counts, events },
    scanner: createScanner({ catalog, onEvent: (event) => events.push(event) }),
    put: async (key, demoFile) => copyFile(join(demo, demoFile), await pathOf(key)),
    write: async (key, content) => writeFile(await pathOf(key), content),
    items: () => itemsOf(catalog, sourceId),
    [Symbol.asyncDispose]: async () => {
      await catalog[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** All items of a source, by key. */
export async function itemsOf(catalog: Catalog, sourceId: string): Promise<Map<string, CatalogItem>> {
  const items = new Map<string, CatalogItem>();
  let cursor: string | undefined;
  do {
    const page = await catalog.listItems({ sourceIds: [sourceId], order: "title", limit: 200, cursor });
    for (const item of page.entries) items.set(item.key, item);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return items;
}
