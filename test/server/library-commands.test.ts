import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SearchAnswer } from "../../src/api/contract.ts";
import { startPostgres } from "../real/postgres.ts";
import { describeWithParts } from "../real/require-part.ts";
import { createTemporaryFolder, type TemporaryFolder } from "../real/temporary-folder.ts";
import { portOf, runSluice, startSluice } from "./sluice-process.ts";

const demo = join(import.meta.dirname, "../../demo");
let folder: TemporaryFolder;

beforeEach(async () => {
  folder = await createTemporaryFolder("library-commands");
});

afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

function sluice(...args: readonly string[]): ReturnType<typeof runSluice> {
  return runSluice(args, { folder: folder.path, env: { SLUICE_STATE: folder.path, SLUICE_DATABASE: "" } });
}

/** Ids by title, as a server over that database answers them before it has scanned anything. */
async function idsIn(database: string): Promise<Readonly<Record<string, string>>> {
  await using running = startSluice(["--port", "0", "--database", database, `library=${demo}`], {
    folder: folder.path,
    env: { SLUICE_STATE: folder.path },
  });
  const response = await fetch(`http://127.0.0.1:${await portOf(running)}/api/v3/search?q=harbour`);
  const { items } = (await response.json()) as SearchAnswer;
  return Object.fromEntries(items.map(({ title, id }) => [title, id]));
}

describe("sluice scan", () => {
  it("brings a source into the library, and what is not there is said", async () => {
    expect(await sluice("scan", `music=${demo}`)).toMatchObject({ code: 0, stdout: "ok    music: 12 objects\n" });
    const missing = await sluice("scan", "gone=./gone");
    expect([missing.code, missing.stdout]).toEqual([1, expect.stringContaining("FAIL  gone: ")]);
    const off = await sluice("scan", "--database", "off", `music=${demo}`);
    expect([off.code, off.stderr]).toEqual([2, expect.stringContaining("no library to scan into")]);
  });
});

describe("sluice doctor", () => {
  it("looks at sources, the library and yt-dlp, and says what to do", async () => {
    await sluice("scan", `music=${demo}`);
    const well = await sluice("doctor", `music=${demo}`);
    expect([well.code, well.stdout]).toEqual([
      0,
      expect.stringMatching(/^ok {4}library \(SQLite .*\): 11 items of 1 sources$/m),
    ]);
    const ill = await sluice("doctor", "sites=ytdlp:?path=./no-such-program");
    expect(ill.code).toBe(1);
    expect(ill.stdout).toMatch(/^FAIL {2}sites .*Install yt-dlp, or say where it is with path=/m);
  });
});

describe("sluice db copy", () => {
  it("refuses what is not there, and a target that holds something", async () => {
    await sluice("scan", `music=${demo}`);
    const missing = await sluice("db", "copy", "none.db", "new.db");
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining("no such file")]);
    expect((await sluice("db", "copy", "library.db", "new.db")).stdout).toBe("Copied 11 items and 1 playlists.\n");
    const again = await sluice("db", "copy", "library.db", "new.db");
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("it holds sources already")]);
    expect((await sluice("db", "copy", "library.db", "new.db", "--resume")).code).toBe(0);
    expect(await sluice("db", "copy", "library.db")).toMatchObject({ code: 2 });
  });
});

describeWithParts(["postgresql"], "sluice db copy to PostgreSQL", () => {
  it("keeps every id", async () => {
    await using postgres = await startPostgres();
    const database = await postgres.createDatabase();
    await sluice("scan", `music=${demo}`);
    const before = await idsIn("library.db");
    expect(Object.keys(before)).toEqual(["Harbour Lights"]);
    expect(await sluice("db", "copy", "library.db", database)).toMatchObject({ code: 0 });
    expect(await idsIn(database)).toEqual(before);
  });
});
