import { deepEqual, equal, notEqual, ok, rejects } from "node:assert/strict";
import { itemIdOf, playlistIdOf, sourceIdOf } from "../catalog/catalog-ids.ts";
import type { ItemRecord } from "../catalog/catalog-item.ts";
import { type CatalogCase, itemRecord, readAll, scanWhole, testIdentity } from "./catalog-subject.ts";

/** Adding, changing, removing: what becomes of objects over scans. */
export function scanCases(): CatalogCase[] {
  return [...sourceCases(), ...recordCases(), ...removalCases(), ...resumeCases(), ...lockCases()];
}

const fullRecord: ItemRecord = {
  key: "films/Köln 1975.mkv",
  kind: "video",
  title: "Köln 1975",
  creators: ["Keith Jarrett", "Ann"],
  album: "Concerts",
  albumArtist: "Various",
  trackNumber: 3,
  discNumber: 2,
  year: 1975,
  genres: ["Jazz", "Live"],
  durationSeconds: 61.25,
  width: 1920,
  height: 1080,
  mediaType: "video/x-matroska",
  sizeBytes: 9_007_199_254_740_000,
  version: '"abc"',
  artwork: { type: "object", key: "films/cover.jpg" },
  captions: [{ key: "films/Köln 1975.en.vtt", language: "en", label: "English", format: "vtt" }],
  lyrics: [{ key: "films/Köln 1975.lrc", format: "lrc" }],
  issues: ["The index is missing."],
  episode: { enclosureUrl: "https://example.com/1.mp3", publishedAt: new Date(86_400_000), description: "One" },
  fingerprint: "9-1",
};

function sourceCases(): CatalogCase[] {
  return [
    {
      name: "a source keeps its id when its name changes, and is forgotten with all it held",
      run: async ({ catalog }) => {
        await scanWhole(catalog, [itemRecord("a.mp3", { creators: ["Ann"], album: "A" }), itemRecord("b/c.mp3")]);
        const renamed = await catalog.saveSource({ identity: testIdentity, name: "Another name" });
        deepEqual([renamed.id, renamed.name], [sourceIdOf(testIdentity), "Another name"]);
        deepEqual((await catalog.source(renamed.id))?.counts, { items: 2, playlists: 0 });
        equal((await catalog.item(itemIdOf(testIdentity, "a.mp3")))?.title, "a");
        await catalog.removeSource(renamed.id);
        deepEqual([await catalog.sources(), (await catalog.listItems()).entries], [[], []]);
        deepEqual([(await catalog.albums()).entries, (await catalog.creators()).entries], [[], []]);
        deepEqual((await catalog.search({ text: "a" })).entries, []);
      },
    },
    {
      name: "a source's state and error can be told",
      run: async ({ catalog }) => {
        const { id } = await catalog.saveSource({ identity: testIdentity, name: "Media" });
        await catalog.setSourceState(id, "unreachable", "No route to host");
        const { state, lastError } = (await catalog.source(id)) ?? {};
        deepEqual([state, lastError], ["unreachable", "No route to host"]);
        equal(await catalog.source("nobody"), undefined);
        await rejects(catalog.beginScan("nobody"), { code: "unknown-source" });
      },
    },
  ];
}

function recordCases(): CatalogCase[] {
  return [
    {
      name: "every field of a record comes back",
      run: async ({ catalog }) => {
        await scanWhole(catalog, [fullRecord]);
        const item = await catalog.item(itemIdOf(testIdentity, fullRecord.key));
        ok(item !== undefined);
        const { id, sourceId, albumId, creatorIds, addedAt, changedAt, ...record } = item;
        deepEqual({ ...record, fingerprint: fullRecord.fingerprint }, fullRecord);
        deepEqual([id.length, sourceId, creatorIds.length], [22, sourceIdOf(testIdentity), 2]);
        ok(albumId !== undefined && Math.abs(Date.now() - addedAt.getTime()) < 60_000);
        deepEqual(changedAt, addedAt);
      },
    },
    {
      name: "a change keeps the id and the time it was added, and leaves nothing of what it was",
      run: async ({ catalog }) => {
        const scan = await scanWhole(catalog, [
          itemRecord("a.mp3", { title: "Before", creators: ["Ann"], album: "Old" }),
        ]);
        const before = await catalog.item(itemIdOf(testIdentity, "a.mp3"));
        const next = await catalog.beginScan(scan.sourceId);
        await catalog.upsert(next, {
          items: [itemRecord("a.mp3", { title: "After", creators: ["Bob"], album: "New", kind: "video" })],
        });
        const { lastScan } = await catalog.finishScan(next, { result: "complete", objects: 1, failed: 0 });
        deepEqual([lastScan?.added, lastScan?.changed, lastScan?.removed], [0, 1, 0]);
        const after = await catalog.item(itemIdOf(testIdentity, "a.mp3"));
        deepEqual([after?.title, after?.kind, after?.addedAt], ["After", "video", before?.addedAt]);
        deepEqual(
          (await catalog.albums()).entries.map(({ title, itemCount }) => [title, itemCount]),
          [["New", 1]],
        );
        deepEqual(
          (await catalog.creators()).entries.map(({ name, itemCount }) => [name, itemCount]),
          [["Bob", 1]],
        );
        deepEqual((await catalog.search({ text: "before" })).entries, []);
        equal((await catalog.search({ text: "after", kinds: ["video"] })).entries.length, 1);
        deepEqual((await catalog.search({ text: "after", kinds: ["audio"] })).entries, []);
      },
    },
    {
      name: "known tells the fingerprints of items and playlists, a record given twice counts once",
      run: async ({ catalog }) => {
        const { id } = await catalog.saveSource({ identity: testIdentity, name: "Media" });
        const scan = await catalog.beginScan(id);
        const list = { key: "l.m3u", title: "L", entries: [], issues: [], fingerprint: "list" };
        await catalog.upsert(scan, {
          items: [itemRecord("a.mp3"), itemRecord("a.mp3", { title: "Last" })],
          playlists: [list],
        });
        const known = await catalog.known(id, ["a.mp3", "l.m3u", "none.mp3"]);
        deepEqual(Object.fromEntries(known), { "a.mp3": "1-a.mp3", "l.m3u": "list" });
        deepEqual(
          (await catalog.listItems()).entries.map(({ title }) => title),
          ["Last"],
        );
        deepEqual((await catalog.source(id))?.counts, { items: 1, playlists: 1 });
      },
    },
  ];
}

