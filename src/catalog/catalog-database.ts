import { type RawBuilder, sql } from "kysely";
import { Migrator } from "kysely/migration";
import type { CatalogSearch } from "./catalog.ts";
import { CatalogError } from "./catalog-error.ts";
import { initialMigration } from "./migrations/001-initial.ts";
import { entryTimesMigration } from "./migrations/002-entry-times.ts";
import type { Database } from "./tables.ts";

/** The databases there are code for. */
export type DatabaseKind = "sqlite" | "postgres";

/** A database with the catalog's tables, and what differs between the two kinds. */
export interface CatalogDatabase {
  readonly kind: DatabaseKind;
  /** As `Catalog.location`. */
  readonly location: string;
  /** For questions: never waits for what is being written. */
  readonly reads: Database;
  /** For all that writes. */
  readonly writes: Database;
  /** Where searches run as a whole; absent: here, by {@link reads}. */
  readonly searches?: CatalogSearch | undefined;
  /** Runs `work` alone for this source. @throws {CatalogError} `busy` */
  lockScan<T>(sourceId: string, work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Brings the tables up to this release. @throws {CatalogError} `unavailable` */
export async function migrate(database: CatalogDatabase): Promise<void> {
  const migrator = new Migrator({
    db: database.writes,
    provider: {
      getMigrations: async () => ({
        "001-initial": initialMigration(database.kind),
        "002-entry-times": entryTimesMigration(database.kind),
      }),
    },
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    const why = error instanceof Error ? error.message : JSON.stringify(error);
    throw new CatalogError("unavailable", `Cannot bring the tables of ${database.location} up to date: ${why}`, {
      cause: error,
    });
  }
}

/** The type of a column of {@link rowsOf}. */
export type ColumnType = "text" | "bigint" | "double precision";

/**
 * Many rows as a table within a statement, by one parameter: statements with thousands of parameters take longer to make than
 * to run, and that time would be the event loop's.
 *
 * @example sql`insert into terms (term, item_count) select term, delta from ${rowsOf(kind, { term: "text", delta: "bigint" }, rows)}`
 */
export function rowsOf(
  kind: DatabaseKind,
  columns: Readonly<Record<string, ColumnType>>,
  rows: readonly (readonly (string | number | null)[])[],
): RawBuilder<unknown> {
  const picked = Object.entries(columns).map(([name, type], index) => {
    return sql`cast(value ->> ${sql.lit(index)} as ${sql.raw(type)}) as ${sql.ref(name)}`;
  });
  return sql`(select ${sql.join(picked)} from ${eachOf(kind, rows)}) as given`;
}

/** Values of one kind as a list for `in`: one parameter, whatever their number. */
export function valuesOf(kind: DatabaseKind, values: readonly (string | number)[]): RawBuilder<unknown> {
  const type = typeof values[0] === "number" ? sql`bigint` : sql`text`;
  const wrapped = values.map((value) => [value]);
  return sql`(select cast(value ->> 0 as ${type}) from ${eachOf(kind, wrapped)})`;
}

function eachOf(kind: DatabaseKind, rows: readonly unknown[]): RawBuilder<unknown> {
  const json = JSON.stringify(rows);
  return kind === "sqlite" ? sql`json_each(${json})` : sql`json_array_elements(cast(${json} as json)) as each(value)`;
}
