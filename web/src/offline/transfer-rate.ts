/** About so many seconds are looked back on: shorter jumps about, longer lags behind. */
const memorySeconds = 5;

/** The rate of a transfer, smoothed. */
export class TransferRate {
  #bytesPerSecond: number | undefined;
  #lastMs: number;
  #pendingBytes = 0;

  constructor(nowMs: number) {
    this.#lastMs = nowMs;
  }

  /** Takes bytes that have come. Chunks that come together are measured together. */
  add(bytes: number, nowMs: number): void {
    this.#pendingBytes += bytes;
    const seconds = (nowMs - this.#lastMs) / 1000;
    if (seconds < 0.25) {
      return;
    }
    const rate = this.#pendingBytes / seconds;
    const weight = 1 - Math.exp(-seconds / memorySeconds);
    this.#bytesPerSecond =
      this.#bytesPerSecond === undefined ? rate : this.#bytesPerSecond + weight * (rate - this.#bytesPerSecond);
    this.#lastMs = nowMs;
    this.#pendingBytes = 0;
  }

  /** 0 until it is known. */
  get bytesPerSecond(): number {
    return this.#bytesPerSecond ?? 0;
  }

  secondsLeft(remainingBytes: number): number | undefined {
    return this.bytesPerSecond === 0 ? undefined : remainingBytes / this.bytesPerSecond;
  }
}
