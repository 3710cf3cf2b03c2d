import { deepEqual, equal } from "node:assert/strict";
import { itemIdOf } from "../catalog/catalog-ids.ts";
import { type CatalogCase, itemRecord, scanWhole, testIdentity } from "./catalog-subject.ts";

const hourMs = 3_600_000;
const [a, b, c] = ["a.mp3", "b.mp4", "c.mp3"].map((key) => itemIdOf(testIdentity, key)) as [string, string, string];
const items = [itemRecord("a.mp3"), itemRecord("b.mp4", { kind: "video" }), itemRecord("c.mp3")];

/** Plays: counted, never whose. */
export function playCases(): CatalogCase[] {
  return [
    {
      name: "trending counts the plays of the time asked for, of the kinds asked for",
      run: async ({ catalog }) => {
        await scanWhole(catalog, items);
        for (const id of [a, b, b, c, b, c]) {
          equal(await catalog.recordPlay(id), true);
        }
        await catalog.recordPlay(a, { at: new Date(Date.now() - 10 * hourMs) });
        await catalog.recordPlay(a, { at: new Date(Date.now() - 10 * hourMs) });
        equal(await catalog.recordPlay("nobody"), false);
        const show = async (query: { sinceSeconds: number; kinds?: ("audio" | "video")[]; limit?: number }) =>
          (await catalog.trending(query)).map(({ item, plays }) => [item.id, plays]);
        deepEqual(await show({ sinceSeconds: 3600 }), [
          [b, 3],
          [c, 2],
          [a, 1],
        ]);
        deepEqual(
          new Set((await show({ sinceSeconds: 86_400 })).map(([id, plays]) => `${id} ${plays}`)),
          new Set([`${a} 3`, `${b} 3`, `${c} 2`]),
        );
        deepEqual(await show({ sinceSeconds: 3600, kinds: ["audio"] }), [
          [c, 2],
          [a, 1],
        ]);
        deepEqual(await show({ sinceSeconds: 3600, limit: 1 }), [[b, 3]]);
        const counts = await catalog.playCounts([c, "nobody", a]);
        deepEqual(
          counts,
          new Map([
            [a, 3],
            [c, 2],
          ]),
        );
        deepEqual(await catalog.playCounts([]), new Map());
      },
    },
    {
      name: "what was played right after is related, in both directions",
      run: async ({ catalog }) => {
        await scanWhole(catalog, items);
        await catalog.recordPlay(a);
        await catalog.recordPlay(b, { previousItemId: a });
        await catalog.recordPlay(b, { previousItemId: a });
        await catalog.recordPlay(c, { previousItemId: a });
        await catalog.recordPlay(c, { previousItemId: c });
        await catalog.recordPlay(c, { previousItemId: "nobody" });
        const together = async (id: string) => (await catalog.related(id)).playedTogether.map((item) => item.id);
        deepEqual([await together(a), await together(b), await together(c)], [[b, c], [a], [a]]);
      },
    },
    {
      name: "plays of an item that is gone are gone",
      run: async ({ catalog }) => {
        await scanWhole(catalog, items);
        await catalog.recordPlay(a);
        await catalog.recordPlay(b, { previousItemId: a });
        await scanWhole(catalog, items.slice(1));
        deepEqual(
          (await catalog.trending({ sinceSeconds: 3600 })).map(({ item }) => item.id),
          [b],
        );
        deepEqual((await catalog.related(b)).playedTogether, []);
      },
    },
    {
      name: "plays older than thirty days are dropped in the course of a thousand others",
      run: async ({ catalog }) => {
        await scanWhole(catalog, items);
        await catalog.recordPlay(a, { at: new Date(Date.now() - 40 * 24 * hourMs) });
        const everything = { sinceSeconds: 60 * 86_400 };
        deepEqual(
          (await catalog.trending(everything)).map(({ item }) => item.id),
          [a],
        );
        for (let play = 0; play < 1000; play += 50) {
          await Promise.all(Array.from({ length: 50 }, () => catalog.recordPlay(b)));
        }
        deepEqual(
          (await catalog.trending(everything)).map(({ item, plays }) => [item.id, plays]),
          [[b, 1000]],
        );
      },
    },
    {
      name: "plays at the same time are all counted",
      run: async ({ catalog }) => {
        await scanWhole(catalog, items);
        await Promise.all(Array.from({ length: 50 }, () => catalog.recordPlay(a)));
        deepEqual(
          (await catalog.trending({ sinceSeconds: 3600 })).map(({ plays }) => plays),
          [50],
        );
      },
    },
  ];
}
