import type { PaceMeter } from "./pace-meter.ts";

/**
 * Where bytes go. The chunk is **lent**: it belongs to the writer's caller again as soon as the returned promise settles, and
 * is then overwritten. A sink that wants to keep bytes copies them before it settles.
 *
 * The promise settles when the sink can take more, so awaiting it is back-pressure. It rejects when the
 * receiver is gone; the reader then stops and frees what it holds.
 */
export interface ByteSink {
  write(chunk: Uint8Array): Promise<void>;
  /** How quickly the receiver takes chunks, where that outlives one read. @default each read learns it anew */
  readonly pace?: PaceMeter | undefined;
}

/** A sink that keeps everything in memory; for small objects and tests. */
export class CollectingSink implements ByteSink {
  readonly #chunks: Uint8Array[] = [];
  #lengthBytes = 0;

  /** Bytes received so far. */
  get lengthBytes(): number {
    return this.#lengthBytes;
  }

  write(chunk: Uint8Array): Promise<void> {
    this.#chunks.push(chunk.slice());
    this.#lengthBytes += chunk.length;
    return Promise.resolve();
  }

  /** All bytes received, as one new array. */
  bytes(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.#lengthBytes);
    let offset = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, offset);
      offset += chunk.length;
    }
    return all;
  }
}
