/** A value that changes, and who wants to know. Its shape is what React's `useSyncExternalStore` takes. */
export interface ReadableStore<Value> {
  readonly get: () => Value;
  /** @returns how to stop listening */
  readonly subscribe: (listener: () => void) => () => void;
}

/** A store that its owner writes. */
export interface Store<Value> extends ReadableStore<Value> {
  readonly set: (value: Value) => void;
}

/** Creates a store. Listeners hear of a value once it is another one, compared by identity. */
export function createStore<Value>(initial: Value): Store<Value> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) {
        return;
      }
      value = next;
      // A copy: whoever begins to listen because of this change has seen it already.
      for (const listener of Array.from(listeners)) {
        listener();
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
