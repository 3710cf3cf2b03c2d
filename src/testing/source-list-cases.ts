import assert from "node:assert/strict";
import { isSourceError, type ListEntry, type Source } from "../source/index.ts";
import { patternBytes } from "./pattern-bytes.ts";
import { assertReads } from "./source-read-cases.ts";
import type { ConformanceCase, SourceFixture } from "./source-subject.ts";

const files = Array.from({ length: 23 }, (_, index) => `list/film-${String(index).padStart(2, "0")}.mp4`);
const folders = ["list/a/", "list/m/", "list/z/"];

/** Listings: complete, in a stable order, in pages of any size. */
export function listCases(): readonly ConformanceCase[] {
  return [
    { name: "lists what lies directly below a prefix, objects and prefixes", run: withFiles(listDirectly) },
    { name: "lists the same in pages of any size, in the same order", run: withFiles(listInPages) },
    { name: "lists the root, and prefixes below prefixes", run: withFiles(listFolders) },
    { name: "entries can be opened, and are as large as they say", run: withFiles(openEntries) },
    { name: "a prefix is a path, not the beginning of a name", run: withFiles(refusePartialNames) },
    { name: "a prefix under which nothing lies is empty or not found", run: withFiles(listNothing) },
    { name: "a page goes on where it stopped when its last entry is gone", run: withFiles(listWhileRemoving) },
  ];
}

/** For sources that cannot list. */
export function listRefusalCases(): readonly ConformanceCase[] {
  return [
    {
      name: "list() refuses as unsupported",
      run: async ({ source }) => {
        await assert.rejects(source.list(""), (error) => isSourceError(error, "unsupported"));
      },
    },
  ];
}

function withFiles(body: (fixture: SourceFixture) => Promise<void>): ConformanceCase["run"] {
  return async (fixture) => {
    for (const [index, key] of files.entries()) await fixture.put(key, patternBytes(0, index + 1, index));
    for (const folder of folders) await fixture.put(`${folder}deep/inner.mp4`, patternBytes(0, 10));
    await body(fixture);
  };
}

async function listAll(source: Source, prefix: string, limit?: number): Promise<ListEntry[]> {
  const entries: ListEntry[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 200; pages += 1) {
    const page = await source.list(prefix, { cursor, limit });
    assert.ok(page.entries.length <= (limit ?? 200), `a page of ${page.entries.length} entries`);
    entries.push(...page.entries);
    cursor = page.nextCursor;
    if (cursor === undefined) return entries;
  }
  throw new assert.AssertionError({ message: "the listing does not end" });
}

async function listDirectly({ source }: SourceFixture): Promise<void> {
  const entries = await listAll(source, "list/");
  const keysOf = (kind: ListEntry["kind"]): string[] =>
    entries.filter((entry) => entry.kind === kind).map(({ key }) => key);
  assert.deepEqual(keysOf("object").toSorted(), files);
  assert.deepEqual(keysOf("prefix").toSorted(), folders);
}

async function listInPages({ source }: SourceFixture): Promise<void> {
  const expected = (await listAll(source, "list/")).map(({ key }) => key);
  for (const limit of [1, 2, 7, expected.length - 1, expected.length, expected.length + 1, 1000]) {
    const keys = (await listAll(source, "list/", limit)).map(({ key }) => key);
    assert.deepEqual(keys, expected, `in pages of ${limit}`);
  }
}

async function listFolders({ source }: SourceFixture): Promise<void> {
  const root = await listAll(source, "");
  assert.ok(root.some((entry) => entry.kind === "prefix" && entry.key === "list/"));
  assert.deepEqual(
    (await listAll(source, "list/m/")).map(({ key }) => key),
    ["list/m/deep/"],
  );
  assert.deepEqual(
    (await listAll(source, "list/m/deep/")).map(({ key }) => key),
    ["list/m/deep/inner.mp4"],
  );
}

async function openEntries({ source }: SourceFixture): Promise<void> {
  const objects = (await listAll(source, "list/")).filter((entry) => entry.kind === "object");
  for (const { key, sizeBytes, modifiedAt } of objects) {
    const index = files.indexOf(key);
    await using object = await source.open(key);
    if (sizeBytes !== undefined) assert.equal(sizeBytes, object.sizeBytes);
    if (modifiedAt !== undefined) assert.ok(modifiedAt instanceof Date && !Number.isNaN(modifiedAt.getTime()));
    await assertReads(object, { start: 0, end: index + 1 }, index);
  }
}

async function refusePartialNames({ source }: SourceFixture): Promise<void> {
  for (const prefix of ["list/film", "lis", "/list/", "list//", "../"]) {
    await assertNothing(source, prefix);
  }
}

async function listNothing({ source }: SourceFixture): Promise<void> {
  await assertNothing(source, "list/nowhere/");
}

async function assertNothing(source: Source, prefix: string): Promise<void> {
  const page = await source.list(prefix).catch((error: unknown) => {
    assert.ok(
      isSourceError(error, "not-found") || isSourceError(error, "invalid-key"),
      `list(${JSON.stringify(prefix)}) rejected with ${String(error)}`,
    );
  });
  assert.deepEqual(page?.entries ?? [], [], `list(${JSON.stringify(prefix)})`);
}

async function listWhileRemoving({ source, remove }: SourceFixture): Promise<void> {
  const all = (await listAll(source, "list/")).map(({ key }) => key);
  const first = await source.list("list/", { limit: 10 });
  const last = first.entries.at(-1)?.key ?? "";
  assert.ok(files.includes(last), "the tenth entry is an object in this fixture");
  await remove(last);
  const rest: string[] = [];
  for (let cursor = first.nextCursor; cursor !== undefined;) {
    const page = await source.list("list/", { cursor, limit: 10 });
    rest.push(...page.entries.map(({ key }) => key));
    cursor = page.nextCursor;
  }
  assert.deepEqual([...first.entries.map(({ key }) => key), ...rest], all);
}
