import { sql } from "kysely";
import type { CatalogAlbum, CatalogCreator } from "./catalog-item.ts";
import type { GroupQuery, Page } from "./catalog-query.ts";
import { parseCursor } from "./cursor.ts";
import { checkedLimit, pageOf } from "./page-limits.ts";
import type { AlbumsTable, CreatorsTable, Database } from "./tables.ts";

type AlbumRow = Omit<AlbumsTable, "no">;
type CreatorRow = Omit<CreatorsTable, "no">;

export async function readAlbum(db: Database, id: string): Promise<CatalogAlbum | undefined> {
  const row = await db
    .selectFrom("albums")
    .selectAll()
    .where("id", "=", id)
    .where("item_count", ">", 0)
    .executeTakeFirst();
  return row === undefined ? undefined : albumOf(row);
}

export async function readCreator(db: Database, id: string): Promise<CatalogCreator | undefined> {
  const row = await db
    .selectFrom("creators")
    .selectAll()
    .where("id", "=", id)
    .where("item_count", ">", 0)
    .executeTakeFirst();
  return row === undefined ? undefined : creatorOf(row);
}

export async function listAlbums(db: Database, query: GroupQuery): Promise<Page<CatalogAlbum>> {
  const limit = checkedLimit(query.limit);
  const after = query.cursor === undefined ? ["", ""] : parseCursor("albums", query.cursor, ["", ""]);
  const rows = await db
    .selectFrom("albums")
    .selectAll()
    .where(sql<boolean>`(name_fold, id) > (${after[0]}, ${after[1]})`)
    .where("item_count", ">", 0)
    .orderBy("name_fold")
    .orderBy("id")
    .limit(limit + 1)
    .execute();
  return pageOf(rows, limit, "albums", { positionOf: (row) => [row.name_fold, row.id], read: albumOf });
}

export async function listCreators(db: Database, query: GroupQuery): Promise<Page<CatalogCreator>> {
  const limit = checkedLimit(query.limit);
  const after = query.cursor === undefined ? ["", ""] : parseCursor("creators", query.cursor, ["", ""]);
  const rows = await db
    .selectFrom("creators")
    .selectAll()
    .where(sql<boolean>`(name_fold, id) > (${after[0]}, ${after[1]})`)
    .where("item_count", ">", 0)
    .orderBy("name_fold")
    .orderBy("id")
    .limit(limit + 1)
    .execute();
  return pageOf(rows, limit, "creators", { positionOf: (row) => [row.name_fold, row.id], read: creatorOf });
}

function albumOf({ id, title, artist, item_count }: AlbumRow): CatalogAlbum {
  return { id, title, artist: artist ?? undefined, itemCount: item_count };
}

function creatorOf({ id, name, item_count }: CreatorRow): CatalogCreator {
  return { id, name, itemCount: item_count };
}