function removalCases(): CatalogCase[] {
  const three = ["a/1.mp3", "a/2.mp3", "b/3.mp3"].map((key) => itemRecord(key));
  return [
    {
      name: "a complete scan removes what it did not see, and its folders",
      run: async ({ catalog }) => {
        const { sourceId } = await scanWhole(catalog, three);
        const scan = await catalog.beginScan(sourceId);
        await catalog.touch(scan, ["a/1.mp3", "never/heard/of.mp3"]);
        const source = await catalog.finishScan(scan, { result: "complete", objects: 1, failed: 0 });
        deepEqual([source.counts.items, source.lastScan?.removed, source.state], [1, 2, "idle"]);
        deepEqual(
          (await catalog.listItems()).entries.map(({ key }) => key),
          ["a/1.mp3"],
        );
        const folders = (await catalog.browse(sourceId, "")).entries;
        deepEqual(folders, [{ type: "folder", prefix: "a/", name: "a" }]);
        deepEqual((await catalog.search({ text: "3" })).entries, []);
      },
    },
    {
      name: "a source that says nothing has changed is believed, and loses nothing of its own or another's",
      run: async ({ catalog }) => {
        const { sourceId } = await scanWhole(catalog, three);
        const { id: otherId } = await catalog.saveSource({ identity: "file:///other", name: "Other" });
        const other = await catalog.beginScan(otherId);
        await catalog.upsert(other, { items: three });
        const scan = await catalog.beginScan(sourceId);
        equal(await catalog.touchAll(scan), 3);
        const source = await catalog.finishScan(scan, { result: "complete", objects: 3, failed: 0 });
        deepEqual([source.counts.items, source.lastScan?.removed], [3, 0]);
        const left = await catalog.beginScan(otherId);
        equal((await catalog.finishScan(left, { result: "complete", objects: 0, failed: 0 })).lastScan?.removed, 3);
        await rejects(catalog.touchAll(scan), { code: "stale-scan" });
      },
    },
    ...(["partial", "failed", "unreachable"] as const).map((result) => ({
      name: `a scan that ends as ${result} removes nothing`,
      run: async ({ catalog }: Parameters<CatalogCase["run"]>[0]) => {
        const { sourceId } = await scanWhole(catalog, three);
        const scan = await catalog.beginScan(sourceId);
        const source = await catalog.finishScan(scan, { result, objects: 0, failed: 0, error: "Why" });
        deepEqual([source.counts.items, source.state], [3, result === "partial" ? "idle" : result]);
        equal(source.lastError, result === "partial" ? undefined : "Why");
        equal((await catalog.listItems()).entries.length, 3);
      },
    })),
    {
      name: "a watcher's scan of a part adds and removes what it names, and no more",
      run: async ({ catalog }) => {
        const { sourceId } = await scanWhole(catalog, three);
        const before = (await catalog.source(sourceId))?.lastScan;
        const scan = await catalog.beginScan(sourceId, { partial: true });
        await catalog.upsert(scan, { items: [itemRecord("c/4.mp3")] });
        const source = await catalog.finishScan(scan, {
          result: "partial",
          objects: 1,
          failed: 0,
          removedKeys: ["a/1.mp3"],
        });
        deepEqual((await readAll((cursor) => catalog.listItems({ cursor }))).map(({ key }) => key).toSorted(), [
          "a/2.mp3",
          "b/3.mp3",
          "c/4.mp3",
        ]);
        deepEqual([source.counts.items, source.lastScan], [3, before]);
      },
    },
    {
      name: "what comes back has the id it had",
      run: async ({ catalog }) => {
        const { sourceId } = await scanWhole(catalog, three);
        await scanWhole(catalog, three.slice(0, 1));
        await scanWhole(catalog, three);
        deepEqual((await catalog.source(sourceId))?.counts, { items: 3, playlists: 0 });
        equal((await catalog.item(itemIdOf(testIdentity, "b/3.mp3")))?.key, "b/3.mp3");
        notEqual(itemIdOf(testIdentity, "b/3.mp3"), playlistIdOf(testIdentity, "b/3.mp3"));
      },
    },
  ];
}

