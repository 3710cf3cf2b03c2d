import type { ItemPart } from "./item-part.ts";
import type { PlayRecord } from "./play-record.ts";

/** What the player is doing. */
export interface PlaybackState {
  /**
   * `idle`: nothing is current; `loading`: asked to play, not heard yet; `reconnecting`: was heard, and will be again by itself; `failed`: not
   * without being asked again.
   */
  readonly status: "idle" | "loading" | "playing" | "paused" | "reconnecting" | "failed";
  readonly itemId?: string | undefined;
  /** Absent: all of the item plays. */
  readonly part?: ItemPart | undefined;
  /** Which of the ports is the one to see and hear. */
  readonly portIndex: number;
  /** Whether it waits for bytes in the middle of playing. */
  readonly isWaiting: boolean;
  readonly durationSeconds?: number | undefined;
  /** Why it is failed or reconnecting, or that the browser wants a gesture. */
  readonly message?: string | undefined;
}

/** What happens that is no state. */
export type PlaybackEvent =
  | { readonly kind: "started"; readonly itemId: string }
  | { readonly kind: "skipped"; readonly itemId: string; readonly reason: string }
  | { readonly kind: "played"; readonly play: PlayRecord };

/** When playing stops by itself. */
export type SleepTimer = { readonly kind: "at"; readonly atMs: number } | { readonly kind: "end-of-item" };

/** Where an item plays. */
export interface PlayAddress {
  readonly url: string;
  /** Absent where it is a file, whatever is in it. */
  readonly mediaType?: string | undefined;
  /** Milliseconds since 1970; absent where it does not expire. */
  readonly expiresAtMs?: number | undefined;
}

/** Where one was in long items. */
export interface ResumePositions {
  get(itemId: string): number | undefined;
  set(itemId: string, positionSeconds: number): void;
  delete(itemId: string): void;
}

/** How addresses are had. */
export type AddressResolver = (itemId: string, signal: AbortSignal) => Promise<PlayAddress>;
