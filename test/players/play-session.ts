import { setTimeout as sleep } from "node:timers/promises";
import { assertDuration, type PlayerTrial, seekTargets } from "./player-trial.ts";

const stepTimeoutMs = 15_000;

/** A running player under remote control. Absent answers mean "not yet". */
export interface PlaySession {
  position(): Promise<number | undefined>;
  duration(): Promise<number | undefined>;
  seek(seconds: number): Promise<void>;
  /** What the player has complained about, if that means that it will not play. */
  problem(): string | undefined;
}

/** Runs a trial in one session, as a viewer with a seek bar would: requests are cut off by the seeks. */
export async function runSession(session: PlaySession, trial: PlayerTrial): Promise<void> {
  const { nearEndSeconds, backSeconds } = seekTargets(trial);
  const step = (name: string, fromSeconds: number, belowSeconds: number): Promise<void> => {
    return untilPositionIn(session, name, { fromSeconds, belowSeconds });
  };
  await step("play", 1, Infinity);
  assertDuration((await session.duration()) ?? Number.NaN, trial);
  await session.seek(nearEndSeconds);
  await step("seek near the end", nearEndSeconds + 1, Infinity);
  await session.seek(backSeconds);
  await step("seek back", backSeconds + 1, nearEndSeconds);
}

async function untilPositionIn(
  session: PlaySession,
  step: string,
  { fromSeconds, belowSeconds }: { fromSeconds: number; belowSeconds: number },
): Promise<void> {
  const deadline = performance.now() + stepTimeoutMs;
  for (;;) {
    const position = await session.position();
    if (position !== undefined && position >= fromSeconds && position < belowSeconds) {
      return;
    }
    const late = performance.now() > deadline ? `time did not advance in ${stepTimeoutMs} ms` : undefined;
    const problem = session.problem() ?? late;
    if (problem !== undefined) {
      throw new Error(`${step}: ${problem}`);
    }
    await sleep(100);
  }
}
