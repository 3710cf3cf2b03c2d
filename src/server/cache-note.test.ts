import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readCacheNote, writeCacheNote } from "./cache-note.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-note-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe("a server's note", () => {
  it("is read as it was written, and by its owner only", async () => {
    const note = { sources: { films: "<s3://b/>" }, server: { origin: "http://127.0.0.1:1", token: "t" } };
    await writeCacheNote(folder, note);
    expect(await readCacheNote(folder)).toEqual(note);
    expect((await stat(join(folder, "server.json"))).mode & 0o777).toBe(0o600);
    await writeCacheNote(folder, { sources: note.sources });
    expect(await readCacheNote(folder)).toEqual({ sources: note.sources });
  });

  it.each(["", "{", "[]", "null", '{"sources":{"a":1}}', '{"sources":{},"server":{"origin":1,"token":"t"}}'])(
    "is none where the file holds %j",
    async (text) => {
      await writeFile(join(folder, "server.json"), text);
      expect(await readCacheNote(folder)).toBeUndefined();
    },
  );

  it("may be missing", async () => {
    expect(await readCacheNote(folder)).toBeUndefined();
  });
});
