import { AddressLoader } from "./address-loader.ts";
import { HandOver } from "./hand-over.ts";
import { spanOf } from "./item-part.ts";
import type { MediaFailure, MediaPortEvent } from "./media-port.ts";
import type { ItemPlayerListener, ItemPlayerOptions } from "./item-player-options.ts";
import { NextUp, prepareAheadSeconds } from "./next-up.ts";
import type { PlayAddress, PlaybackState } from "./playback-state.ts";
import { PartEnd } from "./part-end.ts";
import { PortDeck } from "./port-deck.ts";
import type { QueueEntry } from "./queue.ts";
import { Sitting } from "./sitting.ts";
import { createStore, type Store } from "./store.ts";

/** Browsers tell that they paused right before they tell that it ended. */
const endSlackSeconds = 0.5;
/** An item that went on for so long does play. */
const provenSeconds = 1;
/** A part that begins so near to where one is follows on what was heard. */
const followsOnSeconds = 0.6;

/** Plays one item at a time, whatever it takes: fresh addresses, outages, the change of ports. Knows nothing of the queue. */
export class ItemPlayer implements Disposable {
  readonly state: Store<PlaybackState>;
  readonly position: Store<number>;
  readonly #options: ItemPlayerOptions;
  readonly #listener: ItemPlayerListener;
  readonly #deck: PortDeck;
  readonly #nextUp: NextUp;
  readonly #loader: AddressLoader;
  readonly #handOver: HandOver;
  readonly #partEnd: PartEnd;
  #sitting: Sitting | undefined;
  #wantsPlay = false;
  #startSeconds = 0;
  #previousItemId: string | undefined;

