import type { MediaPort } from "./media-port.ts";
import type { PlayRecord } from "./play-record.ts";
import type { AddressResolver, ResumePositions } from "./playback-state.ts";
import type { QueueEntry } from "./queue.ts";

/** What a player needs to play an item. */
export interface ItemPlayerOptions {
  /** One, or two that take turns, so that the next item is in one while the other still plays. iOS in the background wants one. */
  readonly ports: readonly [MediaPort] | readonly [MediaPort, MediaPort];
  readonly resolveAddress: AddressResolver;
  readonly positions: ResumePositions;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What becomes of an item. */
export interface ItemPlayerListener {
  started(): void;
  /** It does play: what failed before is over. */
  proven(): void;
  ended(): void;
  /** It does not play, for a reason of its own. */
  refused(reason: string): void;
  played(play: PlayRecord): void;
  /** What will follow by itself, to be made ready; asked near the end. */
  following(): QueueEntry | undefined;
  /** Whether it will play, or was put off for sleep. */
  goesOn(): boolean;
}
