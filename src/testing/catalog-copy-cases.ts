import { deepEqual, equal, rejects } from "node:assert/strict";
import { copyCatalog } from "../catalog/copy-catalog.ts";
import type { Catalog } from "../catalog/catalog.ts";
import { openSqliteCatalog } from "../catalog/sqlite-catalog.ts";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CatalogCase, itemRecord, readAll, scanWhole } from "./catalog-subject.ts";

const items = Array.from({ length: 450 }, (_, index) =>
  itemRecord(`f${index % 7}/${index}.mp3`, {
    title: `Song ${index}`,
    creators: [`Creator ${index % 9}`],
    album: `Album ${index % 20}`,
  }),
);

/** Copies into a new SQLite file, and back from one. */
export function copyCases(): CatalogCase[] {
  return [
    {
      name: "a copy and its copy back hold the same: ids, times, playlists, plays, search",
      run: async ({ catalog }) => {
        await using stage = await openOther();
        await fill(stage.other);
        const wanted = await everythingOf(stage.other);
        deepEqual(await copyCatalog(stage.other, catalog), { items: 450, playlists: 1 });
        deepEqual(await everythingOf(catalog), wanted);
        await rejects(copyCatalog(stage.other, catalog), { code: "not-empty" });
        await copyCatalog(stage.other, catalog, { resume: true });
        deepEqual(await everythingOf(catalog), wanted, "a resumed copy doubles nothing");
        await using back = await openOther();
        await copyCatalog(catalog, back.other);
        deepEqual(await everythingOf(back.other), wanted);
      },
    },
    {
      name: "a copy can be scanned on: nothing that did not change is new",
      run: async ({ catalog }) => {
        await using stage = await openOther();
        await fill(stage.other);
        await copyCatalog(stage.other, catalog);
        const [source] = await catalog.sources();
        const scan = await catalog.beginScan(source?.id ?? "");
        const keys = items.map(({ key }) => key);
        equal((await catalog.known(scan.sourceId, keys)).size, items.length);
        await catalog.touch(scan, keys);
        const { lastScan, counts } = await catalog.finishScan(scan, { result: "complete", objects: 450, failed: 0 });
        deepEqual([lastScan?.added, lastScan?.changed, counts.items], [0, 0, 450]);
      },
    },
  ];
}

async function openOther(): Promise<AsyncDisposable & { readonly other: Catalog }> {
  const folder = await mkdtemp(join(tmpdir(), `sluice-test-${process.pid}-copy-`));
  const other = await openSqliteCatalog({ path: join(folder, "other.db") });
  return {
    other,
    [Symbol.asyncDispose]: async () => {
      await other[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function fill(catalog: Catalog): Promise<void> {
  const { sourceId } = await scanWhole(catalog, items);
  const scan = await catalog.beginScan(sourceId, { partial: true });
  const entries = items.slice(0, 30).map(({ key }, index) => ({
    ...{ key, location: key, title: `Part ${index}`, durationSeconds: 3 },
    ...(index % 2 === 0 ? {} : { startSeconds: index / 2, endSeconds: index / 2 + 3 }),
  }));
  await catalog.upsert(scan, { playlists: [{ key: "l.m3u", title: "L", entries, issues: ["I"], fingerprint: "p" }] });
  for (const { id } of (await catalog.listItems({ limit: 5 })).entries) {
    await catalog.recordPlay(id);
  }
}

async function everythingOf(catalog: Catalog): Promise<unknown> {
  const playlists = await readAll((cursor) => catalog.playlists({ cursor }));
  const trending = await catalog.trending({ sinceSeconds: 86_400 });
  return {
    sources: await catalog.sources(),
    items: (await readAll((cursor) => catalog.listItems({ order: "title", cursor }))).toSorted((a, b) =>
      a.id < b.id ? -1 : 1,
    ),
    albums: await readAll((cursor) => catalog.albums({ cursor })),
    creators: await readAll((cursor) => catalog.creators({ cursor })),
    playlists,
    entries: await Promise.all(playlists.map(({ id }) => readAll((cursor) => catalog.playlistEntries(id, { cursor })))),
    trending: trending.map(({ item, plays }) => [item.id, plays]),
    search: (await catalog.search({ text: "song 12" })).entries.map(({ id }) => id),
  };
}
