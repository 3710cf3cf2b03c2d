import { sql } from "kysely";
import type { CatalogAlbum, CatalogCreator } from "./catalog-item.ts";
import type { GroupQuery, Page } from "./catalog-query.ts";
import { parseCursor } from "./cursor.ts";
import { checkedLimit, pageOf } from "./page-limits.ts";
import type { Database, GroupsTable } from "./tables.ts";

type GroupRow = Omit<GroupsTable, "no">;
/** With the first item of the album: its artist is the album's, whatever the order in which items came. */
type AlbumRow = GroupRow & { readonly first_id: string | null; readonly first_detail: string | null };

export async function readAlbum(db: Database, id: string): Promise<CatalogAlbum | undefined> {
  const row = await albumsQuery(db).where("albums.id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : albumOf(row);
}

export async function readCreator(db: Database, id: string): Promise<CatalogCreator | undefined> {
  const row = await creatorsQuery(db).where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : creatorOf(row);
}

export async function listAlbums(db: Database, query: GroupQuery): Promise<Page<CatalogAlbum>> {
  const limit = checkedLimit(query.limit);
  const after = query.cursor === undefined ? ["", ""] : parseCursor("albums", query.cursor, ["", ""]);
  const rows = await albumsQuery(db)
    .where(sql<boolean>`(albums.name_fold, albums.id) > (${after[0]}, ${after[1]})`)
    .orderBy("albums.name_fold")
    .orderBy("albums.id")
    .limit(limit + 1)
    .execute();
  return pageOf(rows, limit, "albums", { positionOf: (row) => [row.name_fold, row.id], read: albumOf });
}

export async function listCreators(db: Database, query: GroupQuery): Promise<Page<CatalogCreator>> {
  const limit = checkedLimit(query.limit);
  const after = query.cursor === undefined ? ["", ""] : parseCursor("creators", query.cursor, ["", ""]);
  const rows = await creatorsQuery(db)
    .where(sql<boolean>`(name_fold, id) > (${after[0]}, ${after[1]})`)
    .orderBy("name_fold")
    .orderBy("id")
    .limit(limit + 1)
    .execute();
  return pageOf(rows, limit, "creators", { positionOf: (row) => [row.name_fold, row.id], read: creatorOf });
}

function albumsQuery(db: Database) {
  const firstItem = sql`select items.no from items where items.album_no = albums.no order by items.track_order, items.id limit 1`;
  return db
    .selectFrom("albums")
    .leftJoin("items as first", (join) => join.on(sql<boolean>`first.no = (${firstItem})`))
    .selectAll("albums")
    .select(["first.id as first_id", "first.detail as first_detail"])
    .where("albums.item_count", ">", 0);
}

function creatorsQuery(db: Database) {
  return db.selectFrom("creators").selectAll().where("item_count", ">", 0);
}

function albumOf({ id, name, item_count, first_id, first_detail }: AlbumRow): CatalogAlbum {
  const first = JSON.parse(first_detail ?? "{}") as { readonly albumArtist?: string; readonly creators?: string[] };
  const artist = first.albumArtist ?? first.creators?.[0];
  return { id, title: name, artist, itemCount: item_count, firstItemId: first_id ?? "" };
}

function creatorOf({ id, name, item_count }: GroupRow): CatalogCreator {
  return { id, name, itemCount: item_count };
}
