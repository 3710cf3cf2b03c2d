import { sharedBuffers } from "./buffer-pool.ts";
import type { ByteRange } from "./byte-range.ts";
import type { ByteSink } from "./byte-sink.ts";
import { PaceMeter } from "./pace-meter.ts";

/** What {@link copyRange} copies from. */
export interface RangeReader {
  /** Fills the whole of `buffer` with the bytes from `position` on, or rejects. */
  fill(buffer: Uint8Array, position: number): Promise<void>;
  /** Called before each chunk is handed on: throws where the copy should end. */
  check(): void;
}

interface FilledBuffer {
  readonly buffer: Uint8Array<ArrayBuffer>;
  readonly length: number;
  /** Position after the last byte of the buffer. */
  readonly end: number;
}

/**
 * Writes `range` of what `reader` reads to `sink`, in pooled buffers. Two take turns: while the sink has one, the other is filled. What
 * the sink or the reader throws is thrown once no buffer is in use any more.
 */
export async function copyRange(range: ByteRange, reader: RangeReader, sink: ByteSink): Promise<void> {
  const { pace = new PaceMeter() } = sink;
  let next = range.start < range.end ? fillNext(reader, range.start, range.end, pace) : undefined;
  try {
    while (next !== undefined) {
      const { buffer, length, end } = await next;
      next = undefined;
      try {
        reader.check();
        // A slow receiver's next chunk would only wait in memory: it is read when he has taken this one.
        if (end < range.end && pace.pace !== "slow") {
          next = fillNext(reader, end, range.end, pace);
        }
        const lentAt = performance.now();
        await sink.write(length === buffer.length ? buffer : buffer.subarray(0, length));
        pace.note(length, performance.now() - lentAt);
      } finally {
        sharedBuffers.give(buffer);
      }
      if (end < range.end) {
        next ??= fillNext(reader, end, range.end, pace);
      }
    }
  } finally {
    // After a failure the reader may still be filling the other buffer.
    await next?.then(({ buffer }) => sharedBuffers.give(buffer)).catch(() => undefined);
  }
}

function fillNext(reader: RangeReader, start: number, end: number, pace: PaceMeter): Promise<FilledBuffer> {
  const filled = fillBuffer(reader, start, end, pace);
  // Awaited later, when the chunk before it is gone; until then a failure must not count as unhandled.
  filled.catch(() => undefined);
  return filled;
}

async function fillBuffer(reader: RangeReader, start: number, end: number, pace: PaceMeter): Promise<FilledBuffer> {
  const buffer = sharedBuffers.take(pace.pace, end - start);
  try {
    const length = Math.min(buffer.length, end - start);
    await reader.fill(length === buffer.length ? buffer : buffer.subarray(0, length), start);
    return { buffer, length, end: start + length };
  } catch (error) {
    sharedBuffers.give(buffer);
    throw error;
  }
}
