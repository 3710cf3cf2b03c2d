import type { ItemPart, QueuedItem } from "./item-part.ts";
import { createRandom, shuffled } from "./random.ts";

/** One place in the queue. The same item may stand in several. */
export interface QueueEntry {
  /** Of this place, as long as the queue lives; never used again. */
  readonly id: number;
  readonly itemId: string;
  /** Absent: all of it. */
  readonly part?: ItemPart | undefined;
}

/** Where more entries come from: a playlist of thousands is not read before it is needed. */
export interface QueueTail {
  readonly playlistId: string;
  /** For the page that follows what was loaded. */
  readonly cursor: string;
  /** How many lines the playlist is known to have beyond what was loaded. */
  readonly remaining: number;
}

/** What happens after the last entry, or after each one. */
export type RepeatMode = "off" | "all" | "one";

/** The queue. A plain value: as JSON it is its own snapshot. */
export interface Queue {
  readonly entries: readonly QueueEntry[];
  /** Of the entry that plays; absent where nothing does. */
  readonly currentId?: number | undefined;
  readonly repeat: RepeatMode;
  /** The order from before the shuffle, as entry ids; absent while in order. */
  readonly unshuffled?: readonly number[] | undefined;
  readonly tail?: QueueTail | undefined;
  /** Items that were current, latest last. */
  readonly history: readonly string[];
  readonly nextEntryId: number;
}

/** What can be done to the queue. */
export type QueueAction =
  | {
      readonly kind: "play-now";
      readonly itemIds: readonly QueuedItem[];
      readonly startIndex?: number;
      readonly tail?: QueueTail | undefined;
    }
  | { readonly kind: "play-next"; readonly itemIds: readonly QueuedItem[] }
  | { readonly kind: "play-later"; readonly itemIds: readonly QueuedItem[] }
  /** A page of the tail has come. Ignored where it is not the page that the queue waits for. */
  | {
      readonly kind: "append-page";
      readonly after: QueueTail;
      readonly itemIds: readonly QueuedItem[];
      readonly tail?: QueueTail | undefined;
    }
  | { readonly kind: "jump"; readonly entryId: number }
  /** To what follows. `ended` keeps to `repeat: "one"`, `skip` does not. */
  | { readonly kind: "advance"; readonly because: "ended" | "skip" }
  | { readonly kind: "go-back" }
  | { readonly kind: "move"; readonly entryId: number; readonly toIndex: number }
  | { readonly kind: "remove"; readonly entryIds: readonly number[] }
  | { readonly kind: "clear" }
  | { readonly kind: "shuffle"; readonly seed: number }
  | { readonly kind: "unshuffle" }
  | { readonly kind: "repeat"; readonly mode: RepeatMode };

/** The queue before anything was put into it. */
export const emptyQueue: Queue = { entries: [], repeat: "off", history: [], nextEntryId: 1 };

/** As many items of the past as "previous" leads back over. */
export const maxHistory = 200;

/** The queue after an action; the same object where nothing changed. Pure. */
export function reduceQueue(queue: Queue, action: QueueAction): Queue {
  switch (action.kind) {
    case "play-now":
      return playNow(queue, action.itemIds, action.startIndex ?? 0, action.tail);
    case "play-next":
      return insert(queue, action.itemIds, currentIndex(queue) + 1);
    case "play-later":
      return insert(queue, action.itemIds, queue.entries.length);
    case "append-page":
      return appendPage(queue, action);
    case "jump":
      return queue.entries.some(({ id }) => id === action.entryId) ? makeCurrent(queue, action.entryId) : queue;
    case "advance":
      return advance(queue, action.because);
    case "go-back":
      return goBack(queue);
    case "move":
      return move(queue, action.entryId, action.toIndex);
    case "remove":
      return remove(queue, new Set(action.entryIds));
    case "clear":
      return {
        ...emptyQueue,
        repeat: queue.repeat,
        history: historyWithCurrent(queue),
        nextEntryId: queue.nextEntryId,
      };
    case "shuffle":
      return shuffle(queue, action.seed);
    case "unshuffle":
      return unshuffle(queue);
    case "repeat":
      return queue.repeat === action.mode ? queue : { ...queue, repeat: action.mode };
  }
}

/** Where the current entry stands, or -1. */
export function currentIndex({ entries, currentId }: Queue): number {
  return currentId === undefined ? -1 : entries.findIndex(({ id }) => id === currentId);
}

/** The entry that plays. */
export function currentEntry(queue: Queue): QueueEntry | undefined {
  return queue.entries[currentIndex(queue)];
}

/** The entry that will follow by itself, for whoever prepares it; the current one itself under `repeat: "one"`. */
export function followingEntry(queue: Queue, because: "ended" | "skip" = "ended"): QueueEntry | undefined {
  const index = currentIndex(queue);
  if (because === "ended" && queue.repeat === "one" && index !== -1) {
    return queue.entries[index];
  }
  const isLast = index === queue.entries.length - 1;
  // What the tail still holds comes before the beginning does.
  return isLast && queue.repeat !== "off" && queue.tail === undefined ? queue.entries[0] : queue.entries[index + 1];
}

