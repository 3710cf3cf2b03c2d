import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { openSqliteCatalog, playlistIdOf, sourceIdOf } from "../../src/catalog/index.ts";
import { itemRecord, scanWhole, testIdentity } from "../../src/testing/catalog-subject.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";

it("says what is wrong with a file that is no database, or a folder that cannot be", async () => {
  await using folder = await createTemporaryFolder("catalog-file");
  const text = join(folder.path, "text.db");
  await writeFile(text, "This is no database. ".repeat(1000));
  await expect(openSqliteCatalog({ path: text })).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringContaining(text),
  });
  const occupied = join(folder.path, "folder.db");
  await mkdir(occupied);
  await expect(openSqliteCatalog({ path: occupied })).rejects.toMatchObject({ code: "unavailable" });
  await expect(openSqliteCatalog({ path: join(text, "catalog.db") })).rejects.toThrow(/its folder cannot be made/);
});

it("refuses to open what a later release has made, and leaves it as it is", async () => {
  await using folder = await createTemporaryFolder("catalog-later");
  const path = join(folder.path, "catalog.db");
  await (await openSqliteCatalog({ path }))[Symbol.asyncDispose]();
  using database = new DatabaseSync(path);
  database.exec("insert into kysely_migration (name, timestamp) values ('999-later', '2030')");
  await expect(openSqliteCatalog({ path })).rejects.toMatchObject({ code: "unavailable" });
  expect(database.prepare("select count(*) as n from kysely_migration").get()).toEqual({ n: 3 });
});

it("brings a file of the first release up to date, and loses nothing of it", async () => {
  await using folder = await createTemporaryFolder("catalog-earlier");
  const path = join(folder.path, "catalog.db");
  const playlist = { key: "a.m3u", title: "A", issues: [], fingerprint: "1" };
  const entries = [{ key: "a.mp3", location: "a.mp3", startSeconds: 2 }];
  {
    await using catalog = await openSqliteCatalog({ path });
    const { sourceId } = await scanWhole(catalog, [itemRecord("a.mp3")]);
    await catalog.upsert(await catalog.beginScan(sourceId, { partial: true }), {
      playlists: [{ ...playlist, entries }],
    });
  }
  {
    using database = new DatabaseSync(path);
    database.exec("delete from kysely_migration where name = '002-entry-times'");
    for (const column of ["start_seconds", "end_seconds"]) {
      database.exec(`alter table playlist_entries drop column ${column}`);
    }
  }
  await using catalog = await openSqliteCatalog({ path });
  const id = playlistIdOf(testIdentity, playlist.key);
  expect((await catalog.playlistEntries(id)).entries).toMatchObject([{ item: { key: "a.mp3" }, part: undefined }]);
  await catalog.upsert(await catalog.beginScan(sourceIdOf(testIdentity), { partial: true }), {
    playlists: [{ ...playlist, entries }],
  });
  expect((await catalog.playlistEntries(id)).entries).toMatchObject([{ part: { startSeconds: 2 } }]);
});

it("waits for another process that writes, and says who is in the way if it goes on", { timeout: 60_000 }, async () => {
  await using folder = await createTemporaryFolder("catalog-busy");
  const path = join(folder.path, "catalog.db");
  await using catalog = await openSqliteCatalog({ path });
  using other = new DatabaseSync(path);
  other.exec("begin immediate");
  const waiting = catalog.saveSource({ identity: testIdentity, name: "Media" });
  await sleep(200);
  other.exec("commit");
  expect((await waiting).name).toBe("Media");
});

it("never holds the event loop: a thread of its own reads and writes", async () => {
  await using folder = await createTemporaryFolder("catalog-loop");
  await using catalog = await openSqliteCatalog({ path: join(folder.path, "catalog.db") });
  using other = new DatabaseSync(join(folder.path, "catalog.db"));
  other.exec("begin immediate");
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const write = catalog.saveSource({ identity: testIdentity, name: "Media" });
  await sleep(1000);
  delay.disable();
  other.exec("rollback");
  await write;
  // In this thread the wait would have been the whole second.
  expect(delay.max / 1e6).toBeLessThan(500);
  await scanWhole(catalog, [itemRecord("a.mp3")]);
});
