import type { SluiceClient } from "../../../src/api/sluice-client.ts";
import type { Item } from "../../../src/api/contract.ts";
import { matchEntry, searchTextOf } from "../core/match-entry.ts";
import type { OwnPlaylistEntry } from "../core/player-data.ts";

/** What looking for entries needs, and tells. */
export interface FindOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, all: number) => void) | undefined;
}

/** Entries, those that are in the library with its items. */
export interface FoundEntries {
  readonly entries: readonly OwnPlaylistEntry[];
  /** How many were found that had no item before. */
  readonly foundCount: number;
  readonly items: readonly Item[];
}

/** A server on a small machine has others to answer as well. */
const simultaneous = 4;
const longestWaitMs = 10_000;

/**
 * Looks for entries of other players' lists in the library, by title and creator. What is not found stays as it was.
 * @throws where the server is out of reach
 */
export async function findEntries(
  entries: readonly OwnPlaylistEntry[],
  client: Pick<SluiceClient, "search">,
  { signal, onProgress }: FindOptions = {},
): Promise<FoundEntries> {
  const wanted = new Map(
    entries.filter(({ itemId }) => itemId === undefined).map((entry) => [keyOf(entry), entry] as const),
  );
  const found = new Map<string, Item>();
  const waiting = wanted.entries();
  let done = 0;
  const work = async (): Promise<void> => {
    for (const [key, entry] of waiting) {
      signal?.throwIfAborted();
      const item = await findOne(entry, client, signal);
      if (item !== undefined) found.set(key, item);
      onProgress?.((done += 1), wanted.size);
    }
  };
  await Promise.all(Array.from({ length: simultaneous }, work));
  let foundCount = 0;
  const matched = entries.map((entry) => {
    const item = entry.itemId === undefined ? found.get(keyOf(entry)) : undefined;
    if (item === undefined) return entry;
    foundCount += 1;
    return { ...entry, itemId: item.id, durationSeconds: item.durationSeconds ?? entry.durationSeconds };
  });
  return { entries: matched, foundCount, items: Array.from(found.values()) };
}

async function findOne(
  entry: OwnPlaylistEntry,
  client: Pick<SluiceClient, "search">,
  signal: AbortSignal | undefined,
): Promise<Item | undefined> {
  const text = searchTextOf(entry);
  for (let attempt = 0; text !== ""; attempt += 1) {
    try {
      // Sites are not asked: a thousand songs would be a thousand searches there.
      const { items } = await client.search(text, { kind: ["audio", "video"], limit: 12, live: false }, { signal });
      return matchEntry(entry, items);
    } catch (error) {
      const { status, retryAfterSeconds = 1 } = error as { status?: number; retryAfterSeconds?: number };
      if (status === undefined || status >= 500) throw error;
      // Words that the server makes nothing of are not found.
      if (status !== 429 || attempt > 5) return undefined;
      await new Promise((resolve) => setTimeout(resolve, Math.min(retryAfterSeconds * 1000, longestWaitMs)));
    }
  }
  return undefined;
}

function keyOf(entry: OwnPlaylistEntry): string {
  return JSON.stringify([entry.title, entry.creators, entry.album]);
}
