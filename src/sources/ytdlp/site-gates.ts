import { setTimeout as sleep } from "node:timers/promises";
import { BoundedMap } from "../../bytes/index.ts";
import { isSourceError, SourceError } from "../../source/index.ts";
import type { EnterOptions } from "./process-pool.ts";
import { type FailureReason, YtdlpError } from "./ytdlp-failure.ts";

/** Options of {@link SiteGates}. */
export interface SiteGateOptions {
  /** Runs for one site in a minute, in the long run; after a pause so many at once. @default 240 */
  readonly perMinute?: number | undefined;
  /** Milliseconds since 1970. @default the system's clock */
  readonly now?: (() => number) | undefined;
}

/** Leave to ask a site once; how that went is to be told. */
export interface SitePass {
  succeeded(): void;
  failed(error: unknown): void;
}

interface Gate {
  /** When the whole allowance will be there again: each run puts it off by its share of a minute. */
  fullAtMs: number;
  /** Pages that failed since one did not. */
  readonly failing: Set<string>;
  /** Of the pause under way, or the last; 0 while all is well. */
  pauseMs: number;
  closedUntilMs: number;
  isProbing: boolean;
  why: string;
}

const defaultPerMinute = 240;
const minuteMs = 60_000;
/** Who would wait longer is told when to come again. */
const longestWaitMs = 30_000;
const lookMs = 1_000;
/** So many different pages in a row that fail as a broken or angry site makes them, and it is left alone for a while. */
const failuresToClose = 6;
const firstPauseMs = 30_000;
const longestPauseMs = 15 * minuteMs;
const rememberedSites = 500;

/** What tells of the site, and not of the one item. */
const troubles: ReadonlySet<FailureReason> = new Set<FailureReason>([
  "asked too often",
  "out of reach",
  "extractor out of date",
  "refused by the site",
]);

/**
 * Keeps us from being a nuisance: a site is asked so often a minute and no more, and left alone for a while when it says that is too often,
 * or when nothing of it works. What keeps a stream alive that somebody watches does not wait for its turn.
 */
export class SiteGates {
  readonly #perMinute: number;
  readonly #now: () => number;
  readonly #gates = new BoundedMap<Gate>(rememberedSites);
  /** What host belongs to which extractor, as far as that has shown. */
  readonly #extractors = new BoundedMap<string>(rememberedSites);

  constructor({ perMinute = defaultPerMinute, now = Date.now }: SiteGateOptions = {}) {
    this.#perMinute = perMinute;
    this.#now = now;
  }

  /** The site of a page: its extractor, once that is known, for one extractor may have many hosts; before that its host. */
  siteOf(address: string): string {
    const host = hostOf(address);
    return this.#extractors.get(host) ?? host;
  }

  /** The page turned out to be of that extractor. What the generic one reads are as many sites as hosts. */
  learn(address: string, extractor: string): void {
    const [host, site] = [hostOf(address), extractor.toLowerCase()];
    if (site === "generic" || this.#extractors.get(host) === site) {
      return;
    }
    this.#extractors.set(host, site);
    // What was asked under the host's name counts.
    const gate = this.#gates.get(host);
    if (gate !== undefined && !this.#gates.has(site)) {
      this.#gates.set(site, gate);
      this.#gates.delete(host);
    }
  }

