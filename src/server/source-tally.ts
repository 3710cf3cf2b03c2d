import type { DeliveryRecord } from "../delivery/index.ts";
import type { DeliveryReport } from "./delivery-report.ts";

/** What a source's deliveries add up to; counting one is a few additions. */
export class SourceTally {
  clientBytes = 0;
  /** What workers did with the cache, beside what its own counters say. */
  readonly elsewhere: { hitBytes: number; freshOpens: number } = { hitBytes: 0, freshOpens: 0 };
  /** Requests by what the cache said. */
  readonly cacheResults: Map<string, number> = new Map();
  readonly #requests: Record<DeliveryRecord["outcome"], number[]> = { complete: [], aborted: [], failed: [] };

  add({ status, outcome, bodyBytes }: DeliveryRecord, cacheResult: string | undefined): void {
    this.clientBytes += bodyBytes;
    this.#count(Math.floor(status / 100), outcome, cacheResult, 1);
  }

  /** Adds what a worker has delivered. */
  addReport({ clientBytes, hitBytes, freshOpens, requests }: DeliveryReport): void {
    this.clientBytes += clientBytes;
    this.elsewhere.hitBytes += hitBytes;
    this.elsewhere.freshOpens += freshOpens;
    for (const { statusClass, outcome, verdict, count } of requests) {
      this.#count(statusClass, outcome, verdict, count);
    }
  }

  /** Calls back with `2xx`, how such requests ended, and how many did. */
  eachRequest(visit: (status: string, outcome: string, count: number) => void): void {
    for (const [outcome, counts] of Object.entries(this.#requests)) {
      counts.forEach((count, statusClass) => visit(`${statusClass}xx`, outcome, count));
    }
  }

  #count(statusClass: number, outcome: DeliveryRecord["outcome"], cacheResult: string | undefined, more: number): void {
    const counts = this.#requests[outcome];
    counts[statusClass] = (counts[statusClass] ?? 0) + more;
    if (cacheResult !== undefined) {
      this.cacheResults.set(cacheResult, (this.cacheResults.get(cacheResult) ?? 0) + more);
    }
  }
}
