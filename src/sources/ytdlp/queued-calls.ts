import { SharedCalls } from "../../source/index.ts";

/** What those who wait for a call are told of its place in the queue. */
export type PositionListener = (position: number) => void;

interface Place {
  readonly listeners: Set<PositionListener>;
  /** In the queue, from 1; 0 once it runs. */
  position: number;
}

/** Who joins a call, and what he is told. */
interface Joining {
  readonly signal?: AbortSignal | undefined;
  readonly onPosition?: PositionListener | undefined;
}

/** {@link SharedCalls} that wait in a queue first: all who wait for one are told its place. */
export class QueuedCalls<Value> {
  readonly #calls = new SharedCalls<Value>();
  readonly #places = new Map<string, Place>();

  /** The place in the queue of the call for a key, 0 while it runs, `undefined` where there is none. */
  positionOf(key: string): number | undefined {
    return this.#places.get(key)?.position;
  }

  /** Joins the call for `key`, or starts it. */
  async run(
    key: string,
    { signal, onPosition }: Joining,
    start: (signal: AbortSignal, onPosition: PositionListener) => Promise<Value>,
  ): Promise<Value> {
    const result = this.#calls.run(key, signal, (shared) => this.#queue(key, shared, start));
    const place = this.#places.get(key);
    if (place === undefined || onPosition === undefined) {
      return (await result).value;
    }
    place.listeners.add(onPosition);
    onPosition(place.position);
    try {
      return (await result).value;
    } finally {
      place.listeners.delete(onPosition);
    }
  }

  async #queue(
    key: string,
    signal: AbortSignal,
    start: (signal: AbortSignal, onPosition: PositionListener) => Promise<Value>,
  ): Promise<Value> {
    const place: Place = { listeners: new Set(), position: 0 };
    const leave = (): void => {
      if (this.#places.get(key) === place) {
        this.#places.delete(key);
      }
    };
    this.#places.set(key, place);
    // Nobody waits for what was given up, though it may take a while to end.
    signal.addEventListener("abort", leave, { once: true });
    try {
      return await start(signal, (position) => {
        place.position = position;
        place.listeners.forEach((listener) => listener(position));
      });
    } finally {
      leave();
    }
  }
}
