import { cacheVerdict, type DeliveryRecord } from "../delivery/index.ts";

/** What a source's deliveries add up to, ready to be sent to another process. */
export interface DeliveryReport {
  readonly source: string;
  readonly clientBytes: number;
  /** Out of slices. */
  readonly hitBytes: number;
  readonly freshOpens: number;
  readonly requests: readonly RequestCount[];
  /** Of each answer that had a first byte. */
  readonly firstByteMs: readonly number[];
}

/** How many requests ended alike. */
export interface RequestCount {
  /** The first digit. */
  readonly statusClass: number;
  readonly outcome: DeliveryRecord["outcome"];
  /** What the cache said, in one word; absent where it had no say. */
  readonly verdict?: string | undefined;
  readonly count: number;
}

/** Adds deliveries up until somebody takes the sum. */
export class DeliverySum {
  readonly #source: string;
  #clientBytes = 0;
  #hitBytes = 0;
  #freshOpens = 0;
  #requests = new Map<string, Omit<RequestCount, "count"> & { count: number }>();
  #firstByteMs: number[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  add({ status, outcome, bodyBytes, firstByteMs, cacheStatus }: DeliveryRecord): void {
    const statusClass = Math.floor(status / 100);
    const verdict = cacheStatus === undefined ? undefined : cacheVerdict(cacheStatus);
    const kind = `${statusClass} ${outcome} ${verdict ?? ""}`;
    const known = this.#requests.get(kind);
    if (known === undefined) {
      this.#requests.set(kind, { statusClass, outcome, verdict, count: 1 });
    } else {
      known.count += 1;
    }
    this.#clientBytes += bodyBytes;
    this.#freshOpens += verdict === "hit" ? 1 : 0;
    if (firstByteMs !== undefined) {
      // Microseconds are enough, and shorter as text.
      this.#firstByteMs.push(Math.round(firstByteMs * 1000) / 1000);
    }
  }

  addHit(bytes: number): void {
    this.#hitBytes += bytes;
  }

  /** The sum since it was last taken, or `undefined` where nothing was delivered. */
  take(): DeliveryReport | undefined {
    if (this.#requests.size === 0 && this.#hitBytes === 0) {
      return undefined;
    }
    const report: DeliveryReport = {
      source: this.#source,
      clientBytes: this.#clientBytes,
      hitBytes: this.#hitBytes,
      freshOpens: this.#freshOpens,
      requests: [...this.#requests.values()],
      firstByteMs: this.#firstByteMs,
    };
    this.#clientBytes = 0;
    this.#hitBytes = 0;
    this.#freshOpens = 0;
    this.#requests = new Map();
    this.#firstByteMs = [];
    return report;
  }
}
