import { type Affinity, weighItems } from "./affinities.ts";
import {
  type SuggestionReason,
  voteByHabit,
  voteByRelated,
  voteBySearches,
  voteByTaste,
  voteByTogether,
  type Votes,
} from "./suggestion-signals.ts";
import type { SuggestionFacts, SuggestionInput } from "./suggestion-input.ts";

/** An item to play next, and why. */
export interface SuggestedItem {
  readonly itemId: string;
  /** Above zero; for comparison within one list alone. */
  readonly score: number;
  readonly reason: SuggestionReason;
}

/** What each signal may add: each is scaled so that its best item has 1. Found by `scripts/evaluate-suggestions.ts`. */
const signals: readonly {
  readonly weight: number;
  readonly vote: (input: SuggestionInput, affinities: ReadonlyMap<string, Affinity>) => Votes;
}[] = [
  { weight: 1, vote: voteByHabit },
  { weight: 0.6, vote: voteByTogether },
  { weight: 0.6, vote: voteByRelated },
  { weight: 0.5, vote: voteByTaste },
  { weight: 0.7, vote: voteBySearches },
];

/** Just heard: not again. */
const tooSoonMs = 4 * 3_600_000;
/** Each further item by the same people, of the same album, for the same reason counts so much less. */
const varietyFactors = { creator: 0.65, album: 0.7, reason: 0.85 };
/** Beyond these, variety has nothing to choose from. */
const shortlist = 200;

/**
 * Suggests what to play, from what was played on this device. Pure, and the same for the same input: docs/suggestions.md says how it
 * works, and how well.
 */
export function suggestItems(input: SuggestionInput, limit: number): readonly SuggestedItem[] {
  const affinities = weighItems(input);
  const hidden = new Set(input.hidden.map(({ itemId }) => itemId));
  const candidates = new Map<string, { score: number; best: number; reason: SuggestionReason }>();
  for (const { weight, vote } of signals) {
    const votes = vote(input, affinities);
    const highest = Array.from(votes.values()).reduce((most, { score }) => Math.max(most, score), 0);
    for (const [itemId, { score, reason }] of highest > 0 ? votes : []) {
      const share = (weight * score) / highest;
      const known = candidates.get(itemId) ?? { score: 0, best: -Infinity, reason };
      const isBest = share > known.best;
      candidates.set(itemId, {
        score: known.score + share,
        best: Math.max(known.best, share),
        reason: isBest ? reason : known.reason,
      });
    }
  }
  const ranked = Array.from(candidates, ([itemId, { score, reason }]): SuggestedItem => {
    return { itemId, reason, score: score * freshness(affinities.get(itemId), input.nowMs) };
  })
    .filter(({ itemId, score }) => score > 0 && !hidden.has(itemId) && input.items.has(itemId))
    .filter(({ itemId }) => input.isAvailable?.(itemId) ?? true)
    .toSorted((a, b) => b.score - a.score || (a.itemId < b.itemId ? -1 : 1));
  return vary(ranked.slice(0, Math.max(shortlist, limit)), input.items, limit);
}

/** Less of what is skipped again and again, nothing of what was heard a moment ago. */
function freshness(affinity: Affinity | undefined, nowMs: number): number {
  if (affinity === undefined) {
    return 1;
  }
  const { completed, skipped, lastPlayedMs } = affinity;
  return nowMs - lastPlayedMs < tooSoonMs ? 0 : (completed + 1) / (completed + skipped + 1);
}

/** Takes the best one, again and again, while what resembles those taken counts less and less. */
function vary(
  ranked: readonly SuggestedItem[],
  items: SuggestionInput["items"],
  limit: number,
): readonly SuggestedItem[] {
  const taken: SuggestedItem[] = [];
  const counts = new Map<string, number>();
  const left = new Set(ranked);
  while (taken.length < limit && left.size > 0) {
    let best: SuggestedItem | undefined;
    let bestScore = -Infinity;
    for (const candidate of left) {
      const score = traitsOf(candidate, items.get(candidate.itemId)).reduce(
        (product, { name, factor }) => product * factor ** (counts.get(name) ?? 0),
        candidate.score,
      );
      if (score > bestScore) {
        [best, bestScore] = [candidate, score];
      }
    }
    if (best === undefined) {
      break;
    }
    left.delete(best);
    taken.push(best);
    for (const { name } of traitsOf(best, items.get(best.itemId))) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return taken;
}

function traitsOf({ reason }: SuggestedItem, facts: SuggestionFacts | undefined): { name: string; factor: number }[] {
  const { creators = [], album } = facts ?? {};
  return [
    ...creators.map((name) => ({ name: `creator ${name}`, factor: varietyFactors.creator })),
    ...(album === undefined ? [] : [{ name: `album ${album}`, factor: varietyFactors.album }]),
    ...("itemId" in reason ? [{ name: `reason ${reason.itemId}`, factor: varietyFactors.reason }] : []),
  ];
}
