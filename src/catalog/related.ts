import { sql } from "kysely";
import type { CatalogItem } from "./catalog-item.ts";
import type { RelatedItems } from "./catalog-query.ts";
import { itemsQuery } from "./item-lists.ts";
import { groupsOf, itemOf, type ItemRow } from "./item-rows.ts";
import { checkedLimit } from "./page-limits.ts";
import type { Database } from "./tables.ts";

/** Each item in the first list it fits: what was played together, then album, creator, folder. */
export async function readRelated(db: Database, id: string, wanted: number | undefined): Promise<RelatedItems> {
  const limit = checkedLimit(wanted, 20);
  const item = await db
    .selectFrom("items")
    .select(["no", "album_no", "source_no", "folder"])
    .where("id", "=", id)
    .executeTakeFirst();
  if (item === undefined) {
    return { album: [], creator: [], folder: [], playedTogether: [] };
  }
  // Itself and what other lists show are left out afterwards: each list may lose as many as the others hold.
  const enough = limit * 4 + 1;
  const [played, album, creator, folder] = await Promise.all([
    readPlayedTogether(db, item.no, enough),
    item.album_no === null
      ? []
      : itemsQuery(db)
          .where("items.album_no", "=", item.album_no)
          .orderBy("items.track_order")
          .orderBy("items.id")
          .limit(enough)
          .execute(),
    readSameCreator(db, item.no, enough),
    itemsQuery(db)
      .where("items.source_no", "=", item.source_no)
      .where("items.folder", "=", item.folder)
      .orderBy("items.key")
      .limit(enough)
      .execute(),
  ]);
  const shown = new Set([id]);
  const take = (rows: ItemRow[]): CatalogItem[] => {
    const fresh = rows.filter((row) => !shown.has(row.id)).slice(0, limit);
    fresh.forEach((row) => shown.add(row.id));
    return fresh.map(itemOf);
  };
  return { playedTogether: take(played), album: take(album), creator: take(creator), folder: take(folder) };
}

async function readPlayedTogether(db: Database, itemNo: number, limit: number): Promise<ItemRow[]> {
  const pairs = sql<{
    no: number;
    count: number;
  }>`(select other_no as no, count from play_pairs where item_no = ${itemNo}
    union all select item_no as no, count from play_pairs where other_no = ${itemNo} order by count desc limit ${limit})`;
  return itemsQuery(db)
    .innerJoin(pairs.as("pairs"), "pairs.no", "items.no")
    .orderBy("pairs.count", "desc")
    .orderBy("items.id")
    .execute();
}

const maxCreators = 3;

async function readSameCreator(db: Database, itemNo: number, limit: number): Promise<ItemRow[]> {
  const { detail } = await db.selectFrom("items").select("detail").where("no", "=", itemNo).executeTakeFirstOrThrow();
  const ids = groupsOf(detail)
    .creators.slice(0, maxCreators)
    .map(({ id }) => id);
  const lists = await Promise.all(
    ids.map((creatorId) =>
      itemsQuery(db)
        .innerJoin("item_creators", "item_creators.item_no", "items.no")
        .where("item_creators.creator_no", "=", (creator) =>
          creator.selectFrom("creators").select("no").where("id", "=", creatorId),
        )
        .orderBy("item_creators.title_fold")
        .orderBy("item_creators.item_no")
        .limit(limit)
        .execute(),
    ),
  );
  return lists.flat();
}