  constructor(options: ItemPlayerOptions, listener: ItemPlayerListener) {
    const { ports, resolveAddress, now } = options;
    this.#options = options;
    this.#listener = listener;
    this.state = createStore<PlaybackState>({ status: "idle", portIndex: 0, isWaiting: false });
    this.position = createStore(0);
    this.#nextUp = new NextUp(resolveAddress, now);
    this.#handOver = new HandOver(now);
    this.#partEnd = new PartEnd(() => {
      if (this.state.get().status === "playing") this.#listener.ended();
    });
    this.#deck = new PortDeck(
      ports,
      (event) => this.#hear(event),
      () => this.#nextUp.spoil(),
    );
    this.#loader = new AddressLoader(
      resolveAddress,
      {
        opened: (address) => this.#open(address),
        retrying: (message) => this.#update({ status: this.#waitingStatus(), message }),
        refused: (reason) => this.#listener.refused(reason),
        gaveUp: (message) => this.stop(message),
      },
      now,
    );
  }

  /** Makes an item the current one. Nothing is fetched before it is wanted. */
  begin(entry: QueueEntry, startSeconds: number, wantsPlay: boolean): void {
    this.leave(false);
    this.#wantsPlay = wantsPlay;
    this.#startSeconds = startSeconds;
    this.#sitting = new Sitting(entry.itemId, this.#options.positions);
    this.position.set(startSeconds);
    this.state.set({
      status: wantsPlay ? "loading" : "paused",
      itemId: entry.itemId,
      part: entry.part,
      portIndex: this.#deck.index,
      isWaiting: false,
    });
    if (wantsPlay && entry.part !== undefined && entry.itemId === this.#deck.heldItemId) {
      return this.#goOnInside(startSeconds);
    }
    const prepared = wantsPlay ? this.#nextUp.take(entry) : undefined;
    if (prepared?.port !== undefined) {
      // All in one go: in the `ended` event of a locked phone there is no later.
      const isPlaying = this.#deck.swap(startSeconds, entry.itemId);
      this.#update({ portIndex: this.#deck.index, durationSeconds: this.#deck.active.durationSeconds });
      this.#playPort();
      if (isPlaying) this.#hearPlaying();
    } else if (prepared !== undefined) {
      this.#open(prepared.address);
    } else {
      this.#deck.unload();
      if (wantsPlay) this.#loader.load(entry.itemId);
    }
  }

  /** From one part of an item to another: where the one follows on the other nothing is heard of it. */
  #goOnInside(startSeconds: number): void {
    const port = this.#deck.active;
    this.#nextUp.drop();
    this.#deck.rejoin();
    if (Math.abs(port.positionSeconds - startSeconds) > followsOnSeconds) port.seek(startSeconds);
    this.#update({ durationSeconds: port.durationSeconds });
    this.#playPort();
    this.#hearPlaying();
  }

  play(): void {
    const { itemId } = this.state.get();
    this.#wantsPlay = true;
    if (this.#deck.isLoaded) {
      this.#playPort();
    } else if (itemId !== undefined) {
      this.#update({ status: this.#waitingStatus() });
      this.#loader.load(itemId);
    }
  }

  /** Tries at once what was to be tried later. */
  retryNow(): void {
    if (this.#wantsPlay && !this.#deck.isLoaded) {
      this.play();
    }
  }

  pause(): void {
    this.#wantsPlay = false;
    this.#partEnd.cancel();
    this.#handOver.cancel();
    this.#deck.active.pause();
    this.#keepPosition();
    if (!this.#deck.isLoaded) {
      this.#loader.stop();
    }
    // Where it plays, the port tells that it stopped.
    if (["loading", "reconnecting"].includes(this.state.get().status)) {
      this.#update({ status: "paused", isWaiting: false, message: undefined });
    }
  }

  /** Whether it plays, or will as soon as it can. */
  get wantsPlay(): boolean {
    return this.#wantsPlay;
  }

  seek(seconds: number): void {
    const { startSeconds, endSeconds = Infinity } = spanOf(this.state.get());
    const target = Math.min(Math.max(startSeconds, seconds), endSeconds);
    this.#partEnd.cancel();
    this.#startSeconds = target;
    this.#handOver.cancel();
    this.position.set(target);
    if (this.#deck.isLoaded) {
      this.#deck.active.seek(target);
    }
  }

  /** The item is wanted in another form: asks for its address anew, and goes on where it was. */
  reopen(): void {
    const { itemId } = this.state.get();
    if (itemId === undefined || !this.#deck.isLoaded) {
      return;
    }
    this.#startSeconds = this.position.get();
    this.#handOver.cancel();
    this.#nextUp.drop();
    this.#deck.leave();
    if (this.#wantsPlay) {
      this.#update({ status: this.#waitingStatus() });
      this.#loader.load(itemId);
    } else {
      this.#deck.unload();
    }
  }

  /** The item is over, or another one takes its place. */
  leave(hasEnded: boolean): void {
    this.#loader.stop();
    this.#partEnd.cancel();
    const { itemId, part } = this.state.get();
    if (hasEnded) {
      this.#handOver.finish();
    } else {
      this.#handOver.cancel();
      this.#keepPosition();
    }
    const { startSeconds, endSeconds } = spanOf({ part, durationSeconds: this.#deck.active.durationSeconds });
    const play = this.#sitting?.finish(endSeconds === undefined ? undefined : endSeconds - startSeconds, hasEnded);
    this.#sitting = undefined;
    this.#deck.leave();
    if (play !== undefined) {
      this.#previousItemId = itemId;
      this.#listener.played(play);
    }
  }

  /** Nothing is current any more. */
  clear(): void {
    this.leave(false);
    this.#wantsPlay = false;
    this.#nextUp.drop();
    this.#deck.unload();
    this.state.set({ status: "idle", portIndex: this.#deck.index, isWaiting: false });
    this.position.set(0);
  }

  /** Stays with the item, until it is asked to play again. */
  stop(message: string): void {
    this.#wantsPlay = false;
    this.#loader.stop();
    this.#update({ status: "failed", isWaiting: false, message });
  }

  [Symbol.dispose](): void {
    this.leave(false);
    this.#nextUp.drop();
    this.#deck[Symbol.dispose]();
  }

  #open(address: PlayAddress): void {
    this.#deck.open(address, this.#startSeconds, this.state.get().itemId);
    if (this.#wantsPlay) this.#playPort();
  }

  #playPort(): void {
    const sitting = this.#sitting;
    this.#deck.active.play().catch((error: unknown) => {
      // Everything else comes as an event of the port.
      if (error instanceof Error && error.name === "NotAllowedError" && this.#sitting === sitting) {
        this.#wantsPlay = false;
        this.#update({ status: "paused", message: "The browser wants you to press play." });
      }
    });
  }

  #hear(event: MediaPortEvent): void {
    switch (event.kind) {
      case "ready":
        return this.#update({ durationSeconds: this.#deck.active.durationSeconds });
      case "playing":
        return this.#hearPlaying();
      case "paused":
        return this.#hearPaused();
      case "waiting":
        return this.#update({ isWaiting: true });
      case "progress":
        return this.#hearProgress();
      case "ended":
        return this.#listener.ended();
      case "failed":
        return this.#fail(event.failure);
    }
  }

  #hearPlaying(): void {
    const { durationSeconds } = this.#deck.active;
    this.#wantsPlay = true;
    this.#update({ status: "playing", isWaiting: false, message: undefined, durationSeconds });
    if (this.#sitting?.hasStarted === false) {
      this.#sitting.start(this.#options.now(), this.#previousItemId);
      this.#listener.started();
    }
  }

  #hearPaused(): void {
    const { durationSeconds = Infinity, positionSeconds } = this.#deck.active;
    if (this.state.get().status === "playing" && positionSeconds < durationSeconds - endSlackSeconds) {
      this.#wantsPlay = false;
      this.#handOver.cancel();
      this.#keepPosition();
      this.#update({ status: "paused", isWaiting: false });
    }
  }

  #hearProgress(): void {
    const { positionSeconds } = this.#deck.active;
    const { part } = this.state.get();
    const { endSeconds = Infinity } = spanOf({ part, durationSeconds: this.#deck.active.durationSeconds });
    if (!this.#deck.isReady) {
      // An element says 0 while it loads; where it will begin is known better.
      return;
    }
    this.position.set(positionSeconds);
    if (this.state.get().status !== "playing") {
      return;
    }
    this.#update({ isWaiting: false });
    // Not when it says that it plays: what fails right after that, again and again, would be tried for ever.
    if (positionSeconds >= this.#startSeconds + provenSeconds) {
      this.#loader.succeed();
      this.#listener.proven();
    }
    this.#handOver.learn(positionSeconds, this.#deck.active.playbackRate);
    this.#sitting?.progress(this.#deck.active);
    if (endSeconds - positionSeconds <= prepareAheadSeconds) {
      const following = this.#listener.following();
      if (following !== undefined) this.#approach(following, endSeconds - positionSeconds);
    }
    if (part?.endSeconds !== undefined) {
      this.#partEnd.approach(endSeconds - positionSeconds, this.#deck.active.playbackRate);
    }
  }

  #approach(following: QueueEntry, remainingSeconds: number): void {
    // Another part of what plays needs nothing more than to be gone to.
    if (following.part !== undefined && following.itemId === this.#deck.heldItemId) return;
    this.#nextUp.prepare(following, this.#deck.spare);
    const next = this.#nextUp.portOf(following);
    if (next !== undefined && this.#listener.goesOn()) {
      this.#handOver.approach(remainingSeconds, this.#deck.active.playbackRate, next);
    }
  }

  #fail(failure: MediaFailure): void {
    const { itemId } = this.state.get();
    if (this.#deck.isReady) {
      this.#startSeconds = this.#deck.active.positionSeconds;
    }
    this.#deck.leave("broken");
    this.#handOver.cancel();
    if (this.#wantsPlay && itemId !== undefined) {
      this.#loader.fail(itemId, { kind: "media", failure });
    }
  }

  #waitingStatus(): "loading" | "reconnecting" {
    return this.#sitting?.hasStarted === true ? "reconnecting" : "loading";
  }

  #keepPosition(): void {
    if (this.#deck.isReady) {
      this.#sitting?.keepPosition(this.#deck.active);
    }
  }

  #update(change: Partial<PlaybackState>): void {
    const state = this.state.get();
    const keys = Object.keys(change) as (keyof PlaybackState)[];
    if (keys.some((key) => change[key] !== state[key])) {
      this.state.set({ ...state, ...change });
    }
  }
}
