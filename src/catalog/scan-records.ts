import { setImmediate as breathe } from "node:timers/promises";
import { sql } from "kysely";
import { type DatabaseKind, rowsOf, valuesOf } from "./catalog-database.ts";
import type { ScanRecords } from "./catalog.ts";
import type { Times } from "./catalog-batch.ts";
import { CatalogError } from "./catalog-error.ts";
import { itemIdOf, playlistIdOf } from "./catalog-ids.ts";
import type { ItemRecord } from "./catalog-item.ts";
import type { PlaylistRecord } from "./catalog-playlist.ts";
import type { Scan } from "./catalog-source.ts";
import { foldText } from "./fold-text.ts";
import { inTransaction } from "./in-transaction.ts";
import { applyItemChanges, type ItemChange, type ItemTransaction, storedColumns } from "./item-changes.ts";
import { prepareItem, storableText } from "./item-rows.ts";
import { foldersAbove } from "./object-removal.ts";
import { sourceOfScan } from "./source-rows.ts";
import type { Database } from "./tables.ts";

/** What a batch of records changed. */
interface WrittenCounts {
  readonly added: number;
  readonly changed: number;
}

/** When records were first seen and changed, where that is known already: in a copy. */
type Timed<T> = T & Partial<Times>;

const preparedAtOnce = 50;

/** Adds or replaces items, with all that is derived from them. Of records with one key the last counts. */
async function writeItems(
  tx: ItemTransaction,
  records: readonly Timed<ItemRecord>[],
  seen: number,
): Promise<WrittenCounts> {
  const { kind, db, source } = tx;
  const unique = lastByKey(records);
  const ids = unique.map(({ key }) => itemIdOf(source.identity, key));
  const rows = await db
    .selectFrom("items")
    .select(storedColumns)
    .where("id", "in", sql<string>`${valuesOf(kind, ids)}`)
    .execute();
  const stored = new Map(rows.map((row) => [row.id, row]));
  const now = Date.now();
  const changes: ItemChange[] = [];
  for (const [index, { addedAt, changedAt, ...record }] of unique.entries()) {
    const after = prepareItem(source, record as ItemRecord);
    const times = { addedAt: addedAt?.getTime() ?? now, changedAt: changedAt?.getTime() ?? now };
    changes.push({ before: stored.get(after.id), after: { ...after, ...times } });
    if (index % preparedAtOnce === preparedAtOnce - 1) {
      await breathe(); // Folding and hashing names takes a while, and streams run in the same loop.
    }
  }
  await applyItemChanges(tx, changes);
  await writeFolders(
    tx,
    unique.map(({ key }) => key),
  );
  await writeObjects(tx, unique, seen);
  return { added: unique.length - stored.size, changed: stored.size };
}

/** Adds or replaces playlists. */
async function writePlaylists(
  tx: ItemTransaction,
  records: readonly Timed<PlaylistRecord>[],
  seen: number,
): Promise<WrittenCounts> {
  const { kind, db, source } = tx;
  const unique = lastByKey(records);
  const ids = unique.map(({ key }) => playlistIdOf(source.identity, key));
  const known = await sql<{ id: string }>`select id from playlists where id in ${valuesOf(kind, ids)}`.execute(db);
  const now = Date.now();
  for (const playlist of unique) {
    await writePlaylist(tx, playlist, now);
  }
  await writeObjects(tx, unique, seen);
  return { added: unique.length - known.rows.length, changed: known.rows.length };
}

async function writePlaylist(
  { kind, db, source }: ItemTransaction,
  playlist: Timed<PlaylistRecord>,
  now: number,
): Promise<void> {
  const title = storableText(playlist.title);
  const entries = playlist.entries;
  const changing = {
    title,
    title_fold: foldText(title),
    entry_count: entries.length,
    duration_seconds: entries.reduce((sum, { durationSeconds = 0 }) => sum + durationSeconds, 0),
    issues: JSON.stringify(playlist.issues),
    changed_at: playlist.changedAt?.getTime() ?? now,
  };
  const fixed = { id: playlistIdOf(source.identity, playlist.key), source_no: source.no, key: playlist.key };
  const { no } = await db
    .insertInto("playlists")
    .values({ ...fixed, ...changing, added_at: playlist.addedAt?.getTime() ?? now })
    .onConflict((conflict) => conflict.column("id").doUpdateSet(changing))
    .returning("no")
    .executeTakeFirstOrThrow();
  await db.deleteFrom("playlist_entries").where("playlist_no", "=", no).execute();
  for (let from = 0; from < entries.length; from += entriesPerStatement) {
    const rows = entries
      .slice(from, from + entriesPerStatement)
      .map((entry, index) => [
        ...[from + index, entry.key === undefined ? null : itemIdOf(source.identity, entry.key), entry.key ?? null],
        ...[
          textOrNull(entry.title),
          storableText(entry.location),
          entry.durationSeconds ?? null,
          entry.startSeconds ?? null,
          entry.endSeconds ?? null,
          textOrNull(entry.note),
        ],
      ]);
    await sql`insert into playlist_entries
      (playlist_no, position, item_id, key, title, location, duration_seconds, start_seconds, end_seconds, note)
      select cast(${no} as bigint), position, item_id, key, title, location, duration_seconds, start_seconds, end_seconds, note
      from ${rowsOf(kind, entryTypes, rows)}`.execute(db);
  }
}

