import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { itemIdOf, sourceIdOf } from "../catalog/catalog-ids.ts";
import { type CatalogCase, itemRecord, readAll, scanWhole, testIdentity } from "./catalog-subject.ts";

const kinds = ["audio", "video", "image"] as const;
/** Titles in an order of their own, of every kind, over two sources. */
const many = Array.from({ length: 137 }, (_, index) =>
  itemRecord(`f${index % 5}/${index}.mp3`, { title: `Title ${(index * 61) % 137}`, kind: kinds[index % 3] ?? "audio" }),
);
const other = "s3://other";

/** Pages, filters, orders, folders, groups. */
export function listCases(): CatalogCase[] {
  return [...pageCases(), ...cursorCases(), ...folderCases(), ...groupCases()];
}

function pageCases(): CatalogCase[] {
  return [
    {
      name: "pages hold every item once, in order, whatever the filter",
      run: async ({ catalog }) => {
        await scanWhole(catalog, many);
        await scanWhole(catalog, many.slice(0, 40), other);
        for (const order of ["added", "title"] as const) {
          for (const filter of [
            {},
            { kinds: ["video"] as const },
            { sourceIds: [sourceIdOf(other)] },
            { kinds: ["image", "audio"] as const, sourceIds: [sourceIdOf(testIdentity), "nobody"] },
          ]) {
            const items = await readAll((cursor) => catalog.listItems({ ...filter, order, cursor, limit: 23 }));
            const wanted = [
              ...many.map((item) => [testIdentity, item] as const),
              ...many.slice(0, 40).map((item) => [other, item] as const),
            ]
              .filter(([identity, { kind }]) => {
                const ofKind = !("kinds" in filter) || (filter.kinds as readonly string[]).includes(kind);
                return (
                  ofKind &&
                  (!("sourceIds" in filter) || (filter.sourceIds as readonly string[]).includes(sourceIdOf(identity)))
                );
              })
              .map(([identity, { key }]) => itemIdOf(identity, key));
            deepEqual(items.map(({ id }) => id).toSorted(), wanted.toSorted());
            const places = items.map((item) =>
              order === "added" ? -item.addedAt.getTime() : item.title.toLowerCase(),
            );
            deepEqual(
              places,
              places.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)),
            );
          }
        }
      },
    },
    {
      name: "items come in the order of the ids asked for, unknown ones left out",
      run: async ({ catalog }) => {
        await scanWhole(catalog, many.slice(0, 3));
        const [a, b, c] = many.slice(0, 3).map(({ key }) => itemIdOf(testIdentity, key));
        const items = await catalog.items([c ?? "", "nobody", a ?? "", b ?? ""]);
        deepEqual(
          items.map(({ id }) => id),
          [c, a, b],
        );
        deepEqual([await catalog.items([]), await catalog.item("nobody")], [[], undefined]);
      },
    },
    {
      name: "an item added between two pages moves no other",
      run: async ({ catalog }) => {
        const { sourceId } = await scanWhole(catalog, many);
        const first = await catalog.listItems({ order: "title", limit: 50 });
        const scan = await catalog.beginScan(sourceId, { partial: true });
        await catalog.upsert(scan, { items: [itemRecord("aaa.mp3", { title: "AAA comes first" })] });
        const rest = await readAll((cursor) =>
          catalog.listItems({ order: "title", limit: 50, cursor: cursor ?? first.nextCursor }),
        );
        deepEqual(new Set([...first.entries, ...rest].map(({ id }) => id)).size, many.length);
      },
    },
  ];
}

function cursorCases(): CatalogCase[] {
  return [
    {
      name: "a cursor from elsewhere, or made up, is refused; so is a limit that is none",
      run: async ({ catalog }) => {
        const { sourceId } = await scanWhole(catalog, many);
        const { nextCursor } = await catalog.listItems({ limit: 5 });
        const { nextCursor: browseCursor } = await catalog.browse(sourceId, "f0/", { limit: 3 });
        const { nextCursor: searchCursor } = await catalog.search({ text: "title", limit: 3 });
        ok(nextCursor !== undefined && browseCursor !== undefined && searchCursor !== undefined);
        const refused = { code: "bad-cursor" };
        await rejects(catalog.listItems({ order: "title", cursor: nextCursor }), refused);
        await rejects(catalog.listItems({ kinds: ["audio"], cursor: nextCursor }), refused);
        await rejects(catalog.browse(sourceId, "f1/", { cursor: browseCursor }), refused);
        await rejects(catalog.search({ text: "another", cursor: searchCursor }), refused);
        for (const cursor of [
          "",
          "x",
          "bnVsbA",
          "W10",
          `${nextCursor}A`,
          nextCursor.slice(0, -4),
          "A".repeat(100_000),
        ]) {
          await rejects(catalog.listItems({ cursor }), refused, cursor.slice(0, 50));
          await rejects(catalog.search({ text: "title", cursor }), refused);
          await rejects(catalog.albums({ cursor }), refused);
          await rejects(catalog.playlists({ cursor }), refused);
        }
        for (const limit of [0, -1, 1.5, Number.NaN, 201]) {
          await rejects(catalog.listItems({ limit }), { code: "bad-query" });
        }
      },
    },
  ];
}

