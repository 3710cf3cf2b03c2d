import { isSourceError, SourceError } from "../../source/index.ts";

/** So many failures in a row, with no success between, and a source counts as down. */
const failuresToOpen = 12;
const firstPauseMs = 1_000;
const longestPauseMs = 30_000;

/** Retries a source may have saved up, and how much of one each request adds: at most one in five requests is a repetition. */
const mostRetries = 50;
const retriesPerRequest = 0.2;

/** The same for second requests beside late ones: one in twenty. When everything is late, more requests make it later. */
const mostHedges = 5;
const hedgesPerRequest = 0.05;

const leastHedgeMs = 200;
const mostHedgeMs = 4_000;

/** How a source's upstream fares, and what that permits: requests at all, repetitions, and second requests beside slow ones. */
export class UpstreamHealth {
  readonly #name: string;
  #failures = 0;
  #pauseMs = firstPauseMs;
  #openUntil = 0;
  #isProbing = false;
  #retries = mostRetries;
  #hedges = mostHedges;
  /** Mean and deviation of the time to a first byte, as TCP estimates round trips (RFC 6298). */
  #meanMs: number | undefined;
  #deviationMs = 0;
  #lastFailure = "";

  /** @param name of the upstream, for messages */
  constructor(name: string) {
    this.#name = name;
  }

  /**
   * Lets a request pass, or fails at once while the source counts as down; then one request at a time may see whether it is back.
   * @throws {SourceError} `unavailable`
   */
  admit(): void {
    this.#retries = Math.min(mostRetries, this.#retries + retriesPerRequest);
    this.#hedges = Math.min(mostHedges, this.#hedges + hedgesPerRequest);
    if (this.#failures < failuresToOpen) {
      return;
    }
    if (performance.now() >= this.#openUntil && !this.#isProbing) {
      this.#isProbing = true;
      return;
    }
    this.assertUp();
  }

  /** Fails while the source counts as down; asks nothing of it. @throws {SourceError} `unavailable` */
  assertUp(): void {
    if (this.#failures < failuresToOpen) {
      return;
    }
    const waitMs = this.#openUntil - performance.now();
    const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
    const message = `Cannot read from ${this.#name}: it failed ${this.#failures} times in a row (${this.#lastFailure})`;
    throw new SourceError("unavailable", message, { retryAfterSeconds });
  }

  /** An answer came, whatever it says, in so many milliseconds. */
  succeeded(firstByteMs: number): void {
    this.#failures = 0;
    this.#isProbing = false;
    this.#pauseMs = firstPauseMs;
    if (this.#meanMs === undefined) {
      this.#meanMs = firstByteMs;
      this.#deviationMs = firstByteMs / 2;
    } else {
      this.#deviationMs += (Math.abs(firstByteMs - this.#meanMs) - this.#deviationMs) / 4;
      this.#meanMs += (firstByteMs - this.#meanMs) / 8;
    }
  }

  /** No answer came, or one that says the upstream is in trouble. */
  failed(why: unknown): void {
    this.#isProbing = false;
    // A viewer who left says nothing about the upstream.
    if (isSourceError(why, "aborted")) {
      return;
    }
    this.#lastFailure = why instanceof Error ? why.message : String(why);
    this.#failures += 1;
    if (this.#failures >= failuresToOpen) {
      this.#openUntil = performance.now() + this.#pauseMs;
      this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
    }
  }

  /** Takes one repetition from the budget; false where it is used up: repeating everything is how outages are made worse. */
  takeRetry(): boolean {
    if (this.#retries < 1) {
      return false;
    }
    this.#retries -= 1;
    return true;
  }

  /** Takes one second request from its budget; false where that is used up. */
  takeHedge(): boolean {
    if (this.#hedges < 1) {
      return false;
    }
    this.#hedges -= 1;
    return true;
  }

  /** After how long without a first byte a second request is worth its price. */
  get hedgeAfterMs(): number {
    const expected = this.#meanMs === undefined ? mostHedgeMs / 2 : this.#meanMs + 4 * this.#deviationMs;
    return Math.min(Math.max(expected, leastHedgeMs), mostHedgeMs);
  }
}
