import type { QueuedItem } from "./item-part.ts";
import type { ItemPlayerOptions } from "./item-player-options.ts";
import { ItemPlayer } from "./item-player.ts";
import type { PlaybackEvent, PlaybackState, SleepTimer } from "./playback-state.ts";
import { currentEntry, followingEntry, type QueueEntry, type QueueTail } from "./queue.ts";
import type { QueueStore } from "./queue-store.ts";
import { SleepClock } from "./sleep-clock.ts";
import type { ReadableStore } from "./store.ts";

/** Options of {@link PlaybackController}. */
export interface PlaybackOptions extends Omit<ItemPlayerOptions, "now"> {
  readonly queue: QueueStore;
  readonly onEvent: (event: PlaybackEvent) => void;
  /** Where the current item was when the page was left. */
  readonly startSeconds?: number | undefined;
  /** Milliseconds since 1970. @default the system's clock */
  readonly now?: (() => number) | undefined;
}

/** "Previous" begins an item anew where more of it was heard than this. */
const restartAfterSeconds = 3;
/** After so many items in a row that do not play, none will. */
const mostRefusals = 10;

/** Plays the queue. It follows whatever becomes current there, and moves the queue on itself at the end of each item. */
export class PlaybackController implements Disposable {
  readonly #options: PlaybackOptions;
  readonly #player: ItemPlayer;
  readonly #sleepClock: SleepClock;
  readonly #unfollowQueue: () => void;
  #entry: QueueEntry | undefined;
  /** Whether what becomes current next is to play. */
  #playsNext = false;
  #refusalsInARow = 0;

  constructor(options: PlaybackOptions) {
    const { queue, now = Date.now } = options;
    this.#options = options;
    this.#player = new ItemPlayer(
      { ...options, now },
      {
        started: () => this.#started(),
        proven: () => (this.#refusalsInARow = 0),
        ended: () => this.#ended(),
        refused: (reason) => this.#skip(reason),
        played: (play) => options.onEvent({ kind: "played", play }),
        following: () => this.#following(),
        // Where one was in something long has to be gone to first: that is done when its turn has come.
        goesOn: () => this.#sleepClock.timer.get()?.kind !== "end-of-item" && this.#followingStart() === 0,
      },
    );
    this.#sleepClock = new SleepClock(() => this.pause(), now);
    this.#entry = currentEntry(queue.get());
    if (this.#entry !== undefined) {
      this.#player.begin(this.#entry, options.startSeconds ?? this.#resumeSeconds(this.#entry), false);
    }
    this.#unfollowQueue = queue.subscribe(() => this.#followQueue());
  }

  /** What it is doing. */
  get state(): ReadableStore<PlaybackState> {
    return this.#player.state;
  }

  /** Seconds into the current item; changes some times a second. */
  get position(): ReadableStore<number> {
    return this.#player.position;
  }

  /** When it will stop by itself. */
  get sleepTimer(): ReadableStore<SleepTimer | undefined> {
    return this.#sleepClock.timer;
  }

  /** Replaces the queue and plays. */
  playNow(itemIds: readonly QueuedItem[], startIndex = 0, tail?: QueueTail): void {
    this.#playsNext = true;
    this.#options.queue.dispatch({ kind: "play-now", itemIds, startIndex, tail });
  }

  /** Plays another entry of the queue. */
  jump(entryId: number): void {
    if (this.#entry?.id === entryId) {
      return this.#player.play();
    }
    this.#playsNext = true;
    this.#options.queue.dispatch({ kind: "jump", entryId });
  }

  /** Goes on, or begins. Also the way out of `failed`. */
  play(): void {
    const first = this.#options.queue.get().entries[0];
    if (this.#entry !== undefined) {
      this.#player.play();
    } else if (first !== undefined) {
      this.jump(first.id);
    }
  }

  pause(): void {
    this.#playsNext = false;
    this.#player.pause();
  }

  toggle(): void {
    if (this.#player.wantsPlay) {
      this.pause();
    } else {
      this.play();
    }
  }

  seek(seconds: number): void {
    this.#player.seek(seconds);
  }

  /** Goes on with the current item in the form that is wanted now. */
  reopen(): void {
    this.#player.reopen();
  }

  next(): void {
    this.#playsNext = true;
    this.#goOn("skip");
  }

  previous(): void {
    const before = this.#entry;
    this.#playsNext = true;
    const startSeconds = before?.part?.startSeconds ?? 0;
    if (this.#player.position.get() - startSeconds <= restartAfterSeconds) {
      this.#options.queue.dispatch({ kind: "go-back" });
    }
    if (this.#entry === before) {
      this.seek(startSeconds);
      this.play();
    }
  }

  /** The network is back: tries at once what was to be tried later. */
  retryNow(): void {
    this.#player.retryNow();
  }

  /** Stops at a time, or when the current item has ended; `undefined` takes that back. */
  setSleepTimer(timer: SleepTimer | undefined): void {
    this.#sleepClock.set(timer);
  }

  /** Keeps the position and ends the play: the page is being left. */
  [Symbol.dispose](): void {
    this.#unfollowQueue();
    this.#sleepClock.set(undefined);
    this.#player[Symbol.dispose]();
  }

  #followQueue(): void {
    const entry = currentEntry(this.#options.queue.get());
    if (entry?.id === this.#entry?.id) {
      return;
    }
    this.#entry = entry;
    if (entry === undefined) {
      this.#player.clear();
    } else {
      this.#begin(entry, this.#resumeSeconds(entry));
    }
  }

  #begin(entry: QueueEntry, startSeconds: number): void {
    const wantsPlay = this.#playsNext || this.#player.wantsPlay;
    this.#playsNext = false;
    this.#player.begin(entry, startSeconds, wantsPlay);
  }

  #resumeSeconds({ itemId, part }: QueueEntry): number {
    return part?.startSeconds ?? this.#options.positions.get(itemId) ?? 0;
  }

  #started(): void {
    if (this.#entry !== undefined) {
      this.#options.onEvent({ kind: "started", itemId: this.#entry.itemId });
    }
  }

  #ended(): void {
    this.#player.leave(true);
    if (this.#sleepClock.takeEndOfItem()) {
      this.pause();
    }
    this.#goOn("ended");
  }

  #goOn(because: "ended" | "skip"): void {
    const { queue } = this.#options;
    const entry = this.#entry;
    if (entry !== undefined && followingEntry(queue.get(), because)?.id === entry.id) {
      this.#begin(entry, entry.part?.startSeconds ?? 0);
    } else {
      queue.dispatch({ kind: "advance", because });
    }
  }

  #skip(reason: string): void {
    const { queue, onEvent } = this.#options;
    const entry = this.#entry;
    if (entry === undefined) {
      return;
    }
    this.#refusalsInARow += 1;
    onEvent({ kind: "skipped", itemId: entry.itemId, reason });
    const limit = Math.min(mostRefusals, queue.get().entries.length);
    const following = followingEntry(queue.get(), "skip");
    if (this.#refusalsInARow >= limit || following === undefined || following.id === entry.id) {
      this.#refusalsInARow = 0;
      this.#player.stop(reason);
    } else {
      queue.dispatch({ kind: "advance", because: "skip" });
    }
  }

  #followingStart(): number {
    const following = this.#following();
    return following === undefined ? 0 : this.#resumeSeconds(following);
  }

  #following(): QueueEntry | undefined {
    const following = followingEntry(this.#options.queue.get());
    return following?.id === this.#entry?.id ? undefined : following;
  }
}
