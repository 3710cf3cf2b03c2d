import type { SleepTimer } from "./playback-state.ts";
import { createStore, type ReadableStore, type Store } from "./store.ts";

/** Stops the music for whoever falls asleep. */
export class SleepClock {
  readonly #onTime: () => void;
  readonly #now: () => number;
  readonly #timer: Store<SleepTimer | undefined> = createStore<SleepTimer | undefined>(undefined);
  #timeout: ReturnType<typeof setTimeout> | undefined;

  constructor(onTime: () => void, now: () => number) {
    this.#onTime = onTime;
    this.#now = now;
  }

  /** What is set. */
  get timer(): ReadableStore<SleepTimer | undefined> {
    return this.#timer;
  }

  /** Sets the timer in place of the last one. */
  set(timer: SleepTimer | undefined): void {
    clearTimeout(this.#timeout);
    this.#timer.set(timer);
    if (timer?.kind === "at") {
      this.#timeout = setTimeout(
        () => {
          this.#timer.set(undefined);
          this.#onTime();
        },
        Math.max(0, timer.atMs - this.#now()),
      );
    }
  }

  /** Whether this end of an item is the one to stop at; the timer is then done. */
  takeEndOfItem(): boolean {
    const isNow = this.#timer.get()?.kind === "end-of-item";
    if (isNow) {
      this.#timer.set(undefined);
    }
    return isNow;
  }
}
