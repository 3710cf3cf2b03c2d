import { type RawBuilder, sql } from "kysely";
import type { CatalogItem } from "./catalog-item.ts";
import type { RelatedItems, RelatedOptions } from "./catalog-query.ts";
import { isWanted, itemsQuery } from "./item-lists.ts";
import { groupsOf, itemOf, type ItemRow } from "./item-rows.ts";
import { checkedLimit } from "./page-limits.ts";
import type { Database } from "./tables.ts";

/** Each item in the first list it fits: what was played together, then album, creator, folder. */
export async function readRelated(db: Database, id: string, options: RelatedOptions): Promise<RelatedItems> {
  const limit = checkedLimit(options.limit, 20);
  const item = await db
    .selectFrom("items")
    .select(["no", "album_no", "source_no", "folder"])
    .where("id", "=", id)
    .executeTakeFirst();
  if (item === undefined) {
    return { album: [], creator: [], folder: [], playedTogether: [] };
  }
  // Itself and what other lists show are left out afterwards: each list may lose as many as the others hold.
  const wanted = { ofSources: await isWanted(db, { sourceIds: options.sourceIds }), limit: limit * 4 + 1 };
  const [played, album, creator, folder] = await Promise.all([
    readPlayedTogether(db, item.no, wanted),
    item.album_no === null
      ? []
      : itemsQuery(db)
          .where("items.album_no", "=", item.album_no)
          .where(wanted.ofSources)
          .orderBy("items.track_order")
          .orderBy("items.id")
          .limit(wanted.limit)
          .execute(),
    readSameCreator(db, item.no, wanted),
    itemsQuery(db)
      .where("items.source_no", "=", item.source_no)
      .where(wanted.ofSources)
      .where("items.folder", "=", item.folder)
      .orderBy("items.key")
      .limit(wanted.limit)
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

/** Which items a list may hold, and how many of them. */
interface Wanted {
  readonly ofSources: RawBuilder<boolean>;
  readonly limit: number;
}

async function readPlayedTogether(db: Database, itemNo: number, { ofSources, limit }: Wanted): Promise<ItemRow[]> {
  const pairs = sql<{
    no: number;
    count: number;
  }>`(select other_no as no, count from play_pairs where item_no = ${itemNo}
    union all select item_no as no, count from play_pairs where other_no = ${itemNo} order by count desc limit ${maxPairs})`;
  return itemsQuery(db)
    .innerJoin(pairs.as("pairs"), "pairs.no", "items.no")
    .where(ofSources)
    .orderBy("pairs.count", "desc")
    .orderBy("items.id")
    .limit(limit)
    .execute();
}

/** Read of the pairs of an item, most often played ones first, before those of other sources are left out. */
const maxPairs = 1000;
const maxCreators = 3;

async function readSameCreator(db: Database, itemNo: number, { ofSources, limit }: Wanted): Promise<ItemRow[]> {
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
        .where(ofSources)
        .orderBy("item_creators.title_fold")
        .orderBy("item_creators.item_no")
        .limit(limit)
        .execute(),
    ),
  );
  return lists.flat();
}
