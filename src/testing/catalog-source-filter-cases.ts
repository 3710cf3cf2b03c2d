import { deepEqual, rejects } from "node:assert/strict";
import type { Catalog } from "../catalog/catalog.ts";
import { itemIdOf, sourceIdOf } from "../catalog/catalog-ids.ts";
import { type CatalogCase, itemRecord, readAll, scanWhole, testIdentity } from "./catalog-subject.ts";

const other = "s3://other";
const [ours, theirs] = [[sourceIdOf(testIdentity)], [sourceIdOf(other)]];
const both = [...ours, ...theirs];
const shared = { album: "Shared", albumArtist: "Ann", creators: ["Ann"] };
const [first, second, foreign] = [
  itemIdOf(testIdentity, "a/1.mp3"),
  itemIdOf(testIdentity, "a/2.mp4"),
  itemIdOf(other, "a/1.mp3"),
];

/** Two sources that share an album and its creator; each also has one of its own. */
async function scanBoth(catalog: Catalog): Promise<void> {
  await scanWhole(catalog, [
    itemRecord("a/1.mp3", { ...shared, title: "Sun one", trackNumber: 2 }),
    itemRecord("a/2.mp4", { ...shared, title: "Sun two", trackNumber: 3, kind: "video" }),
    itemRecord("b/3.mp3", { title: "Sun three", album: "Ours", creators: ["Bob"] }),
  ]);
  const theirItems = [
    itemRecord("a/1.mp3", { ...shared, title: "Sunken", trackNumber: 1 }),
    itemRecord("b/2.mp3", { title: "Sunset", album: "Aloof", creators: ["Cleo", "Ann"] }),
  ];
  await scanWhole(catalog, theirItems, other);
}

/** What is asked of some sources tells nothing of the others. */
export function sourceFilterCases(): CatalogCase[] {
  return [
    {
      name: "albums and creators are those of the sources asked for, and so are their counts and pages",
      run: async ({ catalog }) => {
        await scanBoth(catalog);
        const albums = async (sourceIds?: string[]) =>
          (await readAll((cursor) => catalog.albums({ cursor, limit: 1, sourceIds }))).map(
            ({ title, itemCount, firstItemId }) => [title, itemCount, title === "Shared" ? firstItemId : ""],
          );
        deepEqual(await albums(ours), [
          ["Ours", 1, ""],
          ["Shared", 2, first],
        ]);
        deepEqual(await albums(theirs), [
          ["Aloof", 1, ""],
          ["Shared", 1, foreign],
        ]);
        for (const all of [undefined, both, [...both, "nobody"]]) {
          deepEqual(await albums(all), [
            ["Aloof", 1, ""],
            ["Ours", 1, ""],
            ["Shared", 3, foreign],
          ]);
        }
        deepEqual([await albums([]), await albums(["nobody"])], [[], []]);
        const creators = async (sourceIds: string[]) =>
          (await readAll((cursor) => catalog.creators({ cursor, limit: 1, sourceIds }))).map(
            ({ name, itemCount }) => `${name} ${itemCount}`,
          );
        deepEqual(
          [await creators(ours), await creators(theirs), await creators(both), await creators([])],
          [["Ann 2", "Bob 1"], ["Ann 2", "Cleo 1"], ["Ann 4", "Bob 1", "Cleo 1"], []],
        );
        const { nextCursor: cursor } = await catalog.albums({ sourceIds: ours, limit: 1 });
        await rejects(catalog.albums({ sourceIds: theirs, cursor }), { code: "bad-cursor" });
      },
    },
    {
      name: "an album's and a creator's items are of the sources and kinds asked for",
      run: async ({ catalog }) => {
        await scanBoth(catalog);
        const { albumId, creatorIds } = (await catalog.item(first)) ?? {};
        for (const group of [{ albumId }, { creatorId: creatorIds?.[0] }]) {
          const list = async (filter: object) =>
            (await readAll((cursor) => catalog.listItems({ ...group, ...filter, cursor, limit: 1 }))).map(
              ({ title }) => title,
            );
          deepEqual(await list({ sourceIds: ours }), ["Sun one", "Sun two"]);
          deepEqual(await list({ sourceIds: ours, kinds: ["video"] }), ["Sun two"]);
          deepEqual((await list({ sourceIds: theirs }))[0], "Sunken");
          deepEqual(await list({ sourceIds: [] }), []);
        }
      },
    },
    {
      name: "suggestions, what is played most and what is related are of the sources asked for",
      run: async ({ catalog }) => {
        await scanBoth(catalog);
        const suggest = async (sourceIds: string[]) =>
          (await catalog.suggest("sun", { sourceIds })).map(({ text }) => text).toSorted();
        deepEqual(await suggest(theirs), ["Sunken", "Sunset"]);
        deepEqual(await suggest(ours), ["Sun one", "Sun three", "Sun two"]);
        deepEqual([await suggest([]), await catalog.suggest("aloof", { sourceIds: ours })], [[], []]);
        for (const [id, previousItemId] of [[foreign], [foreign], [first, foreign], [second, first]]) {
          await catalog.recordPlay(id ?? "", { previousItemId });
        }
        const trending = async (sourceIds: string[]) =>
          (await catalog.trending({ sinceSeconds: 3600, sourceIds })).map(({ item }) => item.id);
        deepEqual(new Set(await trending(ours)), new Set([first, second]));
        deepEqual([await trending(theirs), await trending([])], [[foreign], []]);
        const related = async (sourceIds: string[]) => {
          const { album, creator, folder, playedTogether } = await catalog.related(first, { sourceIds });
          return [...playedTogether, ...album, ...creator, ...folder].map(({ title }) => title).toSorted();
        };
        deepEqual(await related(ours), ["Sun two"]);
        deepEqual(await related(both), ["Sun two", "Sunken", "Sunset"]);
      },
    },
  ];
}
