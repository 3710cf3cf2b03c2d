import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { MetricsPage } from "../api/index.ts";
import type { CacheCounters } from "../cache/index.ts";
import { cacheVerdict, type DeliveryRecord } from "../delivery/index.ts";
import type { Source, UpstreamMeter } from "../source/index.ts";
import type { DeliveryReport } from "./delivery-report.ts";
import type { ServerCache } from "./open-cache.ts";
import { addSiteMetrics } from "./site-metrics.ts";
import { SourceTally } from "./source-tally.ts";
import type { UpstreamConnections } from "./upstream-connections.ts";

/** What is measured of one source. */
export interface MeasuredSourceTotals {
  readonly upstream: Readonly<UpstreamMeter>;
  /** Itself, with nothing around it. */
  readonly origin: Source;
  /** Absent where it is not cached. */
  readonly cache: Readonly<CacheCounters> | undefined;
}

/** Options of {@link createMetrics}. */
export interface MetricsOptions {
  readonly sources: ReadonlyMap<string, MeasuredSourceTotals>;
  readonly cache: ServerCache | undefined;
  readonly connections: UpstreamConnections;
  /** Absent where there are none. */
  readonly workers?: WorkerFigures | undefined;
}

/** What is known of other processes that deliver. */
export interface WorkerFigures {
  readonly size: number;
  readonly restartCount: number;
  /** Has all of them report. */
  gather(): Promise<unknown>;
}

/** The server's figures for Prometheus. */
export interface Metrics extends MetricsPage {
  /** What the media handler of `source` reports to. */
  recordDelivery(source: string): (record: DeliveryRecord) => void;
  /** Adds what a worker has delivered. */
  addReport(report: DeliveryReport): void;
}

/**
 * Creates the figures behind `/metrics`. What the server counts anyway is read when somebody asks; a request costs a few additions.
 */
