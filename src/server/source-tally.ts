import type { DeliveryRecord } from "../delivery/index.ts";

/** What a source's deliveries add up to; counting one is a few additions. */
export class SourceTally {
  clientBytes = 0;
  /** Requests by what the cache said. */
  readonly cacheResults: Map<string, number> = new Map();
  readonly #requests: Record<DeliveryRecord["outcome"], number[]> = { complete: [], aborted: [], failed: [] };

  add({ status, outcome, bodyBytes }: DeliveryRecord, cacheResult: string | undefined): void {
    this.clientBytes += bodyBytes;
    const counts = this.#requests[outcome];
    const statusClass = Math.floor(status / 100);
    counts[statusClass] = (counts[statusClass] ?? 0) + 1;
    if (cacheResult !== undefined) {
      this.cacheResults.set(cacheResult, (this.cacheResults.get(cacheResult) ?? 0) + 1);
    }
  }

  /** Calls back with `2xx`, how such requests ended, and how many did. */
  eachRequest(visit: (status: string, outcome: string, count: number) => void): void {
    for (const [outcome, counts] of Object.entries(this.#requests)) {
      counts.forEach((count, statusClass) => visit(`${statusClass}xx`, outcome, count));
    }
  }
}
