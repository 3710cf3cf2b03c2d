import type { MediaFailure } from "./media-port.ts";

/** What to do about a failure. */
export type FailureVerdict =
  /** It may pass: ask for the address again, and go on where it was. */
  | { readonly kind: "retry"; readonly afterMs: number; readonly message: string }
  /** This item does not play: on to the next one. */
  | { readonly kind: "skip"; readonly message: string }
  /** Nothing would play just now: stay, until the user or the network asks again. */
  | { readonly kind: "give-up"; readonly message: string };

/** Longer than a server takes to start again, and than a train is in a tunnel. */
const patienceMs = 180_000;
/** The first one leaves time to notice that what was saved has been cleared away. */
const retryDelaysMs = [100, 500, 1_000, 2_000, 4_000];
const longestDelayMs = 5_000;

/** A failure of the element, or what was thrown while an address was asked for. */
export type PlaybackFailure =
  | { readonly kind: "media"; readonly failure: MediaFailure }
  | { readonly kind: "address"; readonly error: unknown };

/**
 * Decides what becomes of a failed item.
 * @param attempt how often it has been tried again since it last played
 * @param outageMs how long ago that was
 */
export function judgeFailure(failure: PlaybackFailure, attempt: number, outageMs: number): FailureVerdict {
  const message = describeFailure(failure);
  const isPassing =
    failure.kind === "media"
      ? // A refusal looks like an unknown format, and a stream that was spliced like a broken one: a fresh address tells.
        failure.failure.reason === "network" || attempt === 0
      : isPassingError(failure.error);
  if (!isPassing) {
    return { kind: "skip", message };
  }
  return outageMs > patienceMs
    ? { kind: "give-up", message }
    : { kind: "retry", afterMs: retryDelaysMs[attempt] ?? longestDelayMs, message };
}

/** Why an item did not play, for people. */
export function describeFailure(failure: PlaybackFailure): string {
  if (failure.kind === "media") {
    return mediaMessages[failure.failure.reason];
  }
  const { error } = failure;
  if (statusOf(error) !== undefined && error instanceof Error) {
    return error.message;
  }
  return "The server is out of reach.";
}

const mediaMessages: Readonly<Record<MediaFailure["reason"], string>> = {
  network: "The connection was lost.",
  decode: "The media is damaged, or not what it says it is.",
  unsupported: "This browser cannot play this format.",
};

/** What the server refuses for good is told by its status; without one, it was not reached. */
function isPassingError(error: unknown): boolean {
  const status = statusOf(error);
  return status === undefined || status === 408 || status === 429 || status >= 500;
}

/** Read by its shape: the client's error class may come from another bundle. */
function statusOf(error: unknown): number | undefined {
  return error instanceof Error && "status" in error && typeof error.status === "number" ? error.status : undefined;
}

/** The time since an item last played, with its attempts to do so again. */
export class Outage {
  readonly #now: () => number;
  #sinceMs: number | undefined;
  #attempts = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes a failure, and says what to do about it. */
  judge(failure: PlaybackFailure): FailureVerdict {
    this.#sinceMs ??= this.#now();
    const verdict = judgeFailure(failure, this.#attempts, this.#now() - this.#sinceMs);
    this.#attempts += 1;
    return verdict;
  }

  /** It plays, or is asked for anew. */
  end(): void {
    this.#sinceMs = undefined;
    this.#attempts = 0;
  }
}
