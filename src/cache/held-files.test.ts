import { mkdtemp, readdir, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HeldFiles } from "./held-files.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-held-"));
});

afterEach(() => rm(folder, { recursive: true }));

async function put(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

async function openNames(): Promise<readonly string[]> {
  const descriptors = await readdir("/proc/self/fd");
  const paths = await Promise.all(descriptors.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => "")));
  return paths.filter((path) => path.startsWith(folder)).map((path) => path.slice(folder.length + 1));
}

describe("HeldFiles", () => {
  it("opens a file once for all who read it, and not one that is gone or of another length", async () => {
    await using files = new HeldFiles({ memoryBytes: 0 });
    const path = await put("a", "0123456789");
    const [first, second] = await Promise.all([files.enter(path, 10), files.enter(path, 10)]);
    expect(first).toBe(second);
    expect(await openNames()).toEqual(["a"]);
    expect(await files.enter(join(folder, "b"), 10)).toBeUndefined();
    expect(await files.enter(await put("c", "01234"), 10)).toBeUndefined();
    expect(await openNames()).toEqual(["a"]);
    first?.leave();
    second?.leave();
  });

  it("closes what nobody reads once it is dropped, and keeps the rest up to a number", async () => {
    await using files = new HeldFiles({ memoryBytes: 0, mostIdle: 3 });
    for (const name of ["a", "b", "c", "d", "e"]) {
      (await files.enter(await put(name, name), 1))?.leave();
    }
    await vi.waitFor(async () => expect(await openNames()).toHaveLength(3));
    const reader = await files.enter(join(folder, "d"), 1);
    await rm(join(folder, "c"));
    await rm(join(folder, "d"));
    await vi.waitFor(async () => expect((await openNames()).toSorted()).toEqual(["d (deleted)", "e"]), 5000);
    const buffer = new Uint8Array(1);
    await reader?.readAt(buffer, 0);
    expect(Buffer.from(buffer).toString()).toBe("d");
    reader?.leave();
    await vi.waitFor(async () => expect(await openNames()).toEqual(["e"]), 5000);
  });
});
