import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { DatabaseKind } from "../catalog-database.ts";

/** Where in its object an entry of a playlist begins and ends: tracks of a cue sheet share a file. */
export function entryTimesMigration(kind: DatabaseKind): Migration {
  const real = kind === "sqlite" ? "real" : "double precision";
  return {
    up: async (db: Kysely<unknown>) => {
      for (const column of ["start_seconds", "end_seconds"]) {
        await sql.raw(`alter table playlist_entries add column ${column} ${real}`).execute(db);
      }
    },
  };
}
