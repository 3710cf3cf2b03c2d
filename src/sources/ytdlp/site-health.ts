import { isSourceError, type SiteRecord } from "../../source/index.ts";
import { YtdlpError } from "./ytdlp-failure.ts";

/** How one site has fared, in figures and in words. */
export interface SiteHealth extends SiteRecord {
  /** Of late: `youtube: 3 of 20 failed since 14:02`. */
  readonly words: string;
}

interface Attempt {
  readonly atMs: number;
  readonly tookMs: number;
  readonly hasFailed: boolean;
}

interface Tally {
  resolves: number;
  failures: number;
  readonly byReason: Map<string, number>;
  lastError: { message: string; at: Date } | undefined;
  readonly recent: Attempt[];
}

/** What words and median are about. */
const recentAttempts = 20;
/** A generic extractor may meet any number of sites; those are one. */
const maxSites = 500;

/** Remembers how resolving fares, site by site: extractors go stale, and somebody should see it. */
export class SiteHealthRecords {
  readonly #sites = new Map<string, Tally>();

  succeeded(extractor: string, tookMs: number): void {
    this.#note(extractor, { atMs: Date.now(), tookMs, hasFailed: false });
  }

  /** A viewer who left says nothing about the site. */
  failed(extractor: string, tookMs: number, error: unknown): void {
    if (isSourceError(error, "aborted")) {
      return;
    }
    const record = this.#note(extractor, { atMs: Date.now(), tookMs, hasFailed: true });
    const reason = reasonOf(error);
    record?.byReason.set(reason, (record.byReason.get(reason) ?? 0) + 1);
    if (record !== undefined) {
      record.failures += 1;
      record.lastError = { message: error instanceof Error ? error.message : String(error), at: new Date() };
    }
  }

  /** The busiest first. */
  snapshot(): readonly SiteHealth[] {
    return [...this.#sites]
      .map(([extractor, record]) => ({
        extractor,
        resolves: record.resolves,
        failures: record.failures,
        failuresByReason: Object.fromEntries(record.byReason),
        lastError: record.lastError,
        medianMs: medianOf(record.recent),
        words: `${extractor}: ${wordsFor(record.recent)}`,
      }))
      .sort((a, b) => b.resolves - a.resolves);
  }

  #note(extractor: string, attempt: Attempt): Tally | undefined {
    const name = extractor.toLowerCase();
    let record = this.#sites.get(name);
    if (record === undefined) {
      if (this.#sites.size >= maxSites) {
        return undefined;
      }
      record = { resolves: 0, failures: 0, byReason: new Map(), lastError: undefined, recent: [] };
      this.#sites.set(name, record);
    }
    record.resolves += 1;
    record.recent.push(attempt);
    if (record.recent.length > recentAttempts) {
      record.recent.shift();
    }
    return record;
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof YtdlpError) {
    return error.reason;
  }
  return isSourceError(error, "timeout") ? "took too long" : "other";
}

function wordsFor(recent: readonly Attempt[]): string {
  const failed = recent.filter(({ hasFailed }) => hasFailed).length;
  const since = new Date(recent[0]?.atMs ?? Date.now()).toTimeString().slice(0, 5);
  return failed === 0
    ? `all of ${recent.length} worked since ${since}`
    : `${failed} of ${recent.length} failed since ${since}`;
}

function medianOf(recent: readonly Attempt[]): number | undefined {
  const times = recent.filter(({ hasFailed }) => !hasFailed).map(({ tookMs }) => tookMs);
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
}
