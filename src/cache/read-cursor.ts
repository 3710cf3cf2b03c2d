import { type ByteRange, type ByteSink, PaceMeter, sharedBuffers } from "../bytes/index.ts";

/** Where a reader is, and how fast he takes what he is given. */
export class ReadCursor implements ByteSink {
  readonly end: number;
  /** Settles as the receiver's last write did: tells his failures from those of who feeds him. */
  lastWrite: Promise<void> = Promise.resolve();
  readonly #sink: ByteSink;
  lastBytes = 0;
  #position: number;
  readonly pace: PaceMeter;

  constructor(range: ByteRange, sink: ByteSink) {
    this.#position = range.start;
    this.end = range.end;
    this.#sink = sink;
    this.pace = sink.pace ?? new PaceMeter();
  }

  get position(): number {
    return this.#position;
  }

  write(chunk: Uint8Array): Promise<void> {
    this.#position += chunk.length;
    this.lastWrite = this.#sink.write(chunk);
    return this.lastWrite;
  }

  /** Copies out of a flight's memory into a buffer that may be lent for as long as the receiver needs. */
  async copy(view: Uint8Array): Promise<void> {
    const buffer = sharedBuffers.take(this.pace.pace, Math.min(view.length, this.end - this.#position));
    const count = Math.min(view.length, buffer.length, this.end - this.#position);
    buffer.set(view.subarray(0, count));
    const lentAt = performance.now();
    try {
      await this.#sink.write(buffer.subarray(0, count));
    } finally {
      sharedBuffers.give(buffer);
    }
    this.pace.note(count, performance.now() - lentAt);
    this.#position += count;
    this.lastBytes = count;
  }
}
