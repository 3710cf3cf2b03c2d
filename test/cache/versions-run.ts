import { findPatternBreach } from "../../src/testing/index.ts";
import { createRandom } from "../scenarios/seeded-random.ts";
import { type Fault } from "../upstream/fault.ts";
import { patternObject, type UpstreamObject } from "../upstream/upstream-object.ts";
import { fieldValue, type RawResponse } from "../wire/raw-client.ts";
import { type CacheStage, setUpCacheStage } from "./cache-stage.ts";

// Small evenings with an object that changes: between slices, during a response, between two viewers, once or twice, noticed by
// conditions or not. Whatever the order, every byte a viewer gets is of the version that his answer names.

/** What many runs came to. */
export interface VersionRunsTotals {
  runs: number;
  views: number;
  changes: number;
  /** Answers that broke off. */
  broken: number;
  /** Answers of 503. */
  refused: number;
  /** Answers put together from two versions, or with bytes of none: never to be seen. */
  readonly mixed: string[];
  /** Whatever else must not be: see {@link runVersionChanges}. */
  readonly faults: string[];
}

export interface VersionRunsOptions {
  readonly seed: number;
  readonly count: number;
  readonly store?: "memory" | "disk";
  /** Stops early, in milliseconds since the runs began. */
  readonly limitMs?: number;
}

const sliceBytes = 8 * 1024;
const mostSlices = 12;

/**
 * Runs `count` random evenings and adds up what was seen. A change may break each answer that was under way and, where the cache could
 * not know of it, one more; after that everybody gets a whole answer of the new version.
 */
export async function runVersionChanges(options: VersionRunsOptions): Promise<VersionRunsTotals> {
  const totals: VersionRunsTotals = { runs: 0, views: 0, changes: 0, broken: 0, refused: 0, mixed: [], faults: [] };
  const startedAt = performance.now();
  const stages = await Promise.all([0, 3600].map((freshForSeconds) => setUpStage(options, freshForSeconds)));
  try {
    for (let run = 0; run < options.count && performance.now() - startedAt < (options.limitMs ?? Infinity); run += 1) {
      const stage = stages[run % stages.length];
      if (stage !== undefined) {
        await new Evening(stage, options.seed + run, run % stages.length === 0, totals).run();
      }
      totals.runs += 1;
    }
  } finally {
    await Promise.all(stages.map((stage) => stage[Symbol.asyncDispose]()));
  }
  return totals;
}

async function setUpStage({ store = "memory" }: VersionRunsOptions, freshForSeconds: number): Promise<CacheStage> {
  const stale = { staleWhileRevalidateSeconds: 0, staleIfErrorSeconds: 0 };
  return await setUpCacheStage({ store, sliceBytes, limitBytes: 64 * 1024 * 1024, freshForSeconds, ...stale });
}

/** One object, a few viewers, one or two changes. */
class Evening {
  readonly #stage: CacheStage;
  readonly #seed: number;
  readonly #random: (limit: number) => number;
  /** Whether each view asks the origin first, so that no change stays unknown. */
  readonly #asksAlways: boolean;
  readonly #totals: VersionRunsTotals;
  readonly #key: string;
  readonly #versions: UpstreamObject[] = [];
  #changes = 0;
  #broken = 0;

  constructor(stage: CacheStage, seed: number, asksAlways: boolean, totals: VersionRunsTotals) {
    this.#stage = stage;
    this.#seed = seed;
    this.#random = createRandom(seed);
    this.#asksAlways = asksAlways;
    this.#totals = totals;
    this.#key = `film-${seed}.mp4`;
  }

  async run(): Promise<void> {
    this.#put(this.#nextVersion());
    const changes = 1 + this.#random(2);
    const viewers = 2 + this.#random(3);
    const isSequential = this.#random(2) === 0;
    const running: Promise<RawResponse>[] = [];
    for (let viewer = 0; viewer < viewers; viewer += 1) {
      if (this.#changes < changes) this.#change();
      const view = this.#view();
      running.push(view);
      if (isSequential) await view;
      else await this.#aMoment();
    }
    await Promise.all(running);
    const overlapping = isSequential ? 1 : viewers;
    this.#expect(
      this.#broken <= this.#changes * overlapping,
      `${this.#broken} broken answers, ${this.#changes} changes`,
    );
    await this.#expectSettled();
    this.#stage.upstream.remove(this.#key);
    this.#stage.upstream.fault(this.#key);
  }

