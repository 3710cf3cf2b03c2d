import { Outage, type PlaybackFailure } from "./playback-failure.ts";
import type { AddressResolver, PlayAddress } from "./playback-state.ts";

/** What becomes of asking for an item's address. */
export interface AddressListener {
  opened(address: PlayAddress): void;
  /** It failed, and will be tried again by itself. */
  retrying(message: string): void;
  /** It will not play. */
  refused(message: string): void;
  /** Nothing came for too long. */
  gaveUp(message: string): void;
}

/** Asks for the address of the current item, again and again where it may help, never for two items at once. */
export class AddressLoader {
  readonly #resolveAddress: AddressResolver;
  readonly #listener: AddressListener;
  readonly #outage: Outage;
  #request: AbortController | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(resolveAddress: AddressResolver, listener: AddressListener, now: () => number) {
    this.#resolveAddress = resolveAddress;
    this.#listener = listener;
    this.#outage = new Outage(now);
  }

  /** Asks now, for the first time or by the wish of the user. */
  load(itemId: string): void {
    this.#outage.end();
    this.#ask(itemId);
  }

  /** The item cannot be loaded, or what was loaded failed in its port. */
  fail(itemId: string, failure: PlaybackFailure): void {
    this.stop();
    const verdict = this.#outage.judge(failure);
    switch (verdict.kind) {
      case "retry":
        this.#listener.retrying(verdict.message);
        this.#retryTimer = setTimeout(() => this.#ask(itemId), verdict.afterMs);
        return;
      case "skip":
        return this.#listener.refused(verdict.message);
      case "give-up":
        return this.#listener.gaveUp(verdict.message);
    }
  }

  /** It plays: the next failure is the first of another outage. */
  succeed(): void {
    this.#outage.end();
  }

  /** Whatever was asked no longer matters. */
  stop(): void {
    this.#request?.abort();
    clearTimeout(this.#retryTimer);
  }

  #ask(itemId: string): void {
    this.stop();
    const request = new AbortController();
    this.#request = request;
    this.#resolveAddress(itemId, request.signal).then(
      (address) => {
        if (!request.signal.aborted) this.#listener.opened(address);
      },
      (error: unknown) => {
        if (!request.signal.aborted) this.fail(itemId, { kind: "address", error });
      },
    );
  }
}
