import { setTimeout as sleep } from "node:timers/promises";
import type { UpstreamHealth } from "./upstream-health.ts";

/** Attempts without any progress between them. */
const maxAttempts = 4;
const baseMs = 100;
const longestWaitMs = 5_000;

/** Waits between attempts: exponential, with jitter, a few times; progress starts it afresh. */
export class Backoff {
  readonly #health: UpstreamHealth;
  #failures = 0;
  #total = 0;
  #isResuming = false;

  constructor(health: UpstreamHealth) {
    this.#health = health;
  }

  /** Progress was made: what fails next is a new trouble. However often that happens, the budget as a whole ends. */
  reset(): void {
    this.#failures = 0;
    this.#isResuming = true;
  }

  /**
   * Waits before the next attempt.
   * @param retryAfterSeconds what the upstream asked for; more than 5 s is too long for a viewer to wait
   * @returns false where the budget is used up or the signal fired
   */
  async wait(retryAfterSeconds: number | undefined, signal: AbortSignal | undefined): Promise<boolean> {
    this.#failures += 1;
    this.#total += 1;
    const askedMs = (retryAfterSeconds ?? 0) * 1000;
    if (this.#failures >= maxAttempts || this.#total > 1000 || askedMs > longestWaitMs || signal?.aborted === true) {
      return false;
    }
    // Taking up what was cut after progress costs the upstream nothing twice; repeating what failed does.
    if (!this.#isResuming && !this.#health.takeRetry()) {
      return false;
    }
    this.#isResuming = false;
    const ceilingMs = Math.min(baseMs * 2 ** (this.#failures - 1), longestWaitMs);
    const waitMs = Math.max(askedMs, ceilingMs / 2 + Math.random() * (ceilingMs / 2));
    try {
      await sleep(waitMs, undefined, { signal });
      return true;
    } catch {
      return false;
    }
  }
}
