import type { MediaPort } from "./media-port.ts";

/**
 * From `play()` to the first sound pass 0 to 110 ms, by browser and audio device (measured: Chromium 108, Firefox and WebKit without a
 * device 0). Begun with a value between, then learned from each item that was begun.
 */
const firstLeadMs = 40;
const longestLeadMs = 150;
/** Positions are told every quarter of a second. */
const watchSeconds = 0.6;
/** Between these positions, how long an item took to begin can be told from where it is. */
const learnFromSeconds = 0.2;
const learnUntilSeconds = 2;

/** Begins the next item, in the other port, just so much before the current one ends that it is heard when that is over. */
export class HandOver {
  readonly #now: () => number;
  #leadMs = firstLeadMs;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #begun: MediaPort | undefined;
  #begunAtMs: number | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes a position near the end; each one makes the moment surer. */
  approach(remainingSeconds: number, playbackRate: number, next: MediaPort): void {
    if (remainingSeconds > watchSeconds || this.#begun !== undefined) {
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        this.#begun = next;
        this.#begunAtMs = this.#now();
        // Refused or failed: it is asked again when its turn has come.
        next.play().catch(() => undefined);
      },
      Math.max(0, (remainingSeconds * 1000) / playbackRate - this.#leadMs),
    );
  }

  /** Takes the position of what was begun, once its turn has come. */
  learn(positionSeconds: number, playbackRate: number): void {
    if (this.#begun !== undefined || this.#begunAtMs === undefined || positionSeconds < learnFromSeconds) {
      return;
    }
    if (positionSeconds <= learnUntilSeconds) {
      const startedAtMs = this.#now() - (positionSeconds * 1000) / playbackRate;
      this.#leadMs = Math.min(Math.max(0, startedAtMs - this.#begunAtMs), longestLeadMs);
    }
    this.#begunAtMs = undefined;
  }

  /** The item has ended, and the other port has its turn. */
  finish(): void {
    clearTimeout(this.#timer);
    this.#begun = undefined;
  }

  /** The item does not end just now: it was paused, or there was a seek. */
  cancel(): void {
    clearTimeout(this.#timer);
    if (this.#begun !== undefined) {
      this.#begun.pause();
      this.#begun.seek(0);
      this.#begun = undefined;
      this.#begunAtMs = undefined;
    }
  }
}
