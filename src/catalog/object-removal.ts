import { sql } from "kysely";
import { type DatabaseKind, rowsOf, valuesOf } from "./catalog-database.ts";
import { itemIdOf, playlistIdOf } from "./catalog-ids.ts";
import type { Scan } from "./catalog-source.ts";
import { inTransaction } from "./in-transaction.ts";
import { applyItemChanges, storedColumns } from "./item-changes.ts";
import { folderOf, type SourceKey } from "./item-rows.ts";
import { removeUnusedTerms } from "./posting-changes.ts";
import { sourceOfScan } from "./source-rows.ts";
import type { Database } from "./tables.ts";

/** Greater than any path that begins alike. */
const afterAll = "\u{10ffff}";

/** Removes objects by key, and the items and playlists they were, in one transaction. Returns how many there were. */
export async function removeKeys(
  kind: DatabaseKind,
  db: Database,
  scan: Scan,
  keys: readonly string[],
): Promise<number> {
  return inTransaction(db, async (tx) => removeObjects(kind, tx, await sourceOfScan(tx, scan), keys));
}

/** Removes what a scan of the whole source did not see, batch by batch. Returns how many there were. */
export async function removeUnseen(kind: DatabaseKind, db: Database, scan: Scan, batchSize: number): Promise<number> {
  let removed = 0;
  for (let after = ""; ;) {
    const { no } = await sourceOfScan(db, scan);
    const stale = await db
      .selectFrom("objects")
      .select("key")
      .where("source_no", "=", no)
      .where("key", ">", after)
      .where("seen", "<>", scan.generation)
      .orderBy("key")
      .limit(batchSize)
      .execute();
    const keys = stale.map(({ key }) => key);
    removed += keys.length === 0 ? 0 : await removeKeys(kind, db, scan, keys);
    const last = keys.at(-1);
    if (last === undefined || keys.length < batchSize) {
      return removed;
    }
    after = last;
  }
}

/** Within a transaction. */
export async function removeObjects(
  kind: DatabaseKind,
  db: Database,
  source: SourceKey,
  keys: readonly string[],
): Promise<number> {
  const gone = await sql`delete from objects where source_no = ${source.no} and key in ${valuesOf(kind, keys)}`.execute(
    db,
  );
  const ids = keys.map((key) => itemIdOf(source.identity, key));
  const stored = await db
    .selectFrom("items")
    .select(storedColumns)
    .where("id", "in", sql<string>`${valuesOf(kind, ids)}`)
    .execute();
  if (stored.length > 0) {
    const changes = stored.map((before) => ({ before, after: undefined }));
    await applyItemChanges({ kind, db, source }, changes);
    await removeEmptyFolders(kind, db, source, keys);
  }
  const playlists = await removePlaylists(kind, db, source, keys);
  await db
    .updateTable("sources")
    .set((row) => ({
      item_count: row("item_count", "-", stored.length),
      playlist_count: row("playlist_count", "-", playlists),
    }))
    .where("no", "=", source.no)
    .execute();
  return Number(gone.numAffectedRows ?? 0);
}

/** Forgets names that no item has any more. */
export async function removeUnused(kind: DatabaseKind, db: Database): Promise<void> {
  await inTransaction(db, async (tx) => {
    await tx.deleteFrom("albums").where("item_count", "<=", 0).execute();
    await tx.deleteFrom("creators").where("item_count", "<=", 0).execute();
    await removeUnusedTerms({ kind, db: tx });
  });
}

async function removePlaylists(
  kind: DatabaseKind,
  db: Database,
  source: SourceKey,
  keys: readonly string[],
): Promise<number> {
  const ids = keys.map((key) => playlistIdOf(source.identity, key));
  const { rows } = await sql<{ no: number }>`
    delete from playlists where id in ${valuesOf(kind, ids)} returning no`.execute(db);
  const nos = rows.map(({ no }) => no);
  if (nos.length > 0) {
    await sql`delete from playlist_entries where playlist_no in ${valuesOf(kind, nos)}`.execute(db);
  }
  return nos.length;
}

async function removeEmptyFolders(
  kind: DatabaseKind,
  db: Database,
  { no }: SourceKey,
  keys: readonly string[],
): Promise<void> {
  const paths = foldersAbove(keys).map(({ parent, path }) => [parent, path]);
  await sql`delete from folders where (source_no, parent, path) in
    (select cast(${no} as bigint), parent, path from ${rowsOf(kind, { parent: "text", path: "text" }, paths)})
    and not exists (select 1 from items where items.source_no = folders.source_no
      and items.folder >= folders.path and items.folder < folders.path || ${afterAll})`.execute(db);
}

/** Every folder that keys lie in, at any depth, with the one above it. */
export function foldersAbove(keys: readonly string[]): { parent: string; path: string }[] {
  const parents = new Map<string, string>();
  for (const key of keys) {
    for (let path = folderOf(key); path !== "" && !parents.has(path); path = folderOf(path.slice(0, -1))) {
      parents.set(path, folderOf(path.slice(0, -1)));
    }
  }
  return [...parents].map(([path, parent]) => ({ parent, path }));
}