  /**
   * Waits for a turn. Work in the background does not: it is not needed yet.
   * @param page what is asked for, to tell one failure that is repeated from many
   * @throws {SourceError} `unavailable` with the time to come again, `aborted`
   */
  async enter(site: string, page: string, { urgency, signal, onPosition }: EnterOptions): Promise<SitePass> {
    const gate = this.#gateOf(site);
    this.#admit(site, gate, urgency);
    const shareMs = minuteMs / this.#perMinute;
    const turnMs = Math.max(gate.fullAtMs, this.#now()) + shareMs - minuteMs;
    const waitMs = urgency === "urgent" ? 0 : turnMs - this.#now();
    if (waitMs > (urgency === "background" ? 0 : longestWaitMs)) {
      gate.isProbing = false;
      const message = `Cannot ask ${site} now: it is asked ${this.#perMinute} times a minute already`;
      throw new YtdlpError("unavailable", "asked as often as permitted", message, {
        retryAfterSeconds: Math.ceil(waitMs / 1000),
      });
    }
    gate.fullAtMs = Math.max(gate.fullAtMs, this.#now()) + shareMs;
    try {
      for (let leftMs = waitMs; leftMs > 0; leftMs = turnMs - this.#now()) {
        onPosition?.(Math.ceil(leftMs / shareMs));
        await sleep(Math.min(leftMs, lookMs), undefined, { signal });
      }
    } catch (error) {
      gate.fullAtMs -= shareMs;
      gate.isProbing = false;
      throw new SourceError("aborted", `Stopped waiting to ask ${site}: aborted`, { cause: error });
    }
    return {
      succeeded: () => reopen(gate),
      failed: (error) => this.#failed(gate, page, error),
    };
  }

  /** A line for each site that is not asked freely. */
  words(): readonly string[] {
    return [...this.#gates].flatMap(([site, gate]) => {
      if (this.#now() < gate.closedUntilMs) {
        return [`${site}: left alone until ${clockTime(gate.closedUntilMs)}: ${gate.why}`];
      }
      return gate.fullAtMs - this.#now() > minuteMs
        ? [`${site}: asked as often as permitted, ${this.#perMinute} times a minute`]
        : [];
    });
  }

  #gateOf(site: string): Gate {
    const known = this.#gates.get(site);
    if (known !== undefined) {
      return known;
    }
    const gate = { fullAtMs: 0, failing: new Set<string>(), pauseMs: 0, closedUntilMs: 0, isProbing: false, why: "" };
    this.#gates.set(site, gate);
    return gate;
  }

  /** After a pause one may see whether the site is back; in it, whoever keeps a stream alive. */
  #admit(site: string, gate: Gate, urgency: EnterOptions["urgency"]): void {
    if (gate.pauseMs === 0) {
      return;
    }
    const leftMs = gate.closedUntilMs - this.#now();
    if (gate.isProbing || (leftMs > 0 && urgency !== "urgent")) {
      const message = `Cannot ask ${site} before ${clockTime(gate.closedUntilMs)}: ${gate.why}`;
      throw new YtdlpError("unavailable", "left alone for now", message, {
        retryAfterSeconds: Math.max(2, Math.ceil(leftMs / 1000)),
      });
    }
    gate.isProbing = true;
  }

  #failed(gate: Gate, page: string, error: unknown): void {
    gate.isProbing = false;
    const reason = troubleOf(error);
    if (reason === "none") {
      // It says something sensible about one item: the site works.
      reopen(gate);
    }
    if (reason === undefined || reason === "none") {
      return;
    }
    gate.failing.add(page);
    const isTooOften = reason === "asked too often";
    if (isTooOften || gate.failing.size >= failuresToClose || gate.pauseMs > 0) {
      const askedMs = isSourceError(error) ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
      gate.pauseMs = Math.min(Math.max(gate.pauseMs * 2, askedMs, firstPauseMs), longestPauseMs);
      gate.closedUntilMs = this.#now() + gate.pauseMs;
      gate.why = isTooOften
        ? "it says it is asked too often"
        : `${gate.failing.size} pages in a row failed (${reason})`;
    }
  }
}

function reopen(gate: Gate): void {
  gate.failing.clear();
  gate.pauseMs = 0;
  gate.closedUntilMs = 0;
  gate.isProbing = false;
}

/** The site's trouble; `none` where the error is about the item alone, `undefined` where it says nothing of either. */
function troubleOf(error: unknown): FailureReason | "none" | undefined {
  if (error instanceof YtdlpError) {
    return troubles.has(error.reason) ? error.reason : isSilent(error.reason) ? undefined : "none";
  }
  return isSourceError(error, "timeout") ? "took too long" : undefined;
}

function isSilent(reason: FailureReason): boolean {
  return ["yt-dlp cannot be run", "yt-dlp is busy", "out of memory", "address not permitted", "other"].includes(reason);
}

function hostOf(address: string): string {
  return (URL.parse(address)?.hostname ?? "unknown").replace(/^(?:www|m)\./, "");
}

function clockTime(ms: number): string {
  return new Date(ms).toTimeString().slice(0, 5);
}