export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  const tallies = new Map([...options.sources.keys()].map((name) => [name, new SourceTally()]));
  const firstByte = new Histogram({
    name: "sluice_first_byte_seconds",
    help: "From a request for media to the first byte of its body.",
    labelNames: ["source"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  addDeliveryMetrics(registry, tallies);
  addSourceMetrics(registry, options.sources, tallies);
  addSiteMetrics(registry, options.sources);
  addCacheMetrics(registry, options);
  addWorkerMetrics(registry, options.workers);
  return {
    contentType: registry.contentType,
    async render() {
      await options.workers?.gather();
      return await registry.metrics();
    },
    addReport(report) {
      tallies.get(report.source)?.addReport(report);
      const labels = { source: report.source };
      report.firstByteMs.forEach((ms) => firstByte.observe(labels, ms / 1000));
    },
    recordDelivery(source) {
      const tally = tallies.get(source) ?? new SourceTally();
      const labels = { source };
      return (record) => {
        tally.add(record, record.cacheStatus === undefined ? undefined : cacheVerdict(record.cacheStatus));
        if (record.firstByteMs !== undefined) {
          firstByte.observe(labels, record.firstByteMs / 1000);
        }
      };
    },
  };
}

function addDeliveryMetrics(registry: Registry, tallies: ReadonlyMap<string, SourceTally>): void {
  addCounter(registry, "sluice_client_bytes_total", "Body bytes handed to viewers.", ["source"], (add) => {
    tallies.forEach(({ clientBytes }, source) => add({ source }, clientBytes));
  });
  const requests = "Requests for media, by class of status and how they ended.";
  addCounter(registry, "sluice_requests_total", requests, ["source", "status", "outcome"], (add) => {
    tallies.forEach((tally, source) => {
      tally.eachRequest((status, outcome, count) => add({ source, status, outcome }, count));
    });
  });
  const verdicts =
    "Requests by what the cache said to the first byte: hit, joined (shared a fetch), or why the source was asked, in the words of RFC 9211.";
  addCounter(registry, "sluice_cache_requests_total", verdicts, ["source", "result"], (add) => {
    tallies.forEach((tally, source) => {
      tally.cacheResults.forEach((count, result) => add({ source, result }, count));
    });
  });
}

function addSourceMetrics(
  registry: Registry,
  sources: MetricsOptions["sources"],
  tallies: ReadonlyMap<string, SourceTally>,
): void {
  const elsewhere = (source: string, field: keyof CacheCounters): number =>
    field === "hitBytes" || field === "freshOpens" ? (tallies.get(source)?.elsewhere[field] ?? 0) : 0;
  const countOf = (source: string, cache: Readonly<CacheCounters> | undefined, field: keyof CacheCounters) =>
    cache === undefined ? undefined : cache[field] + elsewhere(source, field);
  const upstream = [
    ["sluice_upstream_requests_total", "Requests sent to the source, checks of its health included.", "requests"],
    ["sluice_upstream_bytes_total", "Body bytes that came from the source.", "bytes"],
    ["sluice_upstream_resumes_total", "Bodies that were cut and taken up again at the exact byte.", "resumes"],
    ["sluice_upstream_hedges_total", "Second requests beside one whose first byte was late.", "hedges"],
  ] as const;
  for (const [name, help, field] of upstream) {
    addCounter(registry, name, help, ["source"], (add) => {
      sources.forEach((totals, source) => add({ source }, totals.upstream[field] ?? 0));
    });
  }
  const caching = [
    ["sluice_cache_hit_bytes_total", "Bytes delivered out of the store.", "hitBytes"],
    ["sluice_cache_joined_bytes_total", "Bytes delivered out of fetches under way.", "joinedBytes"],
    ["sluice_cache_fetches_total", "Fetches that one or several viewers read from.", "flights"],
    [
      "sluice_cache_revalidations_total",
      "Conditional requests that asked whether a version is current.",
      "revalidations",
    ],
    ["sluice_cache_changes_total", "Objects found to have another version.", "changes"],
    ["sluice_cache_not_found_hits_total", "Requests answered by a remembered 404.", "notFoundHits"],
  ] as const;
  for (const [name, help, field] of caching) {
    addCounter(registry, name, help, ["source"], (add) => {
      sources.forEach(({ cache }, source) => add({ source }, countOf(source, cache, field)));
    });
  }
  const opens = [
    ["fresh", "freshOpens"],
    ["stale", "staleOpens"],
    ["cold", "coldOpens"],
    ["joined", "joinedOpens"],
  ] as const;
  const help = "Objects opened: known and fresh, stale but served, for the first time, or together with somebody else.";
  addCounter(registry, "sluice_cache_opens_total", help, ["source", "kind"], (add) => {
    sources.forEach(({ cache }, source) =>
      opens.forEach(([kind, field]) => add({ source, kind }, countOf(source, cache, field))),
    );
  });
}

function addCacheMetrics(registry: Registry, { cache, connections }: MetricsOptions): void {
  const store = cache?.store;
  addGauge(
    registry,
    "sluice_upstream_connections",
    "Connections open to sources, idle ones included.",
    () => connections.count,
  );
  addGauge(registry, "sluice_cache_enabled", "1 while the cache keeps something, else 0.", () =>
    cache?.state.kind === "on" ? 1 : 0,
  );
  if (store === undefined) {
    return;
  }
  addGauge(registry, "sluice_cache_limit_bytes", "Most bytes the cache may take.", () => store.limitBytes);
  addGauge(registry, "sluice_cache_used_bytes", "Bytes of slices held.", async () => (await store.stat()).bytes);
  addGauge(registry, "sluice_cache_slices", "Slices held.", async () => (await store.stat()).slices);
  addCounter(registry, "sluice_cache_evictions_total", "Slices dropped to make room.", [], (add) =>
    add({}, store.counters.evictions),
  );
  const failures =
    "Reads and writes of the cache folder that failed; while the disk is to blame, sluice_cache_enabled is 0.";
  addCounter(registry, "sluice_cache_failures_total", failures, [], (add) => add({}, store.counters.failures));
  const damaged = "Slices found damaged, and dropped before a byte of them was served.";
  addCounter(registry, "sluice_cache_damaged_slices_total", damaged, [], (add) => add({}, store.counters.damaged));
}

function addWorkerMetrics(registry: Registry, workers: WorkerFigures | undefined): void {
  if (workers !== undefined) {
    addGauge(registry, "sluice_workers", "Processes that accept viewers.", () => workers.size);
    addCounter(registry, "sluice_worker_restarts_total", "Workers started in place of one that ended.", [], (add) =>
      add({}, workers.restartCount),
    );
  }
}

type Add = (labels: Readonly<Record<string, string>>, value: number | undefined) => void;

/** A counter whose value is kept elsewhere. */
function addCounter(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly string[],
  read: (add: Add) => void | Promise<void>,
): void {
  const counter: Counter = new Counter({
    name,
    help,
    labelNames,
    registers: [registry],
    collect() {
      counter.reset();
      return read((labels, value) => {
        if (value !== undefined) {
          counter.inc({ ...labels }, value);
        }
      });
    },
  });
}

function addGauge(registry: Registry, name: string, help: string, read: () => number | Promise<number>): void {
  const gauge: Gauge = new Gauge({
    name,
    help,
    registers: [registry],
    async collect() {
      gauge.set(await read());
    },
  });
}
