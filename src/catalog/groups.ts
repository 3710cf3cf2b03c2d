import { sql } from "kysely";
import type { CatalogAlbum, CatalogCreator } from "./catalog-item.ts";
import type { GroupQuery, Page } from "./catalog-query.ts";
import { parseCursor } from "./cursor.ts";
import { checkedLimit, pageOf } from "./page-limits.ts";
import { isOfSources, sourceNosOf } from "./source-rows.ts";
import type { Database, GroupsTable } from "./tables.ts";

type GroupRow = Omit<GroupsTable, "no">;
/** With the first item of the album: its artist is the album's, whatever the order in which items came. */
type AlbumRow = GroupRow & { readonly first_id: string; readonly first_detail: string };

export async function readAlbum(db: Database, id: string): Promise<CatalogAlbum | undefined> {
  const row = await albumsQuery(db, undefined).where("albums.id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : albumOf(row);
}

export async function readCreator(db: Database, id: string): Promise<CatalogCreator | undefined> {
  const row = await creatorsQuery(db, undefined).where("creators.id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : creatorOf(row);
}

export async function listAlbums(db: Database, query: GroupQuery): Promise<Page<CatalogAlbum>> {
  const limit = checkedLimit(query.limit);
  const question = ["albums", query.sourceIds ?? []];
  const after = query.cursor === undefined ? ["", ""] : parseCursor(question, query.cursor, ["", ""]);
  const rows = await albumsQuery(db, await sourceNosOf(db, query.sourceIds))
    .where(sql<boolean>`(albums.name_fold, albums.id) > (${after[0]}, ${after[1]})`)
    .orderBy("albums.name_fold")
    .orderBy("albums.id")
    .limit(limit + 1)
    .execute();
  return pageOf(rows, limit, question, { positionOf: (row) => [row.name_fold, row.id], read: albumOf });
}

export async function listCreators(db: Database, query: GroupQuery): Promise<Page<CatalogCreator>> {
  const limit = checkedLimit(query.limit);
  const question = ["creators", query.sourceIds ?? []];
  const after = query.cursor === undefined ? ["", ""] : parseCursor(question, query.cursor, ["", ""]);
  const rows = await creatorsQuery(db, await sourceNosOf(db, query.sourceIds))
    .where(sql<boolean>`(creators.name_fold, creators.id) > (${after[0]}, ${after[1]})`)
    .orderBy("creators.name_fold")
    .orderBy("creators.id")
    .limit(limit + 1)
    .execute();
  return pageOf(rows, limit, question, { positionOf: (row) => [row.name_fold, row.id], read: creatorOf });
}

/** What the table counts is of all sources; of some, their items are counted. */
function albumsQuery(db: Database, sourceNos: readonly number[] | undefined) {
  const items = sql`from items where items.album_no = albums.no and ${isOfSources("items.source_no", sourceNos)}`;
  const firstItem = sql`select items.no ${items} order by items.track_order, items.id limit 1`;
  const count = sourceNos === undefined ? sql<number>`albums.item_count` : sql<number>`(select count(*) ${items})`;
  return db
    .selectFrom("albums")
    .innerJoin("items as first", (join) => join.on(sql<boolean>`first.no = (${firstItem})`))
    .select(["albums.id", "albums.name", "albums.name_fold", "first.id as first_id", "first.detail as first_detail"])
    .select(count.as("item_count"));
}

function creatorsQuery(db: Database, sourceNos: readonly number[] | undefined) {
  const all = db.selectFrom("creators").select(["creators.id", "creators.name", "creators.name_fold"]);
  if (sourceNos === undefined) {
    return all.select("creators.item_count").where("creators.item_count", ">", 0);
  }
  const items = sql`from item_creators join items on items.no = item_creators.item_no
    where item_creators.creator_no = creators.no and ${isOfSources("items.source_no", sourceNos)}`;
  return all
    .select(sql<number>`(select count(*) ${items})`.as("item_count"))
    .where(sql<boolean>`exists (select 1 ${items})`);
}

function albumOf({ id, name, item_count, first_id, first_detail }: AlbumRow): CatalogAlbum {
  const first = JSON.parse(first_detail) as { readonly albumArtist?: string; readonly creators?: string[] };
  const artist = first.albumArtist ?? first.creators?.[0];
  return { id, title: name, artist, itemCount: item_count, firstItemId: first_id };
}

function creatorOf({ id, name, item_count }: GroupRow): CatalogCreator {
  return { id, name, itemCount: item_count };
}
