/** From here on the end is waited for by the clock. */
const nearSeconds = 1;

/** Tells when a part of what plays is over. An element tells its position four times a second, and of a part's end nothing at all. */
export class PartEnd {
  readonly #onEnd: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  /** Takes how much of the part is left; near its end each one makes the moment surer. */
  approach(remainingSeconds: number, playbackRate: number): void {
    this.cancel();
    if (remainingSeconds <= 0) {
      this.#onEnd();
    } else if (remainingSeconds < nearSeconds) {
      this.#timer = setTimeout(this.#onEnd, (remainingSeconds * 1000) / playbackRate);
    }
  }

  /** It does not end just now: it was paused, left, or there was a seek. */
  cancel(): void {
    clearTimeout(this.#timer);
  }
}
