import { SourceError } from "../../source/index.ts";

/** What those who wait for a shared call are told of its place in the queue. */
export type PositionListener = (position: number) => void;

interface SharedCall<Value> {
  readonly result: Promise<Value>;
  readonly abort: AbortController;
  readonly listeners: Set<PositionListener>;
  waiters: number;
  /** In the queue, from 1; 0 once it runs. */
  position: number;
}

/**
 * Calls for one key that run at the same time become one. It is aborted when the last who waits for it has left; all are told its
 * place in the queue.
 */
export class SharedResolves<Value> {
  readonly #calls = new Map<string, SharedCall<Value>>();

  /** The place in the queue of the call for a key, 0 while it runs, `undefined` where there is none. */
  positionOf(key: string): number | undefined {
    return this.#calls.get(key)?.position;
  }

  /** Joins the call for `key`, or starts it. */
  async run(
    key: string,
    {
      signal,
      onPosition,
    }: { readonly signal?: AbortSignal | undefined; readonly onPosition?: PositionListener | undefined },
    start: (signal: AbortSignal, onPosition: PositionListener) => Promise<Value>,
  ): Promise<Value> {
    const call = this.#calls.get(key) ?? this.#start(key, start);
    call.waiters += 1;
    if (onPosition !== undefined) {
      call.listeners.add(onPosition);
      onPosition(call.position);
    }
    try {
      return await untilAborted(call.result, signal);
    } finally {
      call.waiters -= 1;
      if (onPosition !== undefined) {
        call.listeners.delete(onPosition);
      }
      if (call.waiters === 0) {
        this.#forget(key, call);
        call.abort.abort();
      }
    }
  }

  #start(key: string, start: (signal: AbortSignal, onPosition: PositionListener) => Promise<Value>): SharedCall<Value> {
    const abort = new AbortController();
    const listeners = new Set<PositionListener>();
    const result = start(abort.signal, (position) => {
      call.position = position;
      listeners.forEach((listener) => listener(position));
    });
    const call: SharedCall<Value> = { result, abort, listeners, waiters: 0, position: 0 };
    this.#calls.set(key, call);
    const forget = (): void => this.#forget(key, call);
    result.then(forget, forget);
    return call;
  }

  #forget(key: string, call: SharedCall<Value>): void {
    if (this.#calls.get(key) === call) {
      this.#calls.delete(key);
    }
  }
}

/** Settles like `promise`, or rejects with `aborted` as soon as the signal fires. */
function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) {
    return promise;
  }
  const { promise: result, resolve, reject } = Promise.withResolvers<Value>();
  const onAbort = (): void =>
    reject(new SourceError("aborted", "Stopped waiting for yt-dlp: aborted", { cause: signal.reason }));
  if (signal.aborted) {
    onAbort();
  }
  signal.addEventListener("abort", onAbort, { once: true });
  void promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  return result;
}