const entriesPerStatement = 500;
const entryTypes = {
  position: "bigint",
  item_id: "text",
  key: "text",
  title: "text",
  location: "text",
  duration_seconds: "double precision",
  start_seconds: "double precision",
  end_seconds: "double precision",
  note: "text",
} as const;

function textOrNull(text: string | undefined): string | null {
  return text === undefined ? null : storableText(text);
}

async function writeObjects(
  { kind, db, source }: ItemTransaction,
  records: readonly { readonly key: string; readonly fingerprint: string }[],
  seen: number,
): Promise<void> {
  const rows = records.map(({ key, fingerprint }) => [key, fingerprint]);
  await sql`insert into objects (source_no, key, fingerprint, seen)
    select cast(${source.no} as bigint), key, fingerprint, cast(${seen} as integer)
    from ${rowsOf(kind, { key: "text", fingerprint: "text" }, rows)} where true
    on conflict (source_no, key) do update set fingerprint = excluded.fingerprint, seen = excluded.seen`.execute(db);
}

async function writeFolders({ kind, db, source }: ItemTransaction, keys: readonly string[]): Promise<void> {
  const rows = foldersAbove(keys).map(({ parent, path }) => [parent, path]);
  if (rows.length > 0) {
    await sql`insert into folders (source_no, parent, path) select cast(${source.no} as bigint), parent, path
      from ${rowsOf(kind, { parent: "text", path: "text" }, rows)} where true on conflict do nothing`.execute(db);
  }
}

/** One statement cannot change a row twice. */
function lastByKey<T extends { readonly key: string }>(records: readonly T[]): T[] {
  return [...new Map(records.map((record) => [record.key, record])).values()];
}

/** A batch of a scan, in one transaction. @throws {CatalogError} `stale-scan` */
export async function upsertRecords(kind: DatabaseKind, db: Database, scan: Scan, records: ScanRecords): Promise<void> {
  const { items = [], playlists = [] } = records;
  assertWritable([...items, ...playlists]);
  await inTransaction(db, async (tx) => {
    const source = await sourceOfScan(tx, scan);
    await writeRecords({ kind, db: tx, source }, { items, playlists }, scan);
  });
}

const maxRecords = 500;
const maxKeyBytes = 1024;

/** What no index could hold is refused by name, before it costs the batch it is in. @throws {CatalogError} `bad-query` */
function assertWritable(records: readonly { readonly key: string }[]): void {
  if (records.length > maxRecords) {
    throw new CatalogError("bad-query", `A batch of ${records.length} records is too large: at most ${maxRecords}`);
  }
  const long = records.find(({ key }) => key.length * 3 > maxKeyBytes && Buffer.byteLength(key) > maxKeyBytes);
  if (long !== undefined) {
    const bytes = Buffer.byteLength(long.key);
    throw new CatalogError(
      "bad-query",
      `The key "${long.key.slice(0, 80)}…" is of ${bytes} bytes: at most ${maxKeyBytes}`,
    );
  }
}

/** Within a transaction. */
export async function writeRecords(
  tx: ItemTransaction,
  {
    items,
    playlists,
  }: { readonly items: readonly Timed<ItemRecord>[]; readonly playlists: readonly Timed<PlaylistRecord>[] },
  { generation, partial }: Pick<Scan, "generation" | "partial">,
): Promise<void> {
  const none = { added: 0, changed: 0 };
  const ofItems = items.length === 0 ? none : await writeItems(tx, items, generation);
  const ofPlaylists = playlists.length === 0 ? none : await writePlaylists(tx, playlists, generation);
  const isCounted = partial ? 0 : 1;
  await tx.db
    .updateTable("sources")
    .set((row) => ({
      item_count: row("item_count", "+", ofItems.added),
      playlist_count: row("playlist_count", "+", ofPlaylists.added),
      scan_added: row("scan_added", "+", isCounted * (ofItems.added + ofPlaylists.added)),
      scan_changed: row("scan_changed", "+", isCounted * (ofItems.changed + ofPlaylists.changed)),
    }))
    .where("no", "=", tx.source.no)
    .execute();
}
