import { monitorEventLoopDelay } from "node:perf_hooks";
import { join } from "node:path";
import { type Catalog, type ItemRecord, openPostgresCatalog, openSqliteCatalog } from "../../src/catalog/index.ts";
import { startPostgres } from "../../test/real/postgres.ts";
import { createTemporaryFolder } from "../../test/real/temporary-folder.ts";
import type { Bar } from "../bars.ts";
import { formatBars } from "../report.ts";
import { createRandom, fillCatalog, inventItems, inventLanguage } from "./catalog-library.ts";
import { type LoadResult, runLoad, sampled } from "./catalog-load.ts";
import type { SectionContext, SectionResult } from "./section.ts";

const ITEMS = 1_000_000;
const QUICK_ITEMS = 100_000;
const SEED = 1;
const PROGRESS_EVERY = 100_000;
const TOUCHED = 50_000;
const TOUCHED_AT_ONCE = 500;

interface Measured {
  readonly name: string;
  readonly limitMs: number;
  readonly itemsPerSecond: number;
  readonly touchedPerSecond: number;
  readonly load: LoadResult;
  /** The longest the event loop was held while requests were answered. */
  readonly longestHoldMs: number;
}

/** Search and suggestions over a large library, in both databases, in the process that a server would be. */
export async function runCatalog({ options, progress }: SectionContext): Promise<SectionResult> {
  const items = options.rounds === 1 ? QUICK_ITEMS : ITEMS;
  const measure = (name: string, limitMs: number, catalog: Catalog) =>
    measureCatalog({ name, limitMs, items, seconds: options.viewerSeconds }, catalog, progress);
  const results = [await measureSqlite(measure), await measurePostgres(measure)];
  const bars = results.flatMap(judge);
  const title = `${items.toLocaleString("en")} items, 50 requests a second for ${options.viewerSeconds} s, half of them searches, half suggestions.`;
  return { markdown: `${title}\n\n${formatResults(results)}\n\n${formatBars(bars)}`, bars };
}

type Measure = (name: string, limitMs: number, catalog: Catalog) => Promise<Measured>;

async function measureSqlite(measure: Measure): Promise<Measured> {
  await using folder = await createTemporaryFolder("bench-catalog");
  await using catalog = await openSqliteCatalog({ path: join(folder.path, "catalog.db") });
  return await measure("SQLite", 15, catalog);
}

async function measurePostgres(measure: Measure): Promise<Measured> {
  // As one would set up a server of that size; the rest is as PostgreSQL comes.
  await using server = await startPostgres({ settings: { shared_buffers: "1GB", max_wal_size: "4GB" } });
  await using catalog = await openPostgresCatalog({ connectionString: await server.createDatabase() });
  return await measure("PostgreSQL", 25, catalog);
}

async function measureCatalog(
  wish: { readonly name: string; readonly limitMs: number; readonly items: number; readonly seconds: number },
  catalog: Catalog,
  progress: (line: string) => void,
): Promise<Measured> {
  const { name, limitMs } = wish;
  const random = createRandom(SEED);
  const language = inventLanguage(random);
  const samples: ItemRecord[] = [];
  const listed: string[] = [];
  const items = sampled(listing(inventItems(wish.items, language, random), listed), samples, createRandom(SEED));
  const itemsPerSecond = await fillCatalog(catalog, items, (count) => {
    if (count % PROGRESS_EVERY === 0) {
      progress(`catalog, ${name}: ${count.toLocaleString("en")} items`);
    }
  });
  const touchedPerSecond = await touchAll(catalog, listed.toSorted());
  progress(`catalog, ${name}: filled at ${itemsPerSecond.toFixed(0)} items/s; asking for ${wish.seconds} s`);
  await runLoad(catalog, samples, 5, createRandom(SEED + 1)); // So that neither code nor pages are cold.
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const load = await runLoad(catalog, samples, wish.seconds, createRandom(SEED + 2));
  delay.disable();
  return { name, limitMs, itemsPerSecond, touchedPerSecond, load, longestHoldMs: delay.max / 1e6 };
}

/** Notes the first keys that pass: a part of a listing, folder by folder. */
function* listing(items: Iterable<ItemRecord>, keys: string[]): Generator<ItemRecord> {
  for (const item of items) {
    if (keys.length < TOUCHED) {
      keys.push(item.key);
    }
    yield item;
  }
}

/** What a scan costs in which nothing has changed: asked what is known, told that it was seen. Ends as a failed one. */
async function touchAll(catalog: Catalog, keys: readonly string[]): Promise<number> {
  const [source] = await catalog.sources();
  const scan = await catalog.beginScan(source?.id ?? "");
  const startedAt = performance.now();
  for (let from = 0; from < keys.length; from += TOUCHED_AT_ONCE) {
    const page = keys.slice(from, from + TOUCHED_AT_ONCE);
    await catalog.known(scan.sourceId, page);
    await catalog.touch(scan, page);
  }
  const rate = keys.length / ((performance.now() - startedAt) / 1000);
  await catalog.finishScan(scan, { result: "failed", objects: keys.length, failed: 0, error: "Only measured" });
  return rate;
}

function judge({ name, limitMs, load, touchedPerSecond }: Measured): Bar[] {
  const slowest = Math.max(percentile(load.search, 95), percentile(load.suggest, 95));
  return [
    {
      text: `${name}: search and suggest, p95 <= ${limitMs} ms`,
      measured: `${slowest.toFixed(1)} ms`,
      met: slowest <= limitMs,
    },
    {
      text: `${name}: unchanged objects >= 20,000/s`,
      measured: `${Math.round(touchedPerSecond).toLocaleString("en")}/s`,
      met: touchedPerSecond >= 20_000,
    },
    { text: `${name}: no failed request`, measured: load.failures[0] ?? "none", met: load.failures.length === 0 },
  ];
}

function formatResults(results: readonly Measured[]): string {
  const rows = results.map(({ name, itemsPerSecond, touchedPerSecond, load, longestHoldMs }) => {
    const times = [load.search, load.suggest].flatMap((values) =>
      [50, 95, 99].map((part) => percentile(values, part).toFixed(1)),
    );
    const rates = [itemsPerSecond, touchedPerSecond].map((rate) => Math.round(rate).toLocaleString("en"));
    return `| ${name} | ${times.join(" | ")} | ${longestHoldMs.toFixed(0)} | ${rates.join(" | ")} |`;
  });
  return [
    "| database | search ms: p50 | p95 | p99 | suggest ms: p50 | p95 | p99 | event loop held, ms at most | items added/s | unchanged objects/s |",
    "|---|---|---|---|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * part) / 100))] ?? Number.NaN;
}
