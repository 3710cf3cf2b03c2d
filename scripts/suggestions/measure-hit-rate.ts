import type { PlayRecord } from "../../web/src/core/play-record.ts";
import { createRandom, shuffled } from "../../web/src/core/random.ts";
import type { SuggestionInput } from "../../web/src/core/suggestion-input.ts";
import { suggestItems } from "../../web/src/core/suggestions.ts";
import type { ListeningLog } from "./listening-log.ts";

/** How often each way to suggest was right. */
export interface HitRates {
  /** Sittings that were foretold. */
  readonly sittings: number;
  readonly suggestions: number;
  /** The listener's own most completed items. */
  readonly ownFavourites: number;
  /** The most completed items of all listeners. */
  readonly popularity: number;
  readonly random: number;
}

/** The part of each history that is known; what comes after is foretold. */
const knownShare = 0.7;
const listLength = 10;
const sittingGapMs = 30 * 60_000;

/**
 * Replays a log: before each sitting of its last part, ten items are suggested from what was played until then; a hit is a sitting in which
 * at least one of them was played to its end.
 * @param mostSittings of each listener, evenly spread
 */
export function measureHitRates(log: ListeningLog, mostSittings: number): HitRates {
  const random = createRandom(1);
  const allIds = Array.from(log.items.keys());
  const popular = mostCompleted(log.histories.flatMap((history) => history.slice(0, knownLength(history))));
  const hits = { sittings: 0, suggestions: 0, ownFavourites: 0, popularity: 0, random: 0 };
  for (const history of log.histories) {
    for (const sitting of laterSittings(history, mostSittings)) {
      const startedAtMs = sitting[0]?.startedAtMs ?? 0;
      const before = history.filter((play) => play.startedAtMs < startedAtMs);
      const completed = new Set(sitting.flatMap(({ outcome, itemId }) => (outcome === "completed" ? [itemId] : [])));
      const isHit = (ids: readonly string[]): number => (ids.some((id) => completed.has(id)) ? 1 : 0);
      const input: SuggestionInput = {
        items: log.items,
        related: log.related,
        history: before,
        likes: [],
        searches: [],
        hidden: [],
        nowMs: startedAtMs,
        hourOf: (atMs) => (atMs / 3_600_000) % 24,
      };
      hits.sittings += 1;
      hits.suggestions += isHit(suggestItems(input, listLength).map(({ itemId }) => itemId));
      hits.ownFavourites += isHit(mostCompleted(before));
      hits.popularity += isHit(popular);
      hits.random += isHit(shuffled(allIds, random).slice(0, listLength));
    }
  }
  const rate = (count: number): number => count / Math.max(1, hits.sittings);
  return {
    sittings: hits.sittings,
    suggestions: rate(hits.suggestions),
    ownFavourites: rate(hits.ownFavourites),
    popularity: rate(hits.popularity),
    random: rate(hits.random),
  };
}

function knownLength(history: readonly PlayRecord[]): number {
  return Math.floor(history.length * knownShare);
}

function mostCompleted(history: readonly PlayRecord[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { itemId, outcome } of history) {
    if (outcome === "completed") counts.set(itemId, (counts.get(itemId) ?? 0) + 1);
  }
  return Array.from(counts)
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, listLength)
    .map(([itemId]) => itemId);
}

function laterSittings(history: readonly PlayRecord[], most: number): readonly (readonly PlayRecord[])[] {
  const sittings: PlayRecord[][] = [];
  let lastMs = -Infinity;
  for (const play of history.slice(knownLength(history))) {
    if (play.startedAtMs - lastMs > sittingGapMs) sittings.push([]);
    sittings.at(-1)?.push(play);
    lastMs = play.startedAtMs + play.listenedSeconds * 1000;
  }
  // The first one may have begun in the known part.
  const whole = sittings.slice(1);
  const step = Math.max(1, Math.floor(whole.length / most));
  return whole.filter((_, index) => index % step === 0).slice(0, most);
}
