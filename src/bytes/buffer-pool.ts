/**
 * Buffers of one size, lent out and taken back, so that streaming allocates nothing per chunk: allocation, not copying, is what
 * Node's stock streams cost. Keeps at most `maxIdle` of them; what is beyond goes to the garbage collector.
 */
export class BufferPool {
  readonly sizeBytes: number;
  readonly #maxIdle: number;
  readonly #idle: Uint8Array<ArrayBuffer>[] = [];

  constructor(sizeBytes: number, maxIdle: number) {
    this.sizeBytes = sizeBytes;
    this.#maxIdle = maxIdle;
  }

  /** A buffer with whatever bytes its last user left in it. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#idle.pop() ?? new Uint8Array(this.sizeBytes);
  }

  /** Takes a buffer back; its lender must not touch it any more. */
  give(buffer: Uint8Array<ArrayBuffer>): void {
    if (buffer.length === this.sizeBytes && this.#idle.length < this.#maxIdle) {
      this.#idle.push(buffer);
    }
  }
}
