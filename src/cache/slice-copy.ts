import { sharedBuffers } from "../bytes/buffer-pool.ts";
import type { ByteRange } from "../bytes/byte-range.ts";
import type { ByteSink } from "../bytes/byte-sink.ts";
import { PaceMeter } from "../bytes/pace-meter.ts";
import { throwIfAborted } from "../source/index.ts";

/** Where and how {@link sendFromMemory} sends. */
export interface SendOptions {
  readonly signal: AbortSignal | undefined;
  /** For the message of an error: `Cannot read slice 3 of "films/a.mp4"`. */
  readonly doing: string;
}

/** Fills the buffer's beginning with the bytes from `start` to `end`; false where they are not in memory (any more). */
export type CopyBytes = (buffer: Uint8Array, start: number, end: number) => boolean;

/**
 * Writes `range` of what `copyTo` copies from, in pooled buffers. Copies, because a receiver may do with a lent chunk what he likes,
 * and these bytes are everybody's.
 *
 * @returns how far it came before `copyTo` refused: the end of the range as a rule
 */
export async function sendFromMemory(
  range: ByteRange,
  copyTo: CopyBytes,
  sink: ByteSink,
  { signal, doing }: SendOptions,
): Promise<number> {
  const { pace = new PaceMeter() } = sink;
  let position = range.start;
  while (position < range.end) {
    throwIfAborted(signal, doing);
    const buffer = sharedBuffers.take(pace.pace, range.end - position);
    try {
      const end = Math.min(position + buffer.length, range.end);
      if (!copyTo(buffer, position, end)) {
        break;
      }
      const lentAt = performance.now();
      await sink.write(end - position === buffer.length ? buffer : buffer.subarray(0, end - position));
      pace.note(end - position, performance.now() - lentAt);
      position = end;
    } finally {
      sharedBuffers.give(buffer);
    }
  }
  throwIfAborted(signal, doing);
  return position;
}
