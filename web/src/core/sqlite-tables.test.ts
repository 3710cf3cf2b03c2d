import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readNewpipeDatabase } from "./parse-newpipe-export.ts";
import { openSqliteTables } from "./sqlite-tables.ts";

/** A file that SQLite itself wrote. */
function databaseOf(fill: (database: DatabaseSync) => void): ArrayBuffer {
  const folder = mkdtempSync(join(tmpdir(), "sluice-sqlite-"));
  try {
    const path = join(folder, "a.db");
    const database = new DatabaseSync(path);
    fill(database);
    database.close();
    const file = readFileSync(path);
    return file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("tables of an SQLite file", () => {
  it("hold every kind of value, and rows longer than a page", () => {
    const long = "é".repeat(40_000);
    const file = databaseOf((database) => {
      database.exec("PRAGMA page_size = 1024; PRAGMA foreign_keys = OFF");
      database.exec(
        "CREATE TABLE `t` (`uid` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, a TEXT, b REAL, c INTEGER, d BLOB, FOREIGN KEY(c) REFERENCES x(y))",
      );
      const insert = database.prepare("INSERT INTO t (a, b, c, d) VALUES (?, ?, ?, ?)");
      insert.run(long, 1.5, -1, new Uint8Array([1, 2]));
      insert.run(null, -0.25, 1_700_000_000_123, null);
      insert.run("", 0, 0, new Uint8Array());
      insert.run("x", 3, 1, null);
    });
    const rows = openSqliteTables(file)?.readTable("t");
    expect(rows).toEqual([
      { uid: 1, a: long, b: 1.5, c: -1, d: new Uint8Array([1, 2]) },
      { uid: 2, a: null, b: -0.25, c: 1_700_000_000_123, d: null },
      { uid: 3, a: "", b: 0, c: 0, d: new Uint8Array() },
      { uid: 4, a: "x", b: 3, c: 1, d: null },
    ]);
    expect(openSqliteTables(file)?.readTable("nothing")).toEqual([]);
  });

  it("of many thousand rows are read over all their pages, in order", () => {
    const file = databaseOf((database) => {
      database.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)");
      database.exec(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO t SELECT i, 'row ' || i FROM n",
      );
    });
    const rows = openSqliteTables(file)?.readTable("t") ?? [];
    expect(rows).toHaveLength(20_000);
    expect(rows.every(({ id, name }, index) => id === index + 1 && name === `row ${index + 1}`)).toBe(true);
  });

  it("are none of another file, and a damaged one is told as such", () => {
    expect(openSqliteTables(new ArrayBuffer(0))).toBeUndefined();
    expect(openSqliteTables(new TextEncoder().encode("PK".repeat(200)).buffer)).toBeUndefined();
    const file = databaseOf((database) => database.exec("CREATE TABLE t (a)"));
    new Uint8Array(file).fill(0xff, 100, 108);
    expect(() => openSqliteTables(file)).toThrow("The database in it is damaged.");
  });
});

describe("NewPipe's database", () => {
  it("gives playlists in their order, what was played, and subscriptions", () => {
    const file = databaseOf((database) => {
      database.exec(`
        CREATE TABLE streams (uid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, service_id INTEGER NOT NULL, url TEXT NOT NULL, title TEXT NOT NULL, stream_type TEXT NOT NULL, duration INTEGER NOT NULL, uploader TEXT NOT NULL);
        CREATE TABLE playlists (uid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, name TEXT, is_thumbnail_permanent INTEGER NOT NULL);
        CREATE TABLE playlist_stream_join (playlist_id INTEGER NOT NULL, stream_id INTEGER NOT NULL, join_index INTEGER NOT NULL, PRIMARY KEY(playlist_id, join_index));
        CREATE TABLE stream_history (stream_id INTEGER NOT NULL, access_date INTEGER NOT NULL, repeat_count INTEGER NOT NULL, PRIMARY KEY(stream_id, access_date));
        CREATE TABLE subscriptions (uid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, service_id INTEGER NOT NULL, url TEXT, name TEXT);
        INSERT INTO streams VALUES (1, 0, 'https://www.youtube.com/watch?v=a', 'One', 'VIDEO_STREAM', 200, 'Somebody - Topic'), (2, 0, 'https://www.youtube.com/watch?v=b', 'Two', 'LIVE_STREAM', -1, '');
        INSERT INTO playlists VALUES (1, 'Sunday', 0);
        INSERT INTO playlist_stream_join VALUES (1, 1, 1), (1, 2, 0);
        INSERT INTO stream_history VALUES (1, 1700000000123, 2);
        INSERT INTO subscriptions VALUES (1, 0, 'https://www.youtube.com/channel/UCx', 'Somebody');
      `);
    });
    const tables = openSqliteTables(file);
    const read = tables && readNewpipeDatabase(tables.readTable);
    const one = {
      title: "One",
      creators: ["Somebody"],
      durationSeconds: 200,
      location: "https://www.youtube.com/watch?v=a",
    };
    const two = { title: "Two", creators: [], location: "https://www.youtube.com/watch?v=b" };
    expect(read?.playlists).toEqual([
      { title: "Sunday", entries: [two, one] },
      {
        title: "NewPipe subscriptions",
        entries: [{ title: "Somebody", creators: [], location: "https://www.youtube.com/channel/UCx" }],
      },
    ]);
    expect(read?.plays).toEqual([{ entry: one, startedAtMs: 1_700_000_000_123 }]);
  });
});