  /** Now, or while the origin answers. */
  #change(): void {
    const next = this.#nextVersion();
    const conditions: Fault[] = this.#random(4) === 0 ? [{ kind: "ignore-conditions" }] : [];
    this.#changes += 1;
    this.#totals.changes += 1;
    if (this.#random(3) === 0) {
      this.#stage.upstream.fault(this.#key, ...conditions);
      this.#put(next);
      return;
    }
    const request = 1 + this.#random(2);
    const afterBodyBytes = this.#random(4) === 0 ? 0 : this.#random(sliceBytes * 4);
    const cut: Fault[] = this.#random(2) === 0 ? [{ kind: "cut", afterBodyBytes, request }] : [];
    this.#stage.upstream.fault(
      this.#key,
      ...conditions,
      { kind: "replace", with: next, request, afterBodyBytes },
      ...cut,
    );
  }

  /** One GET of something; every byte of the answer is checked against the version that it names. */
  async #view(): Promise<RawResponse> {
    const response = await this.#stage.get(this.#someRange(), { key: this.#key });
    this.#totals.views += 1;
    this.#check(response);
    if (!response.complete) {
      this.#broken += 1;
      this.#totals.broken += 1;
    }
    return response;
  }

  /**
   * The changes are over. Where the cache asks each time, the next answer is whole and new; else one may still break, that in which a slice
   * is missing and the change shows, and the one after it is whole and new.
   */
  async #expectSettled(): Promise<void> {
    this.#stage.upstream.fault(this.#key);
    let isKnown = this.#asksAlways;
    for (let view = 0; view < 3; view += 1) {
      const response = await this.#view();
      if (isKnown) {
        this.#expect(response.complete, `answer ${view + 1} after the change broke`);
        this.#expectNewest(response);
      }
      isKnown ||= !response.complete;
    }
  }

  #expectNewest(response: RawResponse): void {
    const newest = this.#stage.upstream.versionAt(this.#key);
    const tag = fieldValue(response.fields, "ETag");
    this.#expect(response.status === 416 || tag === newest?.etag, `${tag} was served, ${newest?.etag} is there`);
  }

  #check(response: RawResponse): void {
    if (response.status === 416) return;
    if (![200, 206].includes(response.status)) {
      // Who meets one change is given the new version; meeting two in one request before its first byte may be too much.
      const errors = this.#stage.server.deliveries.slice(-4).map(({ error }) => String(error));
      const isExcused = response.status === 503 && this.#changes > 1;
      this.#expect(isExcused, `status ${response.status} after ${this.#changes} changes: ${errors.join(", ")}`);
      this.#totals.refused += 1;
      return;
    }
    const tag = fieldValue(response.fields, "ETag");
    const salt = this.#versions.findIndex(({ etag }) => etag === tag);
    const version = this.#versions[salt];
    if (version === undefined) {
      this.#expect(false, `ETag ${tag}`);
      return;
    }
    const content = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(fieldValue(response.fields, "Content-Range") ?? "");
    const [start = 0, last = version.sizeBytes - 1, size = version.sizeBytes] = (content?.slice(1) ?? []).map(Number);
    this.#expect(size === version.sizeBytes, `size ${size} of a version of ${version.sizeBytes}`);
    this.#expect(
      !response.complete || response.body.length === last + 1 - start,
      "the length is not what was promised",
    );
    const breach = findPatternBreach(response.body, start, this.#saltOf(salt));
    if (breach !== -1) {
      this.#totals.mixed.push(`seed ${this.#seed}: byte ${start + breach} is not of ${tag}`);
    }
  }

  #someRange(): string | undefined {
    const size = this.#versions[0]?.sizeBytes ?? 0;
    const start = this.#random(size);
    switch (this.#random(4)) {
      case 0:
        return undefined;
      case 1:
        return `${start}-`;
      case 2:
        return `-${1 + this.#random(size)}`;
      default:
        return `${start}-${start + this.#random(size - start)}`;
    }
  }

  #nextVersion(): UpstreamObject {
    // A third of all changes keep the size, so that it does not tell.
    const previous = this.#versions.at(-1);
    const sizeBytes = 1 + this.#random(mostSlices * sliceBytes);
    const keepsSize = previous !== undefined && this.#random(3) === 0;
    const salt = this.#saltOf(this.#versions.length);
    const version = patternObject(keepsSize ? previous.sizeBytes : sizeBytes, { salt });
    this.#versions.push(version);
    return version;
  }

  #saltOf(version: number): number {
    return (this.#seed % 50) + version * 60;
  }

  #put(version: UpstreamObject): void {
    this.#stage.upstream.put(this.#key, version);
  }

  #expect(holds: boolean, what: string): void {
    if (!holds) this.#totals.faults.push(`seed ${this.#seed}: ${what}`);
  }

  async #aMoment(): Promise<void> {
    const turns = this.#random(6);
    for (let turn = 0; turn < turns; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
