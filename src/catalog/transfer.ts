import { sql } from "kysely";
import { type DatabaseKind, rowsOf } from "./catalog-database.ts";
import type { CatalogBatch, PlayDump, SourceDump, Times } from "./catalog-batch.ts";
import { sourceIdOf } from "./catalog-ids.ts";
import type { ItemRecord } from "./catalog-item.ts";
import type { PlaylistRecord } from "./catalog-playlist.ts";
import { inTransaction } from "./in-transaction.ts";
import { itemColumns, itemOf, storableText } from "./item-rows.ts";
import { writeRecords } from "./scan-records.ts";
import { formatSummary, readSources, sourceKeyOf } from "./source-rows.ts";
import type { Database } from "./tables.ts";

const hourMs = 3_600_000;
const itemsPerBatch = 200;
const playlistsPerBatch = 10;
const playsPerBatch = 1000;

/** Everything, in an order in which it can be put together again. */
export async function* exportBatches(kind: DatabaseKind, db: Database): AsyncIterable<CatalogBatch> {
  const sources = await readSources(db);
  const dumps = sources.map(({ identity, name, state, lastScan, lastError }): SourceDump => {
    // A scan under way stays behind; the next one begins anew.
    return { identity, name, state: state === "scanning" ? "idle" : state, lastScan, lastError };
  });
  yield { type: "sources", sources: dumps };
  for (const { id: sourceId } of sources) {
    for await (const items of exportItems(db, sourceId)) {
      yield { type: "items", sourceId, items };
    }
    for await (const playlists of exportPlaylists(kind, db, sourceId)) {
      yield { type: "playlists", sourceId, playlists };
    }
  }
  for await (const plays of exportPlays(db)) {
    yield { type: "plays", plays };
  }
}

async function* exportItems(db: Database, sourceId: string): AsyncIterable<(ItemRecord & Times)[]> {
  for (let after = 0; ;) {
    const rows = await db
      .selectFrom("items")
      .innerJoin("sources", "sources.no", "items.source_no")
      .innerJoin("objects", (join) =>
        join.onRef("objects.source_no", "=", "items.source_no").onRef("objects.key", "=", "items.key"),
      )
      .select([...itemColumns, "items.no", "objects.fingerprint"])
      .where("sources.id", "=", sourceId)
      .where("items.no", ">", after)
      .orderBy("items.no")
      .limit(itemsPerBatch)
      .execute();
    const last = rows.at(-1);
    if (last === undefined) {
      return;
    }
    yield rows.map(({ fingerprint, ...row }) => {
      const { id: _id, sourceId: _source, albumId: _album, creatorIds: _creators, ...item } = itemOf(row);
      return { ...item, fingerprint };
    });
    after = last.no;
  }
}

async function* exportPlaylists(
  _kind: DatabaseKind,
  db: Database,
  sourceId: string,
): AsyncIterable<(PlaylistRecord & Times)[]> {
  for (let after = 0; ;) {
    const rows = await db
      .selectFrom("playlists")
      .innerJoin("sources", "sources.no", "playlists.source_no")
      .innerJoin("objects", (join) =>
        join.onRef("objects.source_no", "=", "playlists.source_no").onRef("objects.key", "=", "playlists.key"),
      )
      .selectAll("playlists")
      .select("objects.fingerprint")
      .where("sources.id", "=", sourceId)
      .where("playlists.no", ">", after)
      .orderBy("playlists.no")
      .limit(playlistsPerBatch)
      .execute();
    const last = rows.at(-1);
    if (last === undefined) {
      return;
    }
    yield await Promise.all(
      rows.map(async ({ no, key, title, issues, fingerprint, added_at, changed_at }) => ({
        ...{ key, title, fingerprint, issues: JSON.parse(issues) as string[], entries: await exportEntries(db, no) },
        ...{ addedAt: new Date(added_at), changedAt: new Date(changed_at) },
      })),
    );
    after = last.no;
  }
}

async function exportEntries(db: Database, playlistNo: number): Promise<PlaylistRecord["entries"]> {
  const rows = await db
    .selectFrom("playlist_entries")
    .selectAll()
    .where("playlist_no", "=", playlistNo)
    .orderBy("position")
    .execute();
  return rows.map(({ key, title, location, duration_seconds, start_seconds, end_seconds, note }) => ({
    location,
    key: key ?? undefined,
    title: title ?? undefined,
    durationSeconds: duration_seconds ?? undefined,
    startSeconds: start_seconds ?? undefined,
    endSeconds: end_seconds ?? undefined,
    note: note ?? undefined,
  }));
}

async function* exportPlays(db: Database): AsyncIterable<PlayDump[]> {
  for (let after: readonly [number, number] = [-1, 0]; ;) {
    const rows = await db
      .selectFrom("plays")
      .innerJoin("items", "items.no", "plays.item_no")
      .select(["plays.hour", "plays.item_no", "plays.count", "items.id"])
      .where(sql<boolean>`(plays.hour, plays.item_no) > (${after[0]}, ${after[1]})`)
      .orderBy("plays.hour")
      .orderBy("plays.item_no")
      .limit(playsPerBatch)
      .execute();
    const last = rows.at(-1);
    if (last === undefined) {
      return;
    }
    yield rows.map(({ id, hour, count }) => ({ itemId: id, hour: new Date(hour * hourMs), count }));
    after = [last.hour, last.item_no];
  }
}

/** Takes a batch of {@link exportBatches}; the same batch twice changes nothing. */
export async function importBatch(kind: DatabaseKind, db: Database, batch: CatalogBatch): Promise<void> {
  switch (batch.type) {
    case "sources":
      await importSources(db, batch.sources);
      break;
    case "items":
    case "playlists":
      await inTransaction(db, async (tx) => {
        const source = await sourceKeyOf(tx, batch.sourceId);
        const records = {
          items: batch.type === "items" ? batch.items : [],
          playlists: batch.type === "playlists" ? batch.playlists : [],
        };
        await writeRecords({ kind, db: tx, source }, records, { generation: 0, partial: true });
      });
      break;
    case "plays":
      await importPlays(kind, db, batch.plays);
      break;
  }
}

async function importSources(db: Database, sources: readonly SourceDump[]): Promise<void> {
  for (const { identity, name, state, lastScan, lastError } of sources) {
    const changing = {
      name: storableText(name),
      state,
      last_scan: lastScan === undefined ? null : formatSummary(lastScan),
      last_error: lastError ?? null,
    };
    const counts = { item_count: 0, playlist_count: 0, generation: 0, scan_added: 0, scan_changed: 0 };
    await db
      .insertInto("sources")
      .values({ id: sourceIdOf(identity), identity, ...counts, ...changing })
      .onConflict((same) => same.column("id").doUpdateSet(changing))
      .execute();
  }
}

async function importPlays(kind: DatabaseKind, db: Database, plays: readonly PlayDump[]): Promise<void> {
  const rows = plays.map(({ itemId, hour, count }) => [itemId, Math.floor(hour.getTime() / hourMs), count]);
  const given = rowsOf(kind, { item_id: "text", hour: "bigint", count: "bigint" }, rows);
  await inTransaction(db, async (tx) => {
    await sql`insert into plays (hour, item_no, count) select given.hour, items.no, given.count
      from ${given} join items on items.id = given.item_id where true
      on conflict (hour, item_no) do update set count = excluded.count`.execute(tx);
    await sql`update items set play_count = (select sum(count) from plays where plays.item_no = items.no)
      where id in (select item_id from ${given})`.execute(tx);
  });
}
