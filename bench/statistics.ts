/** The middle and both ends of a handful of samples. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** @param samples at least one */
export function spreadOf(samples: readonly number[]): Spread {
  return { median: median(samples), min: Math.min(...samples), max: Math.max(...samples) };
}

/** @param samples at least one */
export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) {
    throw new RangeError("No samples");
  }
  return (lower + upper) / 2;
}

/**
 * Ours over theirs, round by round: what the machine did to both in one round cancels out, which it does not in a
 * quotient of medians. Rounds in which either failed (`NaN`) are left out.
 */
export function ratioSpread(ours: readonly number[], theirs: readonly number[]): Spread | undefined {
  const ratios = ours.flatMap((value, round) => {
    const other = theirs[round];
    const ratio = other === undefined ? Number.NaN : value / other;
    return Number.isFinite(ratio) ? [ratio] : [];
  });
  return ratios.length === 0 ? undefined : spreadOf(ratios);
}

/** Least-squares slope of `y` over `x`; 0 for fewer than two different `x`. */
export function slope(points: readonly { readonly x: number; readonly y: number }[]): number {
  const meanX = points.reduce((sum, point) => sum + point.x, 0) / points.length;
  const meanY = points.reduce((sum, point) => sum + point.y, 0) / points.length;
  let above = 0;
  let below = 0;
  for (const { x, y } of points) {
    above += (x - meanX) * (y - meanY);
    below += (x - meanX) ** 2;
  }
  return below === 0 ? 0 : above / below;
}
