import { emptyQueue, type Queue, type QueueAction, reduceQueue } from "./queue.ts";
import { createStore, type ReadableStore } from "./store.ts";

/** The queue of a player, with a way back. */
export interface QueueStore extends ReadableStore<Queue> {
  readonly dispatch: (action: QueueAction) => void;
  /** Takes the last removal, clearing or replacement back. @returns what was taken back */
  readonly undo: () => QueueAction["kind"] | undefined;
  /** What {@link undo} would take back. */
  readonly undoable: () => QueueAction["kind"] | undefined;
}

/** Only what loses something is worth a way back; the others are taken back by their opposites. */
const losing: ReadonlySet<QueueAction["kind"]> = new Set(["play-now", "remove", "clear", "move"]);
const maxSteps = 10;

/** Creates the store. What it holds is plain data: whoever keeps it over a reload subscribes, and gives it back as `initial`. */
export function createQueueStore(initial: Queue = emptyQueue): QueueStore {
  const store = createStore(initial);
  const steps: { readonly kind: QueueAction["kind"]; readonly before: Queue }[] = [];
  return {
    get: store.get,
    subscribe: store.subscribe,
    dispatch(action) {
      const before = store.get();
      const after = reduceQueue(before, action);
      if (after !== before && losing.has(action.kind) && before.entries.length > 0) {
        steps.push({ kind: action.kind, before });
        steps.splice(0, steps.length - maxSteps);
      }
      store.set(after);
    },
    undo() {
      const step = steps.pop();
      if (step !== undefined) {
        // Ids given since then stay given.
        store.set({ ...step.before, nextEntryId: store.get().nextEntryId });
      }
      return step?.kind;
    },
    undoable: () => steps.at(-1)?.kind,
  };
}
