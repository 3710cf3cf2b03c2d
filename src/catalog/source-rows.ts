import { type RawBuilder, sql } from "kysely";
import { CatalogError } from "./catalog-error.ts";
import { sourceIdOf } from "./catalog-ids.ts";
import type {
  CatalogSource,
  CatalogSourceState,
  Scan,
  ScanProgress,
  ScanSummary,
  SourceRecord,
} from "./catalog-source.ts";
import { type SourceKey, storableText } from "./item-rows.ts";
import type { Database, SourcesTable } from "./tables.ts";

type SourceRow = Omit<SourcesTable, "no">;

export async function saveSource(db: Database, { identity, name }: SourceRecord): Promise<CatalogSource> {
  const counts = { item_count: 0, playlist_count: 0, generation: 0, scan_added: 0, scan_changed: 0 };
  const row = await db
    .insertInto("sources")
    .values({ id: sourceIdOf(identity), identity, name: storableText(name), state: "idle", ...counts })
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ name: storableText(name) }))
    .returningAll()
    .executeTakeFirstOrThrow();
  return sourceOf(row);
}

export async function readSources(db: Database): Promise<CatalogSource[]> {
  const rows = await db.selectFrom("sources").selectAll().orderBy("name").orderBy("id").execute();
  return rows.map(sourceOf);
}

export async function readSource(db: Database, sourceId: string): Promise<CatalogSource | undefined> {
  const row = await db.selectFrom("sources").selectAll().where("id", "=", sourceId).executeTakeFirst();
  return row === undefined ? undefined : sourceOf(row);
}

export async function setSourceState(
  db: Database,
  sourceId: string,
  state: CatalogSourceState,
  error?: string,
): Promise<void> {
  const values = { state, last_error: error === undefined ? null : storableText(error) };
  await db.updateTable("sources").set(values).where("id", "=", sourceId).execute();
}

/**
 * The numbers of some sources. `undefined` for all: also where those named are all there are, as questions that need not look at the source
 * are cheaper. Unknown ones have none.
 */
export async function sourceNosOf(
  db: Database,
  sourceIds: readonly string[] | undefined,
): Promise<readonly number[] | undefined> {
  if (sourceIds === undefined) {
    return undefined;
  }
  const { nos, isAll } = await readSourceNos(db, sourceIds);
  return isAll ? undefined : nos;
}

/** The numbers of some sources, or of all where none are named, and whether those are all there are. */
export async function readSourceNos(
  db: Database,
  sourceIds: readonly string[] | undefined,
): Promise<{ readonly nos: readonly number[]; readonly isAll: boolean }> {
  const all = await db.selectFrom("sources").select(["no", "id"]).execute();
  const wanted = sourceIds === undefined ? all : all.filter(({ id }) => sourceIds.includes(id));
  return { nos: wanted.map(({ no }) => no), isAll: wanted.length === all.length };
}

/** A condition on a number of the row: that it is one of the list. */
export function isOneOf(column: string, values: readonly number[]): RawBuilder<boolean> {
  return values.length === 0 ? sql<boolean>`false` : sql<boolean>`${sql.ref(column)} in (${sql.join(values)})`;
}

/** A condition on the row's source; {@link sourceNosOf} has the numbers. */
export function isOfSources(column: string, sourceNos: readonly number[] | undefined): RawBuilder<boolean> {
  return sourceNos === undefined ? sql<boolean>`true` : isOneOf(column, sourceNos);
}

/** @throws {CatalogError} `unknown-source` */
export async function sourceKeyOf(db: Database, sourceId: string): Promise<SourceKey> {
  const row = await db
    .selectFrom("sources")
    .select(["no", "id", "identity"])
    .where("id", "=", sourceId)
    .executeTakeFirst();
  return row ?? throwUnknown(sourceId);
}

/**
 * The source of a scan that is still the last one; within a transaction it then stays so to its end.
 * @throws {CatalogError} `unknown-source`, `stale-scan`
 */
export async function sourceOfScan(db: Database, { sourceId, generation }: Scan): Promise<SourceKey> {
  const row = await db
    .updateTable("sources")
    .set({ generation })
    .where("id", "=", sourceId)
    .where("generation", "=", generation)
    .returning(["no", "id", "identity"])
    .executeTakeFirst();
  if (row === undefined) {
    const { identity } = await sourceKeyOf(db, sourceId);
    throw new CatalogError(
      "stale-scan",
      `Scan ${generation} of ${identity} has ended, or another has begun: begin anew`,
    );
  }
  return row;
}

export function throwUnknown(sourceId: string): never {
  throw new CatalogError("unknown-source", `No source "${sourceId}" in the catalog: make it known first (saveSource)`);
}

export function sourceOf(row: SourceRow): CatalogSource {
  const summary = row.last_scan === null ? undefined : (JSON.parse(row.last_scan) as StoredSummary);
  return {
    id: row.id,
    identity: row.identity,
    name: row.name,
    state: row.state as CatalogSourceState,
    counts: { items: row.item_count, playlists: row.playlist_count },
    lastScan: summary === undefined ? undefined : readSummary(summary),
    lastError: row.last_error ?? undefined,
    progress: row.progress === null ? undefined : (JSON.parse(row.progress) as ScanProgress),
  };
}

type StoredSummary = Omit<ScanSummary, "startedAt" | "finishedAt"> & {
  readonly startedAt: number;
  readonly finishedAt: number;
};

/** As {@link sourceOf} reads it back. */
export function formatSummary({ startedAt, finishedAt, ...counts }: ScanSummary): string {
  return JSON.stringify({ ...counts, startedAt: startedAt.getTime(), finishedAt: finishedAt.getTime() });
}

function readSummary({ startedAt, finishedAt, ...counts }: StoredSummary): ScanSummary {
  return { startedAt: new Date(startedAt), finishedAt: new Date(finishedAt), ...counts };
}
