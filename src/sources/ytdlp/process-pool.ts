import { SourceError } from "../../source/index.ts";
import { YtdlpError } from "./ytdlp-failure.ts";

/** What waits for what: `urgent` keeps a stream alive that somebody is watching, `background` may be needed later. */
export type Urgency = "urgent" | "normal" | "background";

/** Options of {@link ProcessPool.enter}. */
export interface EnterOptions {
  readonly urgency: Urgency;
  /** By which {@link ProcessPool.raise} finds it. */
  readonly name?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told the place in the queue, from 1, each time it changes; 0 when it is left. */
  readonly onPosition?: ((position: number) => void) | undefined;
}

interface Waiter extends Omit<EnterOptions, "urgency"> {
  urgency: Urgency;
  readonly admit: () => void;
  position: number;
}

const ranks: Readonly<Record<Urgency, number>> = { urgent: 0, normal: 1, background: 2 };
/** Places beyond the limit for urgent work: a queue of new viewers must not stop those who are watching. */
const urgentPlaces = 2;

/** Bounds how many subprocesses run at once, and how many wait to. */
export class ProcessPool {
  readonly #what: string;
  readonly #limit: number;
  readonly #maxWaiting: number;
  readonly #waiting: Waiter[] = [];
  #running = 0;

  /** @param what runs in it, for messages */
  constructor(limit: number, maxWaiting: number, what = "yt-dlp") {
    this.#what = what;
    this.#limit = limit;
    this.#maxWaiting = maxWaiting;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Waits for a place; it is left by disposing of what comes back.
   * @throws {SourceError} `unavailable` where too many wait already, `aborted`
   */
  async enter(options: EnterOptions): Promise<Disposable> {
    if (!this.#hasPlaceFor(options.urgency)) {
      await this.#queue(options);
    } else {
      this.#running += 1;
    }
    return {
      [Symbol.dispose]: () => {
        this.#running -= 1;
        this.#admitNext();
      },
    };
  }

  /** Somebody wants what waits under this name sooner: a prepared item that is clicked on while it waits is not prepared any more. */
  raise(name: string, urgency: Urgency): void {
    const waiter = this.#waiting.find((candidate) => candidate.name === name);
    if (waiter !== undefined && ranks[urgency] < ranks[waiter.urgency]) {
      this.#remove(waiter);
      waiter.urgency = urgency;
      this.#insert(waiter);
      this.#admitNext();
    }
  }

  #hasPlaceFor(urgency: Urgency): boolean {
    return this.#running < this.#limit + (urgency === "urgent" ? urgentPlaces : 0);
  }

  #queue(options: EnterOptions): Promise<void> {
    if (this.#waiting.length >= this.#maxWaiting) {
      const counts = `${this.#running} run and ${this.#waiting.length} wait for it already`;
      const message = `Cannot run ${this.#what}: ${counts}`;
      return Promise.reject(new YtdlpError("unavailable", "yt-dlp is busy", message, { retryAfterSeconds: 5 }));
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const { signal, onPosition } = options;
    const onAbort = (): void => {
      this.#remove(waiter);
      reject(new SourceError("aborted", "Stopped waiting for yt-dlp: aborted", { cause: signal?.reason }));
    };
    const admit = (): void => {
      signal?.removeEventListener("abort", onAbort);
      onPosition?.(0);
      resolve();
    };
    const waiter: Waiter = { ...options, position: 0, admit };
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#insert(waiter);
    return promise;
  }

  #insert(waiter: Waiter): void {
    const index = this.#waiting.findIndex(({ urgency }) => ranks[urgency] > ranks[waiter.urgency]);
    this.#waiting.splice(index === -1 ? this.#waiting.length : index, 0, waiter);
    this.#tellPositions();
  }

  #remove(waiter: Waiter): void {
    this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
    this.#tellPositions();
  }

  #admitNext(): void {
    const [next] = this.#waiting;
    if (next !== undefined && this.#hasPlaceFor(next.urgency)) {
      this.#running += 1;
      this.#remove(next);
      next.admit();
    }
  }

  #tellPositions(): void {
    this.#waiting.forEach((waiter, index) => {
      if (waiter.position !== index + 1) {
        waiter.position = index + 1;
        waiter.onPosition?.(waiter.position);
      }
    });
  }
}
