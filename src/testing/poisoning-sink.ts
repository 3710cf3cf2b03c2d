import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { ByteSink } from "../bytes/byte-sink.ts";

/** Options of a {@link PoisoningSink}. */
export interface PoisoningSinkOptions {
  /** Runs inside each write before it settles, with the bytes received so far; what it throws, the write rejects with. */
  readonly onWrite?: (receivedBytes: number) => Promise<void> | void;
}

/**
 * Receives like the strictest receiver there can be. It holds each chunk for a turn of the event loop and checks that nobody
 * touched it meanwhile; then it ruins it, so that a reader that lends its own storage, or counts on the chunk afterwards,
 * delivers rubbish next time. A second write before the first has settled fails.
 */
export class PoisoningSink implements ByteSink {
  readonly #onWrite: PoisoningSinkOptions["onWrite"];
  readonly #chunks: Uint8Array[] = [];
  #receivedBytes = 0;
  #writing = false;
  #closed = false;

  constructor(options: PoisoningSinkOptions = {}) {
    this.#onWrite = options.onWrite;
  }

  /** Bytes received so far. */
  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  async write(chunk: Uint8Array): Promise<void> {
    assert.equal(this.#writing, false, "write() was called before the one before it had settled");
    assert.equal(this.#closed, false, "write() was called after the read had settled");
    assert.notEqual(chunk.length, 0, "write() was called with an empty chunk");
    this.#writing = true;
    const copy = chunk.slice();
    this.#chunks.push(copy);
    this.#receivedBytes += copy.length;
    try {
      await this.#onWrite?.(this.#receivedBytes);
      await nextTurn();
      assert.ok(Buffer.compare(chunk, copy) === 0, "the chunk changed while it was lent");
    } finally {
      chunk.fill(0xaa);
      this.#writing = false;
    }
  }

  /** Everything received; from now on a write is a breach, because the read that fed this sink has settled. */
  close(): Uint8Array {
    assert.equal(this.#writing, false, "the read settled while a write was outstanding");
    this.#closed = true;
    const all = new Uint8Array(this.#receivedBytes);
    let offset = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, offset);
      offset += chunk.length;
    }
    return all;
  }
}
