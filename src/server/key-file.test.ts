import { chmod, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openKeyFile } from "./key-file.ts";

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-keys-"));
  path = join(folder, "stream-keys.json");
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe("openKeyFile()", () => {
  it("makes a key at the first start, for its owner's eyes only, and finds it at the second", async () => {
    using first = await openKeyFile(path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    using second = await openKeyFile(path);
    expect(first.keys()).toHaveLength(1);
    expect(second.keys()).toEqual(first.keys());
  });

  it("gives processes that start at once the same key", async () => {
    const files = await Promise.all(Array.from({ length: 8 }, () => openKeyFile(path)));
    expect(new Set(files.map((file) => file.keys()[0]?.id)).size).toBe(1);
    expect(await readdir(folder)).toEqual(["stream-keys.json"]);
    files.forEach((file) => file[Symbol.dispose]());
  });

  it("rotates, and other processes read it before the new key signs", async () => {
    using file = await openKeyFile(path);
    using other = await openKeyFile(path, { rereadMs: 20 });
    const [old] = file.keys();
    await file.rotate();
    const [added, kept] = file.keys();
    expect(kept).toMatchObject({ id: old?.id, acceptedUntilSeconds: expect.any(Number) });
    expect(added?.signsFromSeconds).toBeGreaterThan(Date.now() / 1000 + 50);
    for (let tries = 0; other.keys().length < 2 && tries < 100; tries += 1) {
      await delay(20);
    }
    expect(other.keys()).toEqual(file.keys());
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it("goes on with the keys it has where the file is damaged later, and says so", async () => {
    const told = Promise.withResolvers<unknown>();
    using file = await openKeyFile(path, { rereadMs: 20, onError: told.resolve });
    await writeFile(path, "{", { mode: 0o600 });
    expect(String(await told.promise)).toContain("cannot be used");
    expect(file.keys()).toHaveLength(1);
  });

  it.each([
    ["may be read by others", (): Promise<void> => chmod(path, 0o644), /may be read by other users\. Run chmod 600/],
    [
      "is damaged",
      (): Promise<void> => writeFile(path, '{"keys":[]}'),
      /cannot be used: it is not JSON .* Put it back/,
    ],
  ])("refuses a file that %s", async (_what, spoil, message) => {
    (await openKeyFile(path))[Symbol.dispose]();
    await spoil();
    await expect(openKeyFile(path)).rejects.toThrow(message);
  });

  it("says what it tried where the folder is missing", async () => {
    await expect(openKeyFile(join(folder, "none", "keys.json"))).rejects.toThrow(/Cannot open the keys .*none.*ENOENT/);
  });
});
