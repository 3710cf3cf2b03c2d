import { deepEqual, equal } from "node:assert/strict";
import { playlistIdOf, sourceIdOf } from "../catalog/catalog-ids.ts";
import type { PlaylistRecord } from "../catalog/catalog-playlist.ts";
import { type CatalogCase, itemRecord, readAll, scanWhole, testIdentity } from "./catalog-subject.ts";

const mixed: PlaylistRecord = {
  key: "lists/mix.m3u8",
  title: "Mix",
  entries: [
    { key: "a.mp3", location: "../a.mp3", durationSeconds: 10 },
    { key: "later.mp3", location: "../later.mp3", title: "Later" },
    { location: "/etc/passwd", title: "Passwords", note: "It leads outside of its source." },
    { key: "a.mp3", location: "../a.mp3", durationSeconds: 2.5 },
  ],
  issues: ["One line is no entry."],
  fingerprint: "7",
};

/** Playlists, and what their entries lead to. */
export function playlistCases(): CatalogCase[] {
  return [
    {
      name: "entries are looked up when they are read: what comes later is found then, what goes is told",
      run: async ({ catalog }) => {
        const { sourceId } = await scanWhole(catalog, [itemRecord("a.mp3")]);
        const scan = await catalog.beginScan(sourceId, { partial: true });
        await catalog.upsert(scan, { playlists: [mixed] });
        const id = playlistIdOf(testIdentity, mixed.key);
        const show = async (): Promise<string[]> => {
          const entries = await readAll((cursor) => catalog.playlistEntries(id, { cursor, limit: 1 }));
          return entries.map(({ position, item, unresolved }) => `${position} ${item?.key ?? unresolved?.note}`);
        };
        const outside = "2 It leads outside of its source.";
        deepEqual(await show(), ["0 a.mp3", '1 The source holds no "later.mp3".', outside, "3 a.mp3"]);
        await catalog.upsert(scan, { items: [itemRecord("later.mp3")] });
        deepEqual(await show(), ["0 a.mp3", "1 later.mp3", outside, "3 a.mp3"]);
        await catalog.finishScan(scan, { result: "partial", objects: 1, failed: 0, removedKeys: ["a.mp3"] });
        deepEqual((await show()).slice(0, 2), ['0 The source holds no "a.mp3".', "1 later.mp3"]);
      },
    },
    {
      name: "playlists are listed by title, changed as a whole, and removed",
      run: async ({ catalog }) => {
        const { id: sourceId } = await catalog.saveSource({ identity: testIdentity, name: "Media" });
        const lists = Array.from({ length: 25 }, (_, index) => ({
          ...mixed,
          key: `${index}.m3u`,
          title: `List ${(index * 7) % 25}`,
        }));
        const scan = await catalog.beginScan(sourceId);
        await catalog.upsert(scan, { playlists: lists });
        await catalog.upsert(scan, {
          playlists: [{ ...mixed, key: "0.m3u", title: "A list", entries: mixed.entries.slice(0, 1), issues: [] }],
        });
        const all = await readAll((cursor) =>
          catalog.playlists({ cursor, limit: 4, sourceIds: [sourceIdOf(testIdentity)] }),
        );
        const titles = all.map(({ title }) => title);
        deepEqual([titles.length, titles[0], titles[1]], [25, "A list", "List 1"]);
        const { entryCount, durationSeconds, issues } =
          (await catalog.playlist(playlistIdOf(testIdentity, "0.m3u"))) ?? {};
        deepEqual([entryCount, durationSeconds, issues], [1, 10, []]);
        equal((await catalog.playlist(playlistIdOf(testIdentity, "1.m3u")))?.durationSeconds, 12.5);
        equal((await catalog.playlistEntries(playlistIdOf(testIdentity, "0.m3u"))).entries.length, 1);
        await catalog.finishScan(scan, { result: "complete", objects: 25, failed: 0, removedKeys: ["1.m3u"] });
        equal(await catalog.playlist(playlistIdOf(testIdentity, "1.m3u")), undefined);
        deepEqual((await catalog.playlistEntries(playlistIdOf(testIdentity, "1.m3u"))).entries, []);
        deepEqual((await catalog.source(sourceId))?.counts, { items: 0, playlists: 24 });
        deepEqual((await catalog.playlists({ sourceIds: [] })).entries, []);
      },
    },
    {
      name: "entries that are parts of an item tell which, and how long they are",
      run: async ({ catalog }) => {
        const { sourceId } = await scanWhole(catalog, [itemRecord("live.flac", { durationSeconds: 600 })]);
        const scan = await catalog.beginScan(sourceId, { partial: true });
        const live = { key: "live.flac", location: "live.flac" };
        const entries = [
          { ...live, title: "One", startSeconds: 0, endSeconds: 182.5, durationSeconds: 182.5 },
          { ...live, title: "Two", startSeconds: 182.5 },
          { ...live, startSeconds: 700 },
          { ...live, title: "All of it" },
        ];
        await catalog.upsert(scan, { playlists: [{ ...mixed, entries }] });
        const page = await catalog.playlistEntries(playlistIdOf(testIdentity, mixed.key));
        deepEqual(
          page.entries.map(({ part, durationSeconds }) => [
            ...[part?.title, part?.startSeconds, part?.endSeconds, durationSeconds],
          ]),
          [
            ["One", 0, 182.5, 182.5],
            ["Two", 182.5, undefined, 417.5],
            [undefined, 700, undefined, undefined],
            [undefined, undefined, undefined, 600],
          ],
        );
      },
    },
    {
      name: "a playlist of 20,000 entries is kept whole",
      run: async ({ catalog }) => {
        const { id } = await catalog.saveSource({ identity: testIdentity, name: "Media" });
        const entries = Array.from({ length: 20_000 }, (_, index) => ({
          location: `${index}.mp3`,
          key: `${index}.mp3`,
        }));
        await catalog.upsert(await catalog.beginScan(id), { playlists: [{ ...mixed, entries }] });
        const read = await readAll((cursor) =>
          catalog.playlistEntries(playlistIdOf(testIdentity, mixed.key), { cursor, limit: 200 }),
        );
        deepEqual(
          read.map(({ unresolved }) => unresolved?.location),
          entries.map(({ location }) => location),
        );
      },
    },
  ];
}
