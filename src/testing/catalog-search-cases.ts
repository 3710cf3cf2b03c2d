import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import type { Catalog } from "../catalog/catalog.ts";
import { itemIdOf, sourceIdOf } from "../catalog/catalog-ids.ts";
import { searchExpectations, searchTitles } from "./catalog-search-table.ts";
import { type CatalogCase, itemRecord, readAll, scanWhole, testIdentity } from "./catalog-subject.ts";

const titles = searchTitles.map(([title, creator, album], index) =>
  itemRecord(`${index}.mp3`, { title, creators: [creator], ...(album === undefined ? {} : { album }) }),
);

async function found(catalog: Catalog, text: string): Promise<string[]> {
  return (await catalog.search({ text })).entries.map(({ title }) => title);
}

/** Search and suggestions: one table of expectations for every database. */
export function searchCases(): CatalogCase[] {
  return [...tableCases(), ...scopeCases(), ...boundCases()];
}

function tableCases(): CatalogCase[] {
  return [
    {
      name: `${searchExpectations.length} texts find what is expected, in the order expected`,
      run: async ({ catalog }) => {
        await scanWhole(catalog, titles);
        const seen: (readonly string[])[] = [];
        for (const [text, ...wanted] of searchExpectations) {
          const hits = await found(catalog, text);
          const isOpen = wanted.at(-1) === "...";
          seen.push([text, ...(isOpen ? [...hits.slice(0, wanted.length - 1), "..."] : hits)]);
        }
        deepEqual(seen, searchExpectations);
      },
    },
    {
      name: "every title, creator and album is found by its whole name",
      run: async ({ catalog }) => {
        await scanWhole(catalog, titles);
        for (const [index, [title, creator, album]] of searchTitles.entries()) {
          equal((await found(catalog, title))[0]?.normalize("NFKC"), title.normalize("NFKC"));
          const id = itemIdOf(testIdentity, `${index}.mp3`);
          for (const text of [creator, `${title} ${creator}`, ...(album === undefined ? [] : [album])]) {
            const { entries } = await catalog.search({ text });
            ok(
              entries.some((entry) => entry.id === id),
              `"${text}" finds "${title}"`,
            );
          }
        }
      },
    },
    {
      name: "suggestions are names, each once, that hold what was typed",
      run: async ({ catalog }) => {
        await scanWhole(catalog, titles);
        deepEqual(await catalog.suggest("beat", { limit: 3 }), [{ text: "The Beatles", field: "creator" }]);
        deepEqual(
          (await catalog.suggest("the wa")).map(({ text }) => text),
          ["The Wall", "Another Brick in the Wall"],
        );
        deepEqual(
          (await catalog.suggest("lov", { limit: 2 })).map(({ text }) => text),
          ["Love", "Love Story"],
        );
        deepEqual(
          (await catalog.suggest("radiohed")).map(({ text }) => text),
          ["Radiohead"],
        );
        deepEqual(
          (await catalog.suggest("東")).map(({ text }) => text),
          ["東京", "東京タワー", "東京事変"],
        );
        deepEqual([await catalog.suggest(""), await catalog.suggest("zzzz")], [[], []]);
      },
    },
    {
      name: "of titles that fit alike the one played more comes first",
      run: async ({ catalog }) => {
        await scanWhole(catalog, titles);
        for (let play = 0; play < 4; play++) {
          await catalog.recordPlay(
            itemIdOf(testIdentity, String(searchTitles.findIndex(([title]) => title === "Hey Jude")) + ".mp3"),
          );
        }
        deepEqual((await found(catalog, "beatles")).slice(0, 2), ["Hey Jude", "Yesterday"]);
      },
    },
  ];
}

function scopeCases(): CatalogCase[] {
  return [
    {
      name: "kinds and sources limit what is found",
      run: async ({ catalog }) => {
        await scanWhole(catalog, [
          itemRecord("a.mp3", { title: "Sun" }),
          itemRecord("b.mp4", { title: "Sun", kind: "video" }),
        ]);
        await scanWhole(catalog, [itemRecord("c.mp3", { title: "Sun" })], "s3://other");
        const count = async (query: object): Promise<number> =>
          (await catalog.search({ text: "sun", ...query })).entries.length;
        deepEqual(
          [await count({}), await count({ kinds: ["video"] }), await count({ sourceIds: [sourceIdOf("s3://other")] })],
          [3, 1, 1],
        );
        deepEqual(
          [await count({ kinds: ["image"] }), await count({ sourceIds: [] }), await count({ sourceIds: ["nobody"] })],
          [0, 0, 0],
        );
        equal(await count({ kinds: ["audio"], sourceIds: [sourceIdOf(testIdentity)] }), 1);
      },
    },
    {
      name: "pages of hits hold each once, in the same order as one page, for every sort",
      run: async ({ catalog }) => {
        const items = Array.from({ length: 120 }, (_, index) =>
          itemRecord(`${index}.mp3`, { title: `Moon ${(index * 7) % 120}` }),
        );
        await scanWhole(catalog, items);
        for (const sort of ["relevance", "title", "added"] as const) {
          const whole = await catalog.search({ text: "moon", sort, limit: 200 });
          const paged = await readAll((cursor) => catalog.search({ text: "moon", sort, cursor, limit: 17 }));
          equal(whole.entries.length, 120);
          deepEqual(
            paged.map(({ id }) => id),
            whole.entries.map(({ id }) => id),
          );
        }
      },
    },
  ];
}

function boundCases(): CatalogCase[] {
  return [
    {
      name: "a text of 10 kB is refused; signs, wildcards and quotes are letters or nothing",
      run: async ({ catalog }) => {
        await scanWhole(catalog, titles);
        await rejects(catalog.search({ text: "a".repeat(10_000) }), { code: "bad-query" });
        await rejects(catalog.suggest("a ".repeat(5_000)), { code: "bad-query" });
        for (const text of [
          "%",
          "_",
          "'; drop table items; --",
          '"love',
          "love*",
          "\0",
          "\u202elove",
          "\ud800",
          "NEAR(a b)",
          "a".repeat(200),
        ]) {
          await catalog.search({ text });
          await catalog.suggest(text);
        }
        equal((await found(catalog, "%love_"))[0], "Love");
      },
    },
    {
      name: "a word that everything holds still finds the title that is it",
      run: async ({ catalog }) => {
        const items = Array.from({ length: 2000 }, (_, index) =>
          itemRecord(`${index}.mp3`, { title: `Another song ${index} live`, creators: ["Live Band"] }),
        );
        const { id } = await catalog.saveSource({ identity: testIdentity, name: "Media" });
        const scan = await catalog.beginScan(id);
        for (let from = 0; from < items.length; from += 200) {
          await catalog.upsert(scan, { items: items.slice(from, from + 200) });
        }
        await catalog.upsert(scan, {
          items: [itemRecord("z.mp3", { title: "Live" }), itemRecord("y.mp3", { title: "Live Wire" })],
        });
        deepEqual((await found(catalog, "live")).slice(0, 2), ["Live", "Live Wire"]);
        deepEqual((await found(catalog, "live band 1234 song"))[0], "Another song 1234 live");
        deepEqual(await found(catalog, "wire live"), ["Live Wire"]);
      },
    },
  ];
}
