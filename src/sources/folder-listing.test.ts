import type { Dirent } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ListEntry, ListOptions, ListPage } from "../source/index.ts";
import { FolderListing } from "./folder-listing.ts";

describe("FolderListing", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "folder-listing-"));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  /** How often the folder was read, by its first entry. */
  let reads = 0;

  function entriesOf(entry: Dirent): ListEntry[] {
    reads += entry.name === "0 ü" ? 1 : 0;
    return [
      entry.isDirectory() ? { kind: "prefix", key: `p/${entry.name}/` } : { kind: "object", key: `p/${entry.name}` },
    ];
  }

  function pageOf(listing: FolderListing, options: ListOptions): Promise<ListPage> {
    return listing.page({ prefix: "p/", path: folder, entriesOf }, options);
  }

  async function writeAll(): Promise<string[]> {
    const names = Array.from({ length: 50 }, (_, index) => `${(index * 37) % 50} ü`);
    await Promise.all(names.map((name) => writeFile(join(folder, name), "")));
    return names.map((name) => `p/${name}`).sort();
  }

  async function listAll(listing: FolderListing, limit: number): Promise<string[]> {
    reads = 0;
    const keys: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await pageOf(listing, { limit, cursor });
      expect(page.entries.length).toBeLessThanOrEqual(limit);
      keys.push(...page.entries.map(({ key }) => key));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return keys;
  }

  it.each([
    [1, 1],
    [3, 2],
    [7, 50],
    [10, 10],
    [1000, 10],
  ])("lists all in order, %i entries a run, %i a page", async (perRun, limit) => {
    const keys = await writeAll();
    await mkdir(join(folder, "2 folder"));
    const expected = [...keys, "p/2 folder/"].sort();
    expect(await listAll(new FolderListing(perRun), limit)).toEqual(expected);
  });

  it("lists an empty folder, and shows at once what has come since", async () => {
    const listing = new FolderListing(10);
    expect(await listAll(listing, 5)).toEqual([]);
    await writeFile(join(folder, "a"), "");
    expect(await listAll(listing, 5)).toEqual(["p/a"]);
  });

  it("reads a folder once for the pages of a run, also where small folders are listed between them", async () => {
    const keys = await writeAll();
    const listing = new FolderListing(1000);
    expect(await listAll(listing, 3)).toEqual(keys);
    expect(reads).toBe(1);
    const small = join(folder, "small");
    await mkdir(small);
    await writeFile(join(small, "x"), "");
    reads = 0;
    let cursor: string | undefined;
    do {
      cursor = (await pageOf(listing, { limit: 3, cursor })).nextCursor;
      for (const prefix of ["a/", "b/", "c/", "d/", "e/"]) {
        await listing.page({ prefix, path: small, entriesOf }, { limit: 3 });
      }
    } while (cursor !== undefined);
    expect(reads).toBe(1);
  });

  it("shows a walk that begins anew nothing of what an earlier one read", async () => {
    const keys = await writeAll();
    const listing = new FolderListing(20);
    const first = await pageOf(listing, { limit: 20 });
    await pageOf(listing, { limit: 5, cursor: first.nextCursor });
    await writeFile(join(folder, "9 z"), "");
    expect(await listAll(listing, 5)).toEqual([...keys, "p/9 z"].sort());
  });

  it("stops reading when nobody waits any more", async () => {
    await writeAll();
    const aborted = pageOf(new FolderListing(10), { signal: AbortSignal.abort() });
    await expect(aborted).rejects.toMatchObject({ code: "aborted" });
  });
});
