/** How long stream addresses live. All in seconds. */
export interface StreamLifetime {
  /** Least life of an address, whatever its item's length. */
  readonly leastSeconds: number;
  /** Most: lengths come from files, and some files claim to play for centuries. */
  readonly mostSeconds: number;
  /** Expiries are multiples of this, so that everybody who asks within one step gets the same, cacheable address. */
  readonly stepSeconds: number;
}

export const defaultStreamLifetime: StreamLifetime = {
  leastSeconds: 6 * 3600,
  mostSeconds: 7 * 86_400,
  stepSeconds: 600,
};

/**
 * When an address that is made now ends, in whole seconds since 1970: late enough to play the item twice over, as people pause and
 * players that lost their place begin again, rounded up to a step.
 */
export function resolveStreamExpiry(
  nowSeconds: number,
  durationSeconds: number | undefined,
  lifetime: StreamLifetime = defaultStreamLifetime,
): number {
  const wanted = 2 * (durationSeconds ?? 0);
  const lifeSeconds = Math.min(Math.max(wanted, lifetime.leastSeconds), lifetime.mostSeconds);
  return Math.ceil((nowSeconds + lifeSeconds) / lifetime.stepSeconds) * lifetime.stepSeconds;
}

/** Longest that an address may live: keys have to verify that long after they were replaced. */
export function longestStreamLife(lifetime: StreamLifetime = defaultStreamLifetime): number {
  return lifetime.mostSeconds + lifetime.stepSeconds;
}