function resumeCases(): CatalogCase[] {
  return [
    {
      name: "a scan that was cut goes on where it saved its cursor, and keeps what it had seen",
      run: async ({ catalog, reopen }) => {
        const { sourceId } = await scanWhole(catalog, [
          itemRecord("a.mp3"),
          itemRecord("b.mp3"),
          itemRecord("gone.mp3"),
        ]);
        const cut = await catalog.beginScan(sourceId);
        await catalog.touch(cut, ["a.mp3"]);
        await catalog.saveScanCursor(cut, "after a");
        await catalog.saveScanProgress(cut, { objects: 1, totalObjects: 3, ratePerSecond: 10 });
        await using later = await reopen();
        const source = await later.source(sourceId);
        deepEqual([source?.state, source?.progress], ["scanning", { objects: 1, totalObjects: 3, ratePerSecond: 10 }]);
        const resumed = await later.beginScan(sourceId);
        deepEqual([resumed.cursor, resumed.generation, resumed.startedAt], ["after a", cut.generation, cut.startedAt]);
        await later.touch(resumed, ["b.mp3"]);
        const finished = await later.finishScan(resumed, { result: "complete", objects: 2, failed: 0 });
        deepEqual([finished.counts.items, finished.lastScan?.removed, finished.progress], [2, 1, undefined]);
        equal((await later.beginScan(sourceId)).cursor, undefined);
      },
    },
    {
      name: "a scan that has ended, or that another has followed, writes no more",
      run: async ({ catalog }) => {
        const ended = await scanWhole(catalog, [itemRecord("a.mp3")]);
        const late = { code: "stale-scan" };
        await rejects(catalog.upsert(ended, { items: [itemRecord("b.mp3")] }), late);
        const first = await catalog.beginScan(ended.sourceId);
        await catalog.beginScan(ended.sourceId);
        await rejects(catalog.touch(first, ["a.mp3"]), late);
        await rejects(catalog.saveScanCursor(first, "x"), late);
        await rejects(catalog.finishScan(first, { result: "complete", objects: 0, failed: 0 }), late);
        equal((await catalog.listItems()).entries.length, 1);
      },
    },
  ];
}

function lockCases(): CatalogCase[] {
  return [
    {
      name: "scans of several sources at once, of items with the same names, all come to their end",
      run: async ({ catalog }) => {
        const identities = ["file:///one", "file:///two", "file:///three"];
        const recordsOf = (round: number) =>
          Array.from({ length: 120 }, (_, index) =>
            itemRecord(`${index}.mp3`, {
              title: `Shared ${(index * 7 + round) % 50} name ${(index + round) % 20}`,
              creators: [`Creator ${(index + round) % 11}`],
              album: `Album ${(index * 3 + round) % 17}`,
              albumArtist: "Everybody",
            }),
          );
        const scanSource = async (identity: string, offset: number): Promise<void> => {
          for (let round = 0; round < 3; round++) {
            const { id } = await catalog.saveSource({ identity, name: identity });
            const scan = await catalog.beginScan(id);
            const records = recordsOf(round + offset).slice(round * 10);
            for (let from = 0; from < records.length; from += 20) {
              await catalog.upsert(scan, { items: records.slice(from, from + 20) });
            }
            await catalog.finishScan(scan, { result: "complete", objects: records.length, failed: 0 });
          }
        };
        await Promise.all(identities.map(scanSource));
        const items = await readAll((cursor) => catalog.listItems({ cursor }));
        equal(items.length, 300);
        const albums = await readAll((cursor) => catalog.albums({ cursor }));
        equal(
          albums.reduce((sum, { itemCount }) => sum + itemCount, 0),
          300,
        );
        for (const item of items.slice(0, 20)) {
          const { entries } = await catalog.search({
            text: `${item.title} ${item.creators[0]} ${item.album}`,
            limit: 200,
          });
          ok(
            entries.some(({ id }) => id === item.id),
            item.title,
          );
        }
      },
    },
    {
      name: "one scan of a source at a time; the lock is free again after a failure",
      run: async ({ catalog }) => {
        const { id } = await catalog.saveSource({ identity: testIdentity, name: "Media" });
        await catalog.withScanLock(id, async () => {
          await rejects(
            catalog.withScanLock(id, async () => "never"),
            { code: "busy" },
          );
          equal(await catalog.withScanLock("another", async () => "beside"), "beside");
        });
        await rejects(
          catalog.withScanLock(id, () => Promise.reject(new Error("mine"))),
          /mine/,
        );
        equal(await catalog.withScanLock(id, async () => "again"), "again");
      },
    },
  ];
}
