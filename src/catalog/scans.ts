import { sql } from "kysely";
import { type CatalogDatabase, type DatabaseKind, valuesOf } from "./catalog-database.ts";
import type { CatalogSource, Scan, ScanOutcome, ScanProgress } from "./catalog-source.ts";
import { inTransaction } from "./in-transaction.ts";
import { removeKeys, removeUnseen, removeUnused } from "./object-removal.ts";
import { formatSummary, sourceKeyOf, sourceOf, sourceOfScan } from "./source-rows.ts";
import type { Database } from "./tables.ts";

export async function beginScan(db: Database, sourceId: string, partial: boolean): Promise<Scan> {
  return inTransaction(db, async (tx) => {
    const { no } = await sourceKeyOf(tx, sourceId);
    const row = await tx
      .selectFrom("sources")
      .select(["generation", "state", "scan_cursor", "scan_started_at"])
      .where("no", "=", no)
      .executeTakeFirstOrThrow();
    if (partial) {
      // In the generation that is or will be: a scan of the whole that was cut can still be resumed.
      return { sourceId, generation: row.generation, startedAt: new Date(), partial };
    }
    if (row.scan_cursor !== null && row.scan_started_at !== null) {
      await tx.updateTable("sources").set({ state: "scanning" }).where("no", "=", no).execute();
      const startedAt = new Date(row.scan_started_at);
      return { sourceId, generation: row.generation, startedAt, partial, cursor: row.scan_cursor };
    }
    const startedAt = new Date();
    const generation = row.generation + 1;
    await tx
      .updateTable("sources")
      .set({ generation, state: "scanning", scan_started_at: startedAt.getTime(), scan_added: 0, scan_changed: 0 })
      .where("no", "=", no)
      .execute();
    return { sourceId, generation, startedAt, partial };
  });
}

export async function readKnown(
  kind: DatabaseKind,
  db: Database,
  sourceId: string,
  keys: readonly string[],
): Promise<Map<string, string>> {
  const { no } = await sourceKeyOf(db, sourceId);
  const { rows } = await sql<{ key: string; fingerprint: string }>`
    select key, fingerprint from objects where source_no = ${no} and key in ${valuesOf(kind, keys)}`.execute(db);
  return new Map(rows.map(({ key, fingerprint }) => [key, fingerprint]));
}

export async function touchObjects(
  kind: DatabaseKind,
  db: Database,
  scan: Scan,
  keys: readonly string[],
): Promise<void> {
  const { no } = await sourceOfScan(db, scan);
  await sql`update objects set seen = ${scan.generation}
    where source_no = ${no} and key in ${valuesOf(kind, keys)}`.execute(db);
}

export async function touchAllObjects(db: Database, scan: Scan): Promise<number> {
  const { no } = await sourceOfScan(db, scan);
  const { numUpdatedRows } = await db
    .updateTable("objects")
    .set({ seen: scan.generation })
    .where("source_no", "=", no)
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}

export async function saveScanCursor(db: Database, scan: Scan, cursor: string): Promise<void> {
  const { no } = await sourceOfScan(db, scan);
  await db.updateTable("sources").set({ scan_cursor: cursor }).where("no", "=", no).execute();
}

export async function saveScanProgress(db: Database, scan: Scan, progress: ScanProgress): Promise<void> {
  const { no } = await sourceOfScan(db, scan);
  await db
    .updateTable("sources")
    .set({ progress: JSON.stringify(progress) })
    .where("no", "=", no)
    .execute();
}

export async function finishScan(database: CatalogDatabase, scan: Scan, outcome: ScanOutcome): Promise<CatalogSource> {
  const { writes: db, kind } = database;
  const { no } = await sourceOfScan(db, scan);
  let removed = 0;
  for (let from = 0; from < (outcome.removedKeys?.length ?? 0); from += removalBatch) {
    removed += await removeKeys(kind, db, scan, outcome.removedKeys?.slice(from, from + removalBatch) ?? []);
  }
  if (outcome.result === "complete" && !scan.partial) {
    removed += await removeUnseen(kind, db, scan, removalBatch);
  }
  const { scan_added: added, scan_changed: changed } = await db
    .selectFrom("sources")
    .select(["scan_added", "scan_changed"])
    .where("no", "=", no)
    .executeTakeFirstOrThrow();
  if (removed + changed > 0) {
    await removeUnused(kind, db);
  }
  if (added + changed + removed > tidyAfterChanges) {
    await tidy(database);
  }
  return closeScan(db, scan, outcome, { added, changed, removed });
}

const removalBatch = 200;
const tidyAfterChanges = 10_000;

/** Lets the database learn how much there is now; PostgreSQL's index-only scans also need its pages marked. */
async function tidy({ kind, writes }: CatalogDatabase): Promise<void> {
  await sql
    .raw(kind === "sqlite" ? "pragma optimize" : "vacuum (analyze) items, postings, terms, term_typos, objects")
    .execute(writes);
}

async function closeScan(
  db: Database,
  scan: Scan,
  { result, objects, failed, error }: ScanOutcome,
  counts: { readonly added: number; readonly changed: number; readonly removed: number },
): Promise<CatalogSource> {
  const summary = formatSummary({ startedAt: scan.startedAt, finishedAt: new Date(), objects, failed, ...counts });
  const isGood = result === "complete" || result === "partial";
  const state = isGood ? ("idle" as const) : result;
  const whole = {
    generation: scan.generation + 1,
    scan_cursor: null,
    scan_started_at: null,
    progress: null,
    ...(result === "complete" || result === "failed" ? { last_scan: summary } : {}),
  };
  const row = await db
    .updateTable("sources")
    .set({
      state,
      last_error: isGood ? null : (error ?? `The scan ended as ${result}`),
      ...(scan.partial ? {} : whole),
    })
    .where("id", "=", scan.sourceId)
    .returningAll()
    .executeTakeFirstOrThrow();
  return sourceOf(row);
}
