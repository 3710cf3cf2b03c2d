import { sql } from "kysely";
import { type DatabaseKind, valuesOf } from "./catalog-database.ts";
import type { CatalogItem } from "./catalog-item.ts";
import type { PlayOptions, TrendingQuery } from "./catalog-query.ts";
import { inTransaction } from "./in-transaction.ts";
import { isWanted, itemsQuery } from "./item-lists.ts";
import { itemOf } from "./item-rows.ts";
import { checkedLimit } from "./page-limits.ts";
import type { Database } from "./tables.ts";

const hourMs = 3_600_000;
const keptHours = 30 * 24;
/** Both tables stay small whatever is played: the oldest hours and the rarest pairs go first. */
const maxRows = 100_000;
const pruneEvery = 1000;

/** Counts a play by the hour. False where there is no such item. */
export async function recordPlay(
  db: Database,
  itemId: string,
  { at = new Date(), previousItemId }: PlayOptions,
): Promise<boolean> {
  const hour = Math.floor(at.getTime() / hourMs);
  return inTransaction(db, async (tx) => {
    const item = await tx
      .updateTable("items")
      .set((row) => ({ play_count: row("play_count", "+", 1) }))
      .where("id", "=", itemId)
      .returning(["no", "play_count"])
      .executeTakeFirst();
    if (item === undefined) {
      return false;
    }
    await tx
      .insertInto("plays")
      .values({ hour, item_no: item.no, count: 1 })
      .onConflict((same) =>
        same.columns(["hour", "item_no"]).doUpdateSet((row) => ({ count: row("plays.count", "+", 1) })),
      )
      .execute();
    if (previousItemId !== undefined && previousItemId !== itemId) {
      await recordPair(tx, item.no, previousItemId);
    }
    return true;
  });
}

async function recordPair(db: Database, itemNo: number, previousItemId: string): Promise<void> {
  await db
    .insertInto("play_pairs")
    .columns(["item_no", "other_no", "count"])
    .expression((pair) =>
      pair
        .selectFrom("items")
        .select(["no", sql<number>`cast(${itemNo} as bigint)`.as("other_no"), sql<number>`1`.as("count")])
        .where("id", "=", previousItemId),
    )
    .onConflict((same) =>
      same.columns(["item_no", "other_no"]).doUpdateSet((row) => ({ count: row("play_pairs.count", "+", 1) })),
    )
    .execute();
}

/** Says, once in a while, that it is time to {@link prunePlays}. */
export function createPruneClock(): () => boolean {
  let plays = 0;
  return () => ++plays % pruneEvery === 0;
}

/** Drops what is too old, and of the rest what is too much. */
export async function prunePlays(db: Database, now: number): Promise<void> {
  await db
    .deleteFrom("plays")
    .where("hour", "<", Math.floor(now / hourMs) - keptHours)
    .execute();
  await sql`delete from plays where hour <= (select hour from plays order by hour desc limit 1 offset ${maxRows})`.execute(
    db,
  );
  await sql`delete from play_pairs where count <= (select count from play_pairs order by count desc limit 1 offset ${maxRows})`.execute(
    db,
  );
}

export async function readPlayCounts(
  kind: DatabaseKind,
  db: Database,
  ids: readonly string[],
): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom("items")
    .select(["id", "play_count"])
    .where("id", "in", sql<string>`${valuesOf(kind, ids)}`)
    .where("play_count", ">", 0)
    .execute();
  return new Map(rows.map(({ id, play_count }) => [id, play_count]));
}

export async function readTrending(
  db: Database,
  query: TrendingQuery,
): Promise<{ readonly item: CatalogItem; readonly plays: number }[]> {
  const sinceHour = Math.floor((Date.now() - query.sinceSeconds * 1000) / hourMs);
  const rows = await itemsQuery(db)
    .innerJoin("plays", "plays.item_no", "items.no")
    .select((row) => sql<number>`cast(${row.fn.sum("plays.count")} as integer)`.as("plays"))
    .where("plays.hour", ">=", sinceHour)
    .where(await isWanted(db, query))
    .groupBy(["items.no", "sources.no"])
    .orderBy("plays", "desc")
    .orderBy("items.id")
    .limit(checkedLimit(query.limit))
    .execute();
  return rows.map(({ plays, ...row }) => ({ item: itemOf(row), plays }));
}
