import { sliceIndexAt, sliceRange } from "../bytes/index.ts";

/** A span ends at the latest here, so that what others hold by then is noticed. */
export const maxSpanBytes: number = 16 * 1024 * 1024;
/** What sources ask for where the end is open; less would leave some of their first answer unread. */
const firstSpanBytes = 1024 * 1024;

/** What a flight wants to read on for. */
export interface SpanNeed {
  readonly position: number;
  /** Where the furthest need of its readers ends, a slice's end. */
  readonly needEnd: number;
  /** What it has read so far. */
  readonly readBytes: number;
}

/** What a span is read from, and what need not be read. */
export interface SpanGround {
  readonly sliceBytes: number;
  readonly sizeBytes: number;
  /** Whether the slice that a position lies in is held. */
  readonly isHeld: (position: number) => Promise<boolean>;
}

/** Up to where one upstream read should go: the need, the next slice that is held, or the limit of a span; `position` itself where it is held. */
export async function spanEndOf({ position, needEnd, readBytes }: SpanNeed, ground: SpanGround): Promise<number> {
  const { sliceBytes, sizeBytes, isHeld } = ground;
  // A need that reaches the object's end is mostly a player's, who may seek at any moment: little is asked for at first.
  const cautiousBytes = Math.min(Math.max(readBytes / 4, firstSpanBytes), maxSpanBytes);
  const wishBytes = needEnd < sizeBytes ? maxSpanBytes : cautiousBytes;
  const spanBytes = Math.max(1, Math.floor(wishBytes / sliceBytes)) * sliceBytes;
  const limit = Math.min(needEnd, position + spanBytes, sizeBytes);
  if (position >= limit || (await isHeld(position))) {
    return position;
  }
  const sliceEnd = (at: number): number => sliceRange(sliceIndexAt(at, sliceBytes), sliceBytes, sizeBytes).end;
  let end = sliceEnd(position);
  while (end < limit && !(await isHeld(end))) {
    end = sliceEnd(end);
  }
  return Math.min(end, limit);
}
