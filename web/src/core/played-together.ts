import type { PlayRecord } from "./play-record.ts";

/** A pause of more than this ends a sitting. */
const sittingGapMs = 30 * 60_000;
/** Further apart than this, two items of one sitting have nothing to do with each other. */
const reach = 5;

/**
 * Counts what was heard together: for each item its neighbours within sittings, as shares (cosine), so that what is played all the time
 * does not go with everything.
 */
export function countTogether(history: readonly PlayRecord[]): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const pairs = new Map<string, Map<string, number>>();
  const plays = new Map<string, number>();
  for (const sitting of splitSittings(history)) {
    for (const [index, itemId] of sitting.entries()) {
      plays.set(itemId, (plays.get(itemId) ?? 0) + 1);
      for (const other of sitting.slice(index + 1, index + 1 + reach)) {
        if (other !== itemId) {
          addPair(pairs, itemId, other);
          addPair(pairs, other, itemId);
        }
      }
    }
  }
  return new Map(
    Array.from(pairs, ([itemId, others]) => [
      itemId,
      new Map(
        Array.from(others, ([other, count]) => [
          other,
          count / Math.sqrt((plays.get(itemId) ?? 1) * (plays.get(other) ?? 1)),
        ]),
      ),
    ]),
  );
}

/** The items of each sitting that were not skipped, in order. */
function splitSittings(history: readonly PlayRecord[]): string[][] {
  const sittings: string[][] = [];
  let lastMs = -Infinity;
  for (const { itemId, startedAtMs, listenedSeconds, outcome } of history.toSorted(
    (a, b) => a.startedAtMs - b.startedAtMs,
  )) {
    if (startedAtMs - lastMs > sittingGapMs) {
      sittings.push([]);
    }
    lastMs = startedAtMs + listenedSeconds * 1000;
    if (outcome !== "skipped") {
      sittings.at(-1)?.push(itemId);
    }
  }
  return sittings;
}

function addPair(pairs: Map<string, Map<string, number>>, itemId: string, other: string): void {
  const others = pairs.get(itemId) ?? new Map<string, number>();
  others.set(other, (others.get(other) ?? 0) + 1);
  pairs.set(itemId, others);
}
