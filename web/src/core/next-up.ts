import type { MediaPort } from "./media-port.ts";
import type { AddressResolver, PlayAddress } from "./playback-state.ts";
import type { QueueEntry } from "./queue.ts";

/** So long before the end of an item the next one is made ready; 30 s must be left when it is. */
export const prepareAheadSeconds = 45;
const retryAfterMs = 5_000;

/** What is ready to follow. */
export interface PreparedEntry {
  readonly entry: QueueEntry;
  readonly address: PlayAddress;
  /** That holds it already; absent where there is only one port, which is busy. */
  readonly port: MediaPort | undefined;
}

/**
 * The item that follows, made ready while the current one plays: its address asked for, and where there is a second port, its first bytes
 * fetched. A locked phone runs no code between two items except in the `ended` event, so that nothing may be left to be asked then.
 */
export class NextUp {
  readonly #resolveAddress: AddressResolver;
  readonly #now: () => number;
  #entry: QueueEntry | undefined;
  #prepared: PreparedEntry | undefined;
  #abort: AbortController | undefined;
  #retryAtMs = 0;

  constructor(resolveAddress: AddressResolver, now: () => number) {
    this.#resolveAddress = resolveAddress;
    this.#now = now;
  }

  /** Makes an entry ready, unless that was begun already. Failures are kept for when it is its turn. */
  prepare(entry: QueueEntry, port: MediaPort | undefined): void {
    if (this.#entry?.id === entry.id && (this.#retryAtMs === 0 || this.#now() < this.#retryAtMs)) {
      return;
    }
    this.drop();
    this.#entry = entry;
    const abort = new AbortController();
    this.#abort = abort;
    this.#resolveAddress(entry.itemId, abort.signal).then(
      (address) => {
        if (!abort.signal.aborted) {
          port?.load(address.url, entry.part?.startSeconds ?? 0, address.mediaType);
          this.#prepared = { entry, address, port };
        }
      },
      () => {
        if (!abort.signal.aborted) {
          this.#retryAtMs = this.#now() + retryAfterMs;
        }
      },
    );
  }

  /** The port that holds this entry, ready to play. */
  portOf(entry: QueueEntry): MediaPort | undefined {
    return this.#prepared?.entry.id === entry.id ? this.#prepared.port : undefined;
  }

  /** Hands over what is ready, if it is this entry and still good. */
  take(entry: QueueEntry): PreparedEntry | undefined {
    const prepared = this.#prepared;
    if (prepared?.entry.id !== entry.id || (prepared.address.expiresAtMs ?? Infinity) <= this.#now()) {
      return undefined;
    }
    this.#forget();
    return prepared;
  }

  /** What was made ready failed in its port: it is asked for anew when its turn comes. */
  spoil(): void {
    this.#prepared = undefined;
    this.#retryAtMs = this.#now() + retryAfterMs;
  }

  /** Lets go of what was made ready. */
  drop(): void {
    this.#abort?.abort();
    this.#prepared?.port?.unload();
    this.#forget();
  }

  #forget(): void {
    this.#entry = undefined;
    this.#prepared = undefined;
    this.#abort = undefined;
    this.#retryAtMs = 0;
  }
}
