import pg from "pg";
import { expect, it } from "vitest";
import { openPostgresCatalog } from "../../src/catalog/index.ts";
import { itemRecord, scanWhole, testIdentity } from "../../src/testing/catalog-subject.ts";
import { startPostgres } from "../real/postgres.ts";
import { describeWithParts } from "../real/require-part.ts";

describeWithParts(["postgresql"], "several nodes on one PostgreSQL", () => {
  it("one of them scans a source; a node that dies leaves the lock to the next", async () => {
    await using server = await startPostgres();
    const connectionString = await server.createDatabase();
    // Both make the tables, at the same time.
    const [first, second] = await Promise.all([
      openPostgresCatalog({ connectionString }),
      openPostgresCatalog({ connectionString }),
    ]);
    await using _first = first;
    await using _second = second;
    const { id } = await first.saveSource({ identity: testIdentity, name: "Media" });
    const working = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const scan = first.withScanLock(id, async () => {
      started.resolve();
      await working.promise;
    });
    await started.promise;
    await expect(second.withScanLock(id, async () => "never")).rejects.toMatchObject({ code: "busy" });
    // What the server does with the connection of a node that is gone.
    await ask(
      connectionString,
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'sluice scan lock'",
    );
    await expect.poll(() => second.withScanLock(id, async () => "mine").catch(() => "busy")).toBe("mine");
    working.resolve();
    await scan;
  });

  it("what one writes the other reads at once; connections that break are replaced", async () => {
    await using server = await startPostgres();
    const connectionString = await server.createDatabase();
    await using first = await openPostgresCatalog({ connectionString });
    await using second = await openPostgresCatalog({ connectionString });
    await scanWhole(first, [itemRecord("a.mp3", { title: "Seen by both" })]);
    expect((await second.search({ text: "both" })).entries).toHaveLength(1);
    await ask(
      connectionString,
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'sluice'",
    );
    await expect
      .poll(async () => (await second.search({ text: "seen" }).catch(() => undefined))?.entries.length)
      .toBe(1);
    await expect
      .poll(() =>
        first
          .check()
          .then(() => true)
          .catch(() => false),
      )
      .toBe(true);
  });

  it("a server that is gone is said to be unavailable, without the password", async () => {
    const server = await startPostgres();
    const address = new URL(await server.createDatabase());
    address.password = "secret";
    await using catalog = await openPostgresCatalog({ connectionString: address.href });
    await server[Symbol.asyncDispose]();
    const error: unknown = await catalog.search({ text: "love" }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "unavailable" });
    const opening: unknown = await openPostgresCatalog({ connectionString: address.href }).catch(
      (reason: unknown) => reason,
    );
    expect(opening).toMatchObject({
      code: "unavailable",
      message: expect.stringContaining(`PostgreSQL 127.0.0.1:${address.port}`),
    });
    expect(String(error) + String(opening)).not.toContain("secret");
  });

  it("a database that does not hold text as UTF-8 is refused", async () => {
    await using server = await startPostgres();
    const address = new URL(await server.createDatabase());
    await ask(address.href, "create database latin encoding 'LATIN1' template template0 locale 'C'");
    address.pathname = "/latin";
    await expect(openPostgresCatalog({ connectionString: address.href })).rejects.toThrow(
      /LATIN1: create the database with/,
    );
  });
});

async function ask(connectionString: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(sql);
  await client.end();
}