function playNow(queue: Queue, itemIds: readonly QueuedItem[], startIndex: number, tail: QueueTail | undefined): Queue {
  if (itemIds.length === 0) {
    return queue;
  }
  const entries = entriesOf(itemIds, queue.nextEntryId);
  const start = entries[Math.min(Math.max(0, startIndex), entries.length - 1)];
  return {
    entries,
    currentId: start?.id,
    repeat: queue.repeat,
    ...(tail === undefined ? {} : { tail }),
    history: historyWithCurrent(queue),
    nextEntryId: queue.nextEntryId + entries.length,
  };
}

function insert(queue: Queue, itemIds: readonly QueuedItem[], index: number): Queue {
  if (itemIds.length === 0) {
    return queue;
  }
  const added = entriesOf(itemIds, queue.nextEntryId);
  const { unshuffled, currentId = added[0]?.id } = queue;
  return {
    ...queue,
    entries: queue.entries.toSpliced(index, 0, ...added),
    currentId,
    ...(unshuffled === undefined ? {} : { unshuffled: [...unshuffled, ...added.map(({ id }) => id)] }),
    nextEntryId: queue.nextEntryId + added.length,
  };
}

function appendPage(queue: Queue, { after, itemIds, tail }: QueueAction & { kind: "append-page" }): Queue {
  // The queue was replaced, or two tabs asked for the same page: taking it would double it.
  if (queue.tail?.playlistId !== after.playlistId || queue.tail.cursor !== after.cursor) {
    return queue;
  }
  const { tail: _, ...rest } = insert(queue, itemIds, queue.entries.length);
  return tail === undefined ? rest : { ...rest, tail };
}

function advance(queue: Queue, because: "ended" | "skip"): Queue {
  const following = followingEntry(queue, because);
  if (following === undefined) {
    const { currentId, ...rest } = queue;
    return currentId === undefined ? queue : { ...rest, history: historyWithCurrent(queue) };
  }
  return makeCurrent(queue, following.id);
}

function goBack(queue: Queue): Queue {
  const index = currentIndex(queue);
  const { entries } = queue;
  // Behind the end: nothing is current, and the last one comes back.
  const previous =
    index === -1 ? entries.at(-1) : (entries[index - 1] ?? (queue.repeat === "off" ? undefined : entries.at(-1)));
  return previous === undefined ? queue : { ...queue, currentId: previous.id };
}

function makeCurrent(queue: Queue, entryId: number): Queue {
  return entryId === queue.currentId ? queue : { ...queue, currentId: entryId, history: historyWithCurrent(queue) };
}

function move(queue: Queue, entryId: number, toIndex: number): Queue {
  const from = queue.entries.findIndex(({ id }) => id === entryId);
  const entry = queue.entries[from];
  const to = Math.min(Math.max(0, toIndex), queue.entries.length - 1);
  return entry === undefined || from === to
    ? queue
    : { ...queue, entries: queue.entries.toSpliced(from, 1).toSpliced(to, 0, entry) };
}

/** Where the current entry goes, what followed it becomes current: removing never stops the music for good. */
function remove(queue: Queue, removed: ReadonlySet<number>): Queue {
  const entries = queue.entries.filter(({ id }) => !removed.has(id));
  if (entries.length === queue.entries.length) {
    return queue;
  }
  const { currentId: _, ...rest } = queue;
  const kept = queue.entries.slice(Math.max(0, currentIndex(queue))).find(({ id }) => !removed.has(id));
  const currentId = queue.currentId === undefined ? undefined : kept?.id;
  return {
    ...rest,
    entries,
    ...(currentId === undefined ? {} : { currentId }),
    ...(queue.unshuffled === undefined ? {} : { unshuffled: queue.unshuffled.filter((id) => !removed.has(id)) }),
  };
}

/** The current entry comes first, so that all of the others are still to come. */
function shuffle(queue: Queue, seed: number): Queue {
  const current = currentEntry(queue);
  const others = queue.entries.filter((entry) => entry !== current);
  return {
    ...queue,
    entries: [...(current === undefined ? [] : [current]), ...shuffled(others, createRandom(seed))],
    unshuffled: queue.unshuffled ?? queue.entries.map(({ id }) => id),
  };
}

function unshuffle(queue: Queue): Queue {
  const { unshuffled, ...rest } = queue;
  if (unshuffled === undefined) {
    return queue;
  }
  const place = new Map(unshuffled.map((id, index) => [id, index]));
  const placeOf = ({ id }: QueueEntry): number => place.get(id) ?? unshuffled.length;
  return { ...rest, entries: queue.entries.toSorted((a, b) => placeOf(a) - placeOf(b)) };
}

function entriesOf(itemIds: readonly QueuedItem[], firstId: number): QueueEntry[] {
  return itemIds.map((queued, index) =>
    typeof queued === "string" ? { id: firstId + index, itemId: queued } : { id: firstId + index, ...queued },
  );
}

function historyWithCurrent(queue: Queue): readonly string[] {
  const current = currentEntry(queue);
  return current === undefined ? queue.history : [...queue.history, current.itemId].slice(-maxHistory);
}
