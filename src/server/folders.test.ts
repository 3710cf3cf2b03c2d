import { chmod, mkdir, stat, writeFile } from "node:fs/promises";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { assertReadableFolder, prepareWritableFolder } from "./folders.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-folders-"));
  await writeFile(join(folder, "file.txt"), "");
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe("assertReadableFolder()", () => {
  it("passes a folder", async () => {
    await expect(assertReadableFolder("a", folder)).resolves.toBeUndefined();
  });

  it.each([
    ["none", "does not exist. Check how it is written"],
    ["file.txt", "is not a folder. Give the folder it lies in"],
    ["file.txt/below", "a part of its path is a file"],
  ])("refuses %s", async (path, message) => {
    await expect(assertReadableFolder("a", join(folder, path))).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(message),
    });
  });

  it("refuses a folder this user may not read", async () => {
    const closed = join(folder, "closed");
    await mkdir(closed);
    await chmod(closed, 0o000);
    // Root may read everything, so for a moment he is somebody else.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) {
      process.seteuid?.(65_534);
    }
    const failure = await assertReadableFolder("a", closed).catch((error: unknown) => error);
    if (isRoot) {
      process.seteuid?.(0);
    }
    expect(failure).toMatchObject({ exitCode: 2, message: expect.stringContaining("the right to read") });
  });
});

describe("prepareWritableFolder()", () => {
  it("creates a folder and those above it, and takes one that is there", async () => {
    const path = join(folder, "a", "b", "c");
    await prepareWritableFolder("--state", path);
    await prepareWritableFolder("--state", path);
    expect((await stat(path)).isDirectory()).toBe(true);
  });

  it.each([
    ["file.txt", "it is a file, not a folder"],
    ["file.txt/below", "a part of its path is a file"],
    // Where Node's own recursive mkdir never returns.
    ["/proc/sluice", "cannot be used"],
    ["/proc/sluice/below", "cannot be used"],
  ])("refuses %s", async (path, message) => {
    const target = path.startsWith("/") ? path : join(folder, path);
    await expect(prepareWritableFolder("--cache", target)).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringContaining(message),
    });
  });
});
