/** What decides whether one comes back to where one was. */
export interface ResumeFacts {
  readonly positionSeconds: number;
  readonly durationSeconds?: number | undefined;
}

/** Shorter things are heard from the beginning: nobody wants the last minute of a song. */
const leastDurationSeconds = 600;
const leastPositionSeconds = 15;
const endSeconds = 30;
const endShare = 0.97;

/** Whether the position is worth keeping: in the middle of something long. */
export function isWorthResuming({ positionSeconds, durationSeconds }: ResumeFacts): boolean {
  return (
    durationSeconds !== undefined &&
    durationSeconds >= leastDurationSeconds &&
    positionSeconds >= leastPositionSeconds &&
    positionSeconds < Math.min(durationSeconds - endSeconds, durationSeconds * endShare)
  );
}
