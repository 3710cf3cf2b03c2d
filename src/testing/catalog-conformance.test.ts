import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Catalog } from "../catalog/catalog.ts";
import { openSqliteCatalog } from "../catalog/sqlite-catalog.ts";
import { catalogConformance } from "./catalog-conformance.ts";

/** Runs one named test of the suite outside the runner, against a catalog some of whose methods are replaced. */
async function runCase(name: string, replace: (inner: Catalog) => Partial<Catalog>): Promise<void> {
  const registered = new Map<string, () => Promise<void>>();
  const create = async () => {
    const folder = await mkdtemp(join(tmpdir(), `sluice-test-${process.pid}-tampered-`));
    const inner = await openSqliteCatalog({ path: join(folder, "catalog.db") });
    return {
      catalog: { ...inner, ...replace(inner) },
      reopen: () => openSqliteCatalog({ path: join(folder, "catalog.db") }),
      close: async () => {
        await inner[Symbol.asyncDispose]();
        await rm(folder, { recursive: true, force: true });
      },
    };
  };
  catalogConformance(
    { name: "tampered", create },
    { describe: (_, body) => body(), it: (title, body) => registered.set(title, body) },
  );
  const [body] = [...registered].filter(([title]) => title.includes(name)).map(([, run]) => run);
  if (body === undefined) {
    throw new Error(`there is no test "${name}"`);
  }
  await body();
}

describe("catalogConformance notices a catalog that", () => {
  it.each<[string, string, (inner: Catalog) => Partial<Catalog>]>([
    [
      "loses what an unreachable source held",
      "ends as unreachable",
      (inner) => ({
        finishScan: (scan, outcome) => inner.finishScan(scan, { ...outcome, result: "complete" }),
      }),
    ],
    [
      "keeps what is gone",
      "removes what it did not see",
      (inner) => ({
        finishScan: (scan, outcome) => inner.finishScan(scan, { ...outcome, result: "partial" }),
      }),
    ],
    [
      "ranks otherwise",
      "find what is expected",
      (inner) => ({
        search: async (query) => {
          const page = await inner.search(query);
          return { ...page, entries: page.entries.toReversed() };
        },
      }),
    ],
    [
      "shows an item on two pages",
      "pages hold every item once",
      (inner) => ({
        listItems: async (query) => {
          const page = await inner.listItems(query);
          return { ...page, entries: [...page.entries, ...page.entries.slice(0, 1)] };
        },
      }),
    ],
    [
      "takes any cursor",
      "a cursor from elsewhere",
      (inner) => ({
        listItems: (query) => inner.listItems(query).catch(() => inner.listItems({ ...query, cursor: undefined })),
      }),
    ],
    ["lets two scan at once", "one scan of a source at a time;", () => ({ withScanLock: (_, work) => work() })],
    ["takes late batches", "writes no more", () => ({ upsert: async () => {} })],
    ["forgets its cursor", "goes on where it saved", () => ({ saveScanCursor: async () => {} })],
    ["counts no plays", "trending counts", () => ({ recordPlay: async () => true })],
    [
      "copies half",
      "a copy and its copy back",
      (inner) => ({
        importBatch: async (batch) => (batch.type === "plays" ? undefined : inner.importBatch(batch)),
      }),
    ],
  ])("%s", async (_title, name, replace) => {
    await expect(runCase(name, replace)).rejects.toThrow();
  });

  it("is as it should be: the same tests pass", async () => {
    for (const name of ["ends as unreachable", "writes no more", "trending counts"]) {
      await runCase(name, () => ({}));
    }
  });
});
