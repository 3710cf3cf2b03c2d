import { sql } from "kysely";
import type { BrowseEntry, Page, PageOptions } from "./catalog-query.ts";
import { parseCursor } from "./cursor.ts";
import { itemsQuery } from "./item-lists.ts";
import { itemOf } from "./item-rows.ts";
import { checkedLimit, pageOf } from "./page-limits.ts";
import type { Database } from "./tables.ts";

/** Folders come first: their place in the list begins with 0, that of items with 1. */
const folderPart = 0;
const itemPart = 1;

interface Found {
  readonly position: readonly [number, string];
  readonly entry: BrowseEntry;
}

export async function browse(
  db: Database,
  sourceId: string,
  prefix: string,
  options: PageOptions,
): Promise<Page<BrowseEntry>> {
  const limit = checkedLimit(options.limit);
  const question = ["browse", sourceId, prefix];
  const position = options.cursor === undefined ? [folderPart, ""] : parseCursor(question, options.cursor, [0, ""]);
  const [part, after] = [Number(position[0]), String(position[1])];
  const place = { sourceId, prefix };
  const folders = part === folderPart ? await readFolders(db, { ...place, after, limit: limit + 1 }) : [];
  const left = limit + 1 - folders.length;
  const afterItem = part === folderPart ? "" : after;
  const items = left > 0 ? await readItems(db, { ...place, after: afterItem, limit: left }) : [];
  return pageOf([...folders, ...items], limit, question, {
    positionOf: (found) => found.position,
    read: (found) => found.entry,
  });
}

interface Part {
  readonly sourceId: string;
  readonly prefix: string;
  readonly after: string;
  readonly limit: number;
}

async function readFolders(db: Database, { sourceId, prefix, after, limit }: Part): Promise<Found[]> {
  const rows = await db
    .selectFrom("folders")
    .innerJoin("sources", "sources.no", "folders.source_no")
    .select("folders.path")
    .where("sources.id", "=", sourceId)
    .where("folders.parent", "=", prefix)
    .where("folders.path", ">", after)
    .orderBy("folders.path")
    .limit(limit)
    .execute();
  return rows.map(({ path }) => ({
    position: [folderPart, path],
    entry: { type: "folder", prefix: path, name: path.slice(prefix.length, -1) },
  }));
}

async function readItems(db: Database, { sourceId, prefix, after, limit }: Part): Promise<Found[]> {
  const rows = await itemsQuery(db)
    .where("items.source_no", "=", (source) => source.selectFrom("sources").select("no").where("id", "=", sourceId))
    .where("items.folder", "=", prefix)
    .where(sql<boolean>`items.key > ${after}`)
    .orderBy("items.key")
    .limit(limit)
    .execute();
  return rows.map((row) => ({ position: [itemPart, row.key], entry: { type: "item", item: itemOf(row) } }));
}
