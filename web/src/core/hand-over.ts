import type { MediaPort } from "./media-port.ts";

/**
 * From `play()` to the first sound pass some 100 ms in Chromium, most of them in its audio output: the next item is begun so much before the
 * end of the one that plays. Less than what was measured: where a device is quicker, two items overlap for a moment instead.
 */
const leadMs = 80;
/** Positions are told every quarter of a second. */
const watchSeconds = 0.6;

/** Begins the next item, in the other port, just before the current one ends. */
export class HandOver {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #begun: MediaPort | undefined;

  /** Takes a position near the end; each one makes the moment surer. */
  approach(remainingSeconds: number, playbackRate: number, next: MediaPort): void {
    if (remainingSeconds > watchSeconds || this.#begun !== undefined) {
      return;
    }
    clearTimeout(this.#timer);
    const delayMs = (remainingSeconds * 1000) / playbackRate - leadMs;
    this.#timer = setTimeout(
      () => {
        this.#begun = next;
        // Refused or failed: it is asked again when its turn has come.
        next.play().catch(() => undefined);
      },
      Math.max(0, delayMs),
    );
  }

  /** The item has ended, and the other port has its turn. */
  finish(): void {
    clearTimeout(this.#timer);
    this.#begun = undefined;
  }

  /** The item does not end just now: it was paused, or there was a seek. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#begun?.pause();
    this.#begun?.seek(0);
    this.#begun = undefined;
  }
}