function folderCases(): CatalogCase[] {
  return [
    {
      name: "a folder shows the folders and the items directly in it, page by page",
      run: async ({ catalog }) => {
        const keys = [
          "top.mp3",
          "a/1.mp3",
          "a/2.mp3",
          "a/deep/er/3.mp3",
          "a b/4.mp3",
          "ä/5.mp3",
          "a_/6.mp3",
          "%/7.mp3",
        ];
        const { sourceId } = await scanWhole(
          catalog,
          keys.map((key) => itemRecord(key)),
        );
        const show = async (prefix: string): Promise<string[]> => {
          const entries = await readAll((cursor) => catalog.browse(sourceId, prefix, { cursor, limit: 2 }));
          return entries.map((entry) => (entry.type === "folder" ? entry.prefix : entry.item.key));
        };
        deepEqual(await show(""), ["%/", "a b/", "a/", "a_/", "ä/", "top.mp3"]);
        deepEqual(await show("a/"), ["a/deep/", "a/1.mp3", "a/2.mp3"]);
        deepEqual(await show("a/deep/"), ["a/deep/er/"]);
        deepEqual([await show("nowhere/"), await show("%/")], [[], ["%/7.mp3"]]);
        deepEqual((await catalog.browse("nobody", "")).entries, []);
      },
    },
  ];
}

function groupCases(): CatalogCase[] {
  const album = (key: string, trackNumber: number, known: object) => itemRecord(key, { trackNumber, ...known });
  const items = [
    album("x/1.mp3", 1, { title: "One", album: "Best Of", albumArtist: "Ann", creators: ["Ann"], discNumber: 2 }),
    album("x/2.mp3", 2, {
      title: "Two",
      album: "Best of",
      albumArtist: "ANN",
      creators: ["Ann", "Bob"],
      discNumber: 1,
    }),
    album("x/3.mp3", 1, { title: "Three", album: "Best Of", albumArtist: "Ann", creators: ["Bob"], discNumber: 1 }),
    album("y/1.mp3", 1, { title: "Four", album: "Best Of", albumArtist: "Zoe", creators: ["Zoé"] }),
    album("z/1.mp3", 1, { title: "Five", album: "Guests", creators: ["Eve"] }),
    album("z/2.mp3", 2, { title: "Six", album: "Guests", creators: ["Kim"] }),
    itemRecord("w/7.mp3", { title: "Seven", creators: ["Ann"] }),
  ];
  return [
    {
      name: "albums are one for each artist or folder, their items by disc and track",
      run: async ({ catalog }) => {
        await scanWhole(catalog, items);
        const albums = await readAll((cursor) => catalog.albums({ cursor, limit: 1 }));
        const counts = albums.map(({ title, itemCount }) => `${title.toLowerCase()} ${itemCount}`);
        deepEqual(counts.toSorted(), ["best of 1", "best of 3", "guests 2"]);
        const best = albums.find(({ itemCount }) => itemCount === 3);
        const tracks = await readAll((cursor) => catalog.listItems({ albumId: best?.id, cursor, limit: 1 }));
        deepEqual(
          tracks.map(({ title }) => title),
          ["Three", "Two", "One"],
        );
        equal((await catalog.album(best?.id ?? ""))?.itemCount, 3);
        deepEqual(
          [await catalog.album("nobody"), (await catalog.listItems({ albumId: "nobody" })).entries],
          [undefined, []],
        );
      },
    },
    {
      name: "creators are one for each name, however it is written, their items by title",
      run: async ({ catalog }) => {
        await scanWhole(catalog, items);
        const creators = await readAll((cursor) => catalog.creators({ cursor, limit: 2 }));
        deepEqual(
          creators.map(({ name, itemCount }) => [name, itemCount]),
          [
            ["Ann", 3],
            ["Bob", 2],
            ["Eve", 1],
            ["Kim", 1],
            ["Zoé", 1],
          ],
        );
        const ann = creators[0];
        const titles = await readAll((cursor) => catalog.listItems({ creatorId: ann?.id, cursor, limit: 2 }));
        deepEqual(
          titles.map(({ title }) => title),
          ["One", "Seven", "Two"],
        );
        equal((await catalog.creator(ann?.id ?? ""))?.name, "Ann");
      },
    },
    {
      name: "what is related comes once: of the album, of the creator, of the folder",
      run: async ({ catalog }) => {
        await scanWhole(catalog, items);
        const related = await catalog.related(itemIdOf(testIdentity, "x/1.mp3"));
        deepEqual(
          related.album.map(({ title }) => title),
          ["Three", "Two"],
        );
        deepEqual(
          related.creator.map(({ title }) => title),
          ["Seven"],
        );
        deepEqual([related.folder, related.playedTogether], [[], []]);
        deepEqual((await catalog.related("nobody")).album, []);
        equal((await catalog.related(itemIdOf(testIdentity, "x/1.mp3"), { limit: 1 })).album.length, 1);
      },
    },
  ];
}
