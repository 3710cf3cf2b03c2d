import type { MediaPort } from "./media-port.ts";
import type { ResumePositions } from "./playback-state.ts";
import { PlayMeter, type PlayRecord } from "./play-record.ts";
import { isWorthResuming } from "./resume-policy.ts";

const keepEverySeconds = 5;

/** What is remembered of the item that plays: how much of it was heard, and where one is in it. */
export class Sitting {
  readonly #positions: ResumePositions;
  readonly #itemId: string;
  #meter: PlayMeter | undefined;
  #keptSeconds = 0;

  constructor(itemId: string, positions: ResumePositions) {
    this.#itemId = itemId;
    this.#positions = positions;
  }

  /** Whether it was heard at all. */
  get hasStarted(): boolean {
    return this.#meter !== undefined;
  }

  start(startedAtMs: number, previousItemId: string | undefined): void {
    this.#meter = new PlayMeter(this.#itemId, startedAtMs, previousItemId);
  }

  progress(port: MediaPort): void {
    this.#meter?.progress(port.positionSeconds);
    if (Math.abs(port.positionSeconds - this.#keptSeconds) >= keepEverySeconds) {
      this.keepPosition(port);
    }
  }

  /** So that one comes back to it, also where the page is gone in a moment. */
  keepPosition({ positionSeconds, durationSeconds }: MediaPort): void {
    this.#keptSeconds = positionSeconds;
    if (isWorthResuming({ positionSeconds, durationSeconds })) {
      this.#positions.set(this.#itemId, positionSeconds);
    }
  }

  /** @returns what was heard of it */
  finish(durationSeconds: number | undefined, hasEnded: boolean): PlayRecord | undefined {
    if (hasEnded) {
      this.#positions.delete(this.#itemId);
    }
    return this.#meter?.finish(durationSeconds, hasEnded);
  }
}
