/** One time that an item was played. */
export interface PlayRecord {
  readonly itemId: string;
  /** Milliseconds since 1970. */
  readonly startedAtMs: number;
  /** What was heard, seeks not counted. */
  readonly listenedSeconds: number;
  readonly durationSeconds?: number | undefined;
  /** `completed`: to its end, or nearly; `skipped`: left soon; `stopped`: left in between. */
  readonly outcome: "completed" | "skipped" | "stopped";
  /** What played right before, in the same sitting. */
  readonly previousItemId?: string | undefined;
}

const nearlyAll = 0.9;
const soonSeconds = 30;
const soonShare = 0.3;

/** Measures one play, from positions as they are told. */
export class PlayMeter {
  readonly #itemId: string;
  readonly #startedAtMs: number;
  readonly #previousItemId: string | undefined;
  #listenedSeconds = 0;
  #positionSeconds: number | undefined;

  constructor(itemId: string, startedAtMs: number, previousItemId?: string) {
    this.#itemId = itemId;
    this.#startedAtMs = startedAtMs;
    this.#previousItemId = previousItemId;
  }

  /** Takes a position while playing. Larger steps than a few seconds are seeks. */
  progress(positionSeconds: number): void {
    const step = positionSeconds - (this.#positionSeconds ?? positionSeconds);
    if (step > 0 && step <= 5) {
      this.#listenedSeconds += step;
    }
    this.#positionSeconds = positionSeconds;
  }

  /** @returns nothing where it was hardly begun */
  finish(durationSeconds: number | undefined, hasEnded: boolean): PlayRecord | undefined {
    const listenedSeconds = Math.round(this.#listenedSeconds * 10) / 10;
    if (listenedSeconds < 1) {
      return undefined;
    }
    return {
      itemId: this.#itemId,
      startedAtMs: this.#startedAtMs,
      listenedSeconds,
      ...(durationSeconds === undefined ? {} : { durationSeconds }),
      outcome:
        hasEnded || this.#isNearlyAll(durationSeconds)
          ? "completed"
          : this.#isSoon(durationSeconds)
            ? "skipped"
            : "stopped",
      ...(this.#previousItemId === undefined ? {} : { previousItemId: this.#previousItemId }),
    };
  }

  #isNearlyAll(durationSeconds: number | undefined): boolean {
    return durationSeconds !== undefined && (this.#positionSeconds ?? 0) >= durationSeconds * nearlyAll;
  }

  #isSoon(durationSeconds: number | undefined): boolean {
    const limit = durationSeconds === undefined ? soonSeconds : Math.min(soonSeconds, durationSeconds * soonShare);
    return this.#listenedSeconds < limit;
  }
}

/** Whether a play is one that others' suggestions and the server's count should know of. */
export function isCountedPlay({ listenedSeconds, durationSeconds, outcome }: PlayRecord): boolean {
  return outcome === "completed" || listenedSeconds >= Math.min(30, (durationSeconds ?? Infinity) / 2);
}
