import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { itemIdOf } from "../catalog/catalog-ids.ts";
import { type CatalogCase, itemRecord, readAll, scanWhole, testIdentity } from "./catalog-subject.ts";

/** What tags and names may hold, and how much of it. */
export function hostileCases(): CatalogCase[] {
  return [
    {
      name: "control characters, halves of characters, quotes and very long texts are kept as far as can be",
      run: async ({ catalog }) => {
        const titles = [
          "a\0b",
          "\ud83d",
          "\u202egnp.exe",
          "'; drop table items; --",
          "x".repeat(100_000),
          "",
          "👩‍👩‍👧",
          "\n\t",
          "\uffff",
        ];
        const items = titles.map((title, index) =>
          itemRecord(`${index}'%_"\\.mp3`, {
            title,
            creators: [title, title],
            album: title,
            albumArtist: title,
            genres: [title],
            issues: [title],
          }),
        );
        await scanWhole(catalog, items);
        const listed = await readAll((cursor) => catalog.listItems({ order: "title", cursor, limit: 2 }));
        deepEqual(listed.map(({ key }) => key).toSorted(), items.map(({ key }) => key).toSorted());
        const [first] = await catalog.items([itemIdOf(testIdentity, items[0]?.key ?? "")]);
        deepEqual([first?.title, first?.issues], ["ab", ["a\0b"]]);
        await readAll((cursor) => catalog.albums({ cursor, limit: 2 }));
        await readAll((cursor) => catalog.creators({ cursor, limit: 2 }));
        ok((await catalog.search({ text: "xxxx" })).entries.length > 0);
        await scanWhole(catalog, []);
        deepEqual((await catalog.listItems()).entries, []);
      },
    },
    {
      name: "keys of a thousand bytes and folders a hundred deep are kept, browsed and removed",
      run: async ({ catalog }) => {
        const keys = [`${"é".repeat(500)}.mp3`, `${"d/".repeat(100)}x.mp3`, " / /a.mp3", "a//b.mp3"];
        const { sourceId } = await scanWhole(
          catalog,
          keys.map((key) => itemRecord(key)),
        );
        equal((await catalog.browse(sourceId, "d/".repeat(100))).entries.length, 1);
        equal((await catalog.browse(sourceId, "d/".repeat(99))).entries.length, 1);
        deepEqual([...(await catalog.known(sourceId, keys)).keys()].toSorted(), keys.toSorted());
        await scanWhole(catalog, []);
        deepEqual((await catalog.browse(sourceId, "")).entries, []);
      },
    },
    {
      name: "a title of four hundred words is found by its first, and taken out again",
      run: async ({ catalog }) => {
        const title = Array.from({ length: 400 }, (_, index) => `w${index}`).join(" ");
        await scanWhole(catalog, [itemRecord("a.mp3", { title }), itemRecord("b.mp3", { title: "w1" })]);
        equal((await catalog.search({ text: "w0 w1 w2" })).entries.length, 1);
        await scanWhole(catalog, [itemRecord("b.mp3", { title: "w1" })]);
        deepEqual(
          (await catalog.search({ text: "w1" })).entries.map(({ key }) => key),
          ["b.mp3"],
        );
        deepEqual((await catalog.search({ text: "w2" })).entries, []);
      },
    },
    {
      name: "a batch that is too large, or empty, changes nothing",
      run: async ({ catalog }) => {
        const { id } = await catalog.saveSource({ identity: testIdentity, name: "Media" });
        const scan = await catalog.beginScan(id);
        const items = Array.from({ length: 501 }, (_, index) => itemRecord(`${index}.mp3`));
        await rejects(catalog.upsert(scan, { items }), { code: "bad-query" });
        const long = { code: "bad-query", message: /is of 1500 bytes: at most 1024/ };
        await rejects(catalog.upsert(scan, { items: [itemRecord("a.mp3"), itemRecord("é".repeat(750))] }), long);
        await catalog.upsert(scan, {});
        await catalog.touch(scan, []);
        equal((await catalog.known(id, [])).size, 0);
        deepEqual((await catalog.listItems()).entries, []);
      },
    },
  ];
}
