import { type RawBuilder, type SelectQueryBuilder, sql } from "kysely";
import { type DatabaseKind, valuesOf } from "./catalog-database.ts";
import type { CatalogItem, MediaKind } from "./catalog-item.ts";
import type { ItemQuery, Page } from "./catalog-query.ts";
import { type CursorPosition, parseCursor } from "./cursor.ts";
import { itemColumns, itemOf, type ItemRow, mediaKinds } from "./item-rows.ts";
import { checkedLimit, pageOf } from "./page-limits.ts";
import { isOfSources, isOneOf, sourceNosOf } from "./source-rows.ts";
import type { Database, Tables } from "./tables.ts";

/** A row of a list, with the values that place it. */
type PlacedRow = ItemRow & { readonly title_fold: string; readonly track_order: number };

/** In the order of the ids. */
export async function readItems(kind: DatabaseKind, db: Database, ids: readonly string[]): Promise<CatalogItem[]> {
  if (ids.length === 0) {
    return [];
  }
  const rows = await itemsQuery(db)
    .where("items.id", "in", sql<string>`${valuesOf(kind, ids)}`)
    .execute();
  const items = new Map(rows.map((row) => [row.id, itemOf(row)]));
  return ids.flatMap((id) => items.get(id) ?? []);
}

/** Items with what {@link itemOf} needs. */
export function itemsQuery(db: Database): SelectQueryBuilder<Tables, "items" | "sources", ItemRow> {
  return db.selectFrom("items").innerJoin("sources", "sources.no", "items.source_no").select(itemColumns);
}

export async function listItems(db: Database, query: ItemQuery): Promise<Page<CatalogItem>> {
  const limit = checkedLimit(query.limit);
  if (query.albumId !== undefined) {
    return listAlbum(db, query, query.albumId, limit);
  }
  if (query.creatorId !== undefined) {
    return listCreator(db, query, query.creatorId, limit);
  }
  const order = query.order ?? "added";
  const question = ["items", query.kinds ?? [], query.sourceIds ?? [], order];
  const shape = order === "added" ? [0, ""] : ["", ""];
  const after = query.cursor === undefined ? undefined : parseCursor(question, query.cursor, shape);
  const sourceNos = (await sourceNosOf(db, query.sourceIds)) ?? [undefined];
  // Each kind of each source lies in order in an index; the lists are merged here, as no database merges them by itself.
  const parts = sourceNos.flatMap((sourceNo) => kindsOf(query.kinds).map((kind) => ({ sourceNo, kind })));
  const lists = await Promise.all(parts.map((part) => readOrdered(db, { ...part, order, after, limit: limit + 1 })));
  const compare = order === "added" ? newestFirst : byTitle;
  return pageOf(lists.flat().toSorted(compare), limit, question, {
    positionOf: (row) => (order === "added" ? [row.added_at, row.id] : [row.title_fold, row.id]),
    read: itemOf,
  });
}

/** The numbers of kinds; of all where none are named. */
export function kindsOf(kinds: readonly MediaKind[] | undefined): number[] {
  return [...new Set((kinds ?? mediaKinds).map((kind) => mediaKinds.indexOf(kind)))];
}

interface OrderedPart {
  readonly sourceNo: number | undefined;
  readonly kind: number;
  readonly order: "added" | "title";
  readonly after: CursorPosition | undefined;
  readonly limit: number;
}

async function readOrdered(db: Database, { sourceNo, kind, order, after, limit }: OrderedPart): Promise<PlacedRow[]> {
  const column = order === "added" ? "items.added_at" : "items.title_fold";
  const direction = order === "added" ? "desc" : "asc";
  const beyond: RawBuilder<boolean> | undefined =
    after === undefined
      ? undefined
      : sql<boolean>`(${sql.ref(column)}, items.id) ${sql.raw(order === "added" ? "<" : ">")} (${after[0]}, ${after[1]})`;
  return itemsQuery(db)
    .select(["items.title_fold", "items.track_order"])
    .where("items.kind", "=", kind)
    .$if(sourceNo !== undefined, (query) => query.where("items.source_no", "=", sourceNo ?? 0))
    .$if(beyond !== undefined, (query) => query.where(beyond ?? sql<boolean>`true`))
    .orderBy(column, direction)
    .orderBy("items.id", direction)
    .limit(limit)
    .execute();
}

async function listAlbum(db: Database, query: ItemQuery, albumId: string, limit: number): Promise<Page<CatalogItem>> {
  const question = ["album", albumId, query.kinds ?? [], query.sourceIds ?? []];
  const after = query.cursor === undefined ? [-1, ""] : parseCursor(question, query.cursor, [0, ""]);
  const rows = await itemsQuery(db)
    .select(["items.title_fold", "items.track_order"])
    .where("items.album_no", "=", (album) => album.selectFrom("albums").select("no").where("id", "=", albumId))
    .where(await isWanted(db, query))
    .where(sql<boolean>`(items.track_order, items.id) > (${after[0]}, ${after[1]})`)
    .orderBy("items.track_order")
    .orderBy("items.id")
    .limit(limit + 1)
    .execute();
  return pageOf(rows, limit, question, { positionOf: (row) => [row.track_order, row.id], read: itemOf });
}

async function listCreator(
  db: Database,
  query: ItemQuery,
  creatorId: string,
  limit: number,
): Promise<Page<CatalogItem>> {
  const question = ["creator", creatorId, query.kinds ?? [], query.sourceIds ?? []];
  const after = query.cursor === undefined ? ["", -1] : parseCursor(question, query.cursor, ["", 0]);
  const rows = await itemsQuery(db)
    .innerJoin("item_creators", "item_creators.item_no", "items.no")
    .select(["items.title_fold", "items.no"])
    .where("item_creators.creator_no", "=", (creator) =>
      creator.selectFrom("creators").select("no").where("id", "=", creatorId),
    )
    .where(await isWanted(db, query))
    .where(sql<boolean>`(item_creators.title_fold, item_creators.item_no) > (${after[0]}, ${after[1]})`)
    .orderBy("item_creators.title_fold")
    .orderBy("item_creators.item_no")
    .limit(limit + 1)
    .execute();
  return pageOf(rows, limit, question, { positionOf: (row) => [row.title_fold, row.no], read: itemOf });
}

/** A condition on items: of the kinds and sources asked for. */
export async function isWanted(
  db: Database,
  { kinds, sourceIds }: Pick<ItemQuery, "kinds" | "sourceIds">,
): Promise<RawBuilder<boolean>> {
  const ofSources = isOfSources("items.source_no", await sourceNosOf(db, sourceIds));
  return kinds === undefined ? ofSources : sql<boolean>`(${ofSources} and ${isOneOf("items.kind", kindsOf(kinds))})`;
}

function newestFirst(a: PlacedRow, b: PlacedRow): number {
  return b.added_at - a.added_at || compareText(b.id, a.id);
}

function byTitle(a: PlacedRow, b: PlacedRow): number {
  return compareText(a.title_fold, b.title_fold) || compareText(a.id, b.id);
}

/** By bytes of UTF-8, as both databases compare. */
export function compareText(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  // JavaScript compares units of UTF-16: another order only where a character takes two of them.
  return beyondBmp.test(a) || beyondBmp.test(b) ? Buffer.compare(Buffer.from(a), Buffer.from(b)) : a < b ? -1 : 1;
}

const beyondBmp = /[\ud800-\udfff]/;
