import type { Item } from "../../../src/api/contract.ts";
import { type Services, useServices } from "./services.ts";
import type { QueueTail } from "../core/queue.ts";

/** What can be done with items, from wherever they are listed. */
export interface PlayActions {
  /** Replaces the queue and plays from one of them on. Pictures are looked at, not played. */
  playFrom(items: readonly Item[], start?: Item, tail?: QueueTail): void;
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
  const playFrom: PlayActions["playFrom"] = (items, start, tail) => {
    const ids = idsOf(items);
    const hadMore = queue.get().entries.length > ids.length + 1;
    playback.playNow(ids, Math.max(0, start === undefined ? 0 : ids.indexOf(start.id)), tail);
    if (hadMore && ids.length > 0) {
      announcer.tell("Your queue was replaced.", undo);
    }
  };
  return {
    playFrom,
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

/** Whether an item can be played: pictures and what is not there yet cannot. */
export function isPlayable({ kind, state }: Item): boolean {
  return kind !== "image" && state !== "upcoming" && state !== "private";
}

function nameOf(items: readonly Item[]): string {
  return items.length === 1 ? `“${items[0]?.title.slice(0, 80) ?? ""}”` : `A list of ${items.length}`;
}
