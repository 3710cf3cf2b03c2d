import { BoundedMap } from "../bytes/bounded-map.ts";

/** Options of {@link RateLimit}. */
export interface RateLimitOptions {
  /** How many are let through a second in the long run. */
  readonly perSecond: number;
  /** How many at once, after a pause. */
  readonly burst: number;
  /** Names remembered; who is forgotten begins with a full allowance. @default 10000 */
  readonly rememberedNames?: number | undefined;
  /** Milliseconds that only grow. */
  readonly now?: (() => number) | undefined;
}

/** Lets so many through for each name, and no more (a token bucket each). Kept in memory alone. */
export class RateLimit {
  readonly #options: RateLimitOptions;
  readonly #now: () => number;
  readonly #buckets: BoundedMap<{ tokens: number; filledAt: number }>;

  constructor(options: RateLimitOptions) {
    this.#options = options;
    this.#now = options.now ?? ((): number => performance.now());
    this.#buckets = new BoundedMap(options.rememberedNames ?? 10_000);
  }

  /** Takes one of the name's allowance; where there is none left, the seconds until there is, rounded up. */
  take(name: string): { readonly kind: "taken" } | { readonly kind: "refused"; readonly retryAfterSeconds: number } {
    const { perSecond, burst } = this.#options;
    const now = this.#now();
    const bucket = this.#buckets.get(name) ?? { tokens: burst, filledAt: now };
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.filledAt) / 1000) * perSecond);
    bucket.filledAt = now;
    this.#buckets.set(name, bucket);
    if (bucket.tokens < 1) {
      return { kind: "refused", retryAfterSeconds: Math.ceil((1 - bucket.tokens) / perSecond) };
    }
    bucket.tokens -= 1;
    return { kind: "taken" };
  }
}
