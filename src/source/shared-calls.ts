import { SourceError } from "./source-error.ts";

interface RunningCall<Value> {
  readonly result: Promise<Value>;
  readonly abort: AbortController;
  waiters: number;
  isTaken: boolean;
}

/**
 * Calls with one key that run at the same time become one. Each caller may leave by himself; the call is aborted when the last
 * has left, not when the first has.
 */
export class SharedCalls<Value> {
  readonly #running = new Map<string, RunningCall<Value>>();
  readonly #discard: (value: Value) => void;

  /** @param discard frees a value that came when nobody waited for it any more */
  constructor(discard: (value: Value) => void = () => undefined) {
    this.#discard = discard;
  }

  /** Runs `call`, or joins the one that is running under `key`. */
  async run(
    key: string,
    signal: AbortSignal | undefined,
    call: (signal: AbortSignal) => Promise<Value>,
  ): Promise<{ readonly value: Value; readonly isFirst: boolean }> {
    const joined = this.#running.get(key);
    const running = joined ?? this.#start(key, call);
    running.waiters += 1;
    try {
      const value = await untilAborted(running.result, signal);
      running.isTaken = true;
      return { value, isFirst: joined === undefined };
    } finally {
      running.waiters -= 1;
      // Not once somebody has the value: what he got may hang on the signal still.
      if (running.waiters === 0 && !running.isTaken) {
        this.#forget(key, running);
        running.abort.abort();
        running.result.then(this.#discard, () => undefined);
      }
    }
  }

  /** Whoever comes from now on starts afresh; those who wait already get what they wait for. */
  forget(key: string): void {
    this.#running.delete(key);
  }

  #start(key: string, call: (signal: AbortSignal) => Promise<Value>): RunningCall<Value> {
    const abort = new AbortController();
    const result = call(abort.signal);
    const running = { result, abort, waiters: 0, isTaken: false };
    this.#running.set(key, running);
    const forget = (): void => this.#forget(key, running);
    // Forgotten as soon as it has ended: who comes later wants to know anew.
    result.then(forget, forget);
    return running;
  }

  #forget(key: string, running: RunningCall<Value>): void {
    if (this.#running.get(key) === running) {
      this.#running.delete(key);
    }
  }
}

/** Settles like `promise`, or rejects with `aborted` as soon as the signal fires. */
export function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) {
    return promise;
  }
  return new Promise((resolve, reject) => {
    function onAbort(): void {
      reject(new SourceError("aborted", "Stopped waiting: aborted", { cause: signal?.reason }));
    }
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener("abort", onAbort, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
