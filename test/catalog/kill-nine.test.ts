import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import pg from "pg";
import { expect, it } from "vitest";
import { startPostgres } from "../real/postgres.ts";
import { describeWithParts } from "../real/require-part.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";
import { killScans } from "./kill-nine.ts";

const kills = Number(process.env["SLUICE_KILLS"] ?? 20);
const timeoutMs = 60_000 + kills * 4_000;

it(
  `SQLite: no item is doubled or lost after ${kills} kills in the middle of scans`,
  async () => {
    await using folder = await createTemporaryFolder("catalog-kills");
    const path = join(folder.path, "catalog.db");
    const ask = async (sql: string): Promise<number> => {
      using database = new DatabaseSync(path);
      expect(database.prepare("pragma integrity_check").get()).toEqual({ integrity_check: "ok" });
      return Number(database.prepare(sql).get()?.["n"]);
    };
    const report = await killScans(`sqlite:${path}`, kills, ask);
    console.log(JSON.stringify(report));
    expect(report.breaches).toEqual([]);
    expect(report.batches, "batches were written between kills").toBeGreaterThan(kills);
    expect(report.resumed, "kills that cut a scan").toBeGreaterThan(0);
  },
  timeoutMs,
);

describeWithParts(["postgresql"], "in a real PostgreSQL", () => {
  it(
    `no item is doubled or lost after ${Math.ceil(kills / 2)} kills in the middle of scans`,
    async () => {
      await using server = await startPostgres();
      const connectionString = await server.createDatabase();
      const client = new pg.Client({ connectionString });
      await client.connect();
      try {
        const ask = async (sql: string): Promise<number> => Number((await client.query<{ n: string }>(sql)).rows[0]?.n);
        const report = await killScans(connectionString, Math.ceil(kills / 2), ask);
        console.log(JSON.stringify(report));
        expect(report.breaches).toEqual([]);
        expect(report.resumed, "kills that cut a scan").toBeGreaterThan(0);
      } finally {
        await client.end();
      }
    },
    timeoutMs,
  );
});
