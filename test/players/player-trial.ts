/** What to play: plays from the start, then seeks near the end, then back, each until time advances. */
export interface PlayerTrial {
  readonly url: string;
  /** What the player must find, within `toleranceSeconds`. */
  readonly durationSeconds: number;
  /** @default 0.5 */
  readonly toleranceSeconds?: number;
}

/** A player's own way to run a trial: what it prints goes to `log`; rejects with what went wrong. */
export type PlayerRun = (trial: PlayerTrial, log: (text: string) => void) => Promise<void>;

/** Where "near the end" and "back" are, far enough from the end for time to advance. */
export function seekTargets({ durationSeconds }: PlayerTrial): { nearEndSeconds: number; backSeconds: number } {
  return { nearEndSeconds: durationSeconds - Math.min(4, durationSeconds / 2), backSeconds: durationSeconds / 10 };
}

/** @throws {Error} where a player found another duration than the trial says */
export function assertDuration(foundSeconds: number, { durationSeconds, toleranceSeconds = 0.5 }: PlayerTrial): void {
  if (!(Math.abs(foundSeconds - durationSeconds) <= toleranceSeconds)) {
    throw new Error(`Duration is ${foundSeconds} s, not ${durationSeconds} s`);
  }
}
