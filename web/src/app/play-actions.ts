import type { Item, PlaylistEntry } from "../../../src/api/contract.ts";
import { partOf, type QueuedItem, queuedItem } from "../core/item-part.ts";
import type { ItemBook } from "./item-book.ts";
import { type Services, useServices } from "./services.ts";
import type { QueueTail } from "../core/queue.ts";

/** What can be done with items, from wherever they are listed. */
export interface PlayActions {
  /** Replaces the queue and plays from one of them on. Pictures are looked at, not played. */
  playFrom(items: readonly Item[], start?: Item, tail?: QueueTail): void;
  /** Replaces the queue by lines of a playlist, which may be parts of items, and plays from one of them on, or in any order. */
  playEntries(entries: readonly PlaylistEntry[], start: number | "shuffled", tail?: QueueTail): void;
  playShuffled(items: readonly Item[], tail?: QueueTail): void;
  playNext(items: readonly Item[]): void;
  playLater(items: readonly Item[]): void;
}

/** The actions over the app's own queue. */
export function usePlayActions(): PlayActions {
  return createPlayActions(useServices());
}

/** Creates the actions. */
export function createPlayActions({ items: book, queue, playback, announcer }: Services): PlayActions {
  const idsOf = (items: readonly Item[]): readonly string[] => {
    const playable = items.filter(isPlayable);
    book.remember(playable);
    return playable.map(({ id }) => id);
  };
  const undo = { label: "Undo", run: () => void queue.undo() };
  const replaceQueue = (queued: readonly QueuedItem[], startIndex: number, tail: QueueTail | undefined): void => {
    const hadMore = queue.get().entries.length > queued.length + 1;
    playback.playNow(queued, Math.max(0, startIndex), tail);
    if (hadMore && queued.length > 0) {
      announcer.tell("Your queue was replaced.", undo);
    }
  };
  const playFrom: PlayActions["playFrom"] = (items, start, tail) => {
    const ids = idsOf(items);
    replaceQueue(ids, start === undefined ? 0 : ids.indexOf(start.id), tail);
  };
  return {
    playFrom,
    playEntries(entries, start, tail) {
      const queued = queuedEntries(entries, book);
      if (start === "shuffled") {
        replaceQueue(queued, Math.floor(Math.random() * queued.length), tail);
        queue.dispatch({ kind: "shuffle", seed: Date.now() });
      } else {
        replaceQueue(queued, queuedEntries(entries.slice(0, start), book).length, tail);
      }
    },
    playShuffled(items, tail) {
      const playable = items.filter(isPlayable);
      const start = playable[Math.floor(Math.random() * playable.length)];
      playFrom(playable, start, tail);
      queue.dispatch({ kind: "shuffle", seed: Date.now() });
    },
    playNext(items) {
      queue.dispatch({ kind: "play-next", itemIds: idsOf(items) });
      announcer.tell(`${nameOf(items)} plays next.`);
    },
    playLater(items) {
      queue.dispatch({ kind: "play-later", itemIds: idsOf(items) });
      announcer.tell(`${nameOf(items)} is at the end of the queue.`);
    },
  };
}

/** Lines of a playlist as they are queued: without those that refer to nothing that plays. */
export function queuedEntries(entries: readonly PlaylistEntry[], book: ItemBook): readonly QueuedItem[] {
  return entries.flatMap((entry) => {
    const { item } = entry;
    if (item === undefined || !isPlayable(item)) return [];
    book.remember([item]);
    return [queuedItem(item.id, partOf(entry))];
  });
}

/** Whether an item can be played: pictures and what is not there yet cannot. */
export function isPlayable({ kind, state }: Item): boolean {
  return kind !== "image" && state !== "upcoming" && state !== "private";
}

function nameOf(items: readonly Item[]): string {
  return items.length === 1 ? `“${items[0]?.title.slice(0, 80) ?? ""}”` : `A list of ${items.length}`;
}
