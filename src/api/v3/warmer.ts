import type { ByteSink } from "../../bytes/index.ts";
import type { LocatedItem } from "../item-locator.ts";

/** Makes items ready to play, a few at a time. */
export interface Warmer {
  /** Begins, unless the item is being made ready already or too many are; nobody waits for it. */
  warm(located: LocatedItem): void;
}

/** As much as a player reads before it plays. */
const warmedBytes = 256 * 1024;
const maxRunning = 4;
const giveUpMs = 30_000;
const nowhere: ByteSink = { write: () => Promise.resolve() };

/** Creates a warmer. */
export function createWarmer(): Warmer {
  const running = new Set<string>();
  return {
    warm(located) {
      if (running.has(located.id) || running.size >= maxRunning) {
        return;
      }
      running.add(located.id);
      // What goes wrong now goes wrong again, and is told, when it is played.
      void prepare(located, AbortSignal.timeout(giveUpMs))
        .catch(() => undefined)
        .finally(() => running.delete(located.id));
    },
  };
}

async function prepare({ source, key: itemKey }: LocatedItem, signal: AbortSignal): Promise<void> {
  const { searchable } = source;
  await searchable?.prepare(itemKey, { signal });
  const [first] = (await searchable?.formats(itemKey, { signal })) ?? [];
  // Under the key that a stream of it will have, or a cache would keep what nobody asks for.
  const key = searchable === undefined || first === undefined ? itemKey : searchable.keyOfFormat(itemKey, first.id);
  if (searchable?.isPlaylist(key) === true) {
    return;
  }
  await using object = await source.source.open(key, {
    signal,
    intent: { kind: "bounded", start: 0, end: warmedBytes },
  });
  if (object.sizeBytes !== undefined) {
    await object.read({ start: 0, end: Math.min(warmedBytes, object.sizeBytes) }, nowhere, { signal });
  }
}
