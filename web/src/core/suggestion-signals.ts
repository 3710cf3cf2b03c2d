import { type Affinity, recency } from "./affinities.ts";
import { countTogether } from "./played-together.ts";
import type { SuggestionFacts, SuggestionInput } from "./suggestion-input.ts";

/** Why an item is suggested. */
export type SuggestionReason =
  /** The server, or one's own sittings, put it beside this one. */
  | { readonly kind: "goes-with" | "played-with"; readonly itemId: string }
  | { readonly kind: "creator"; readonly name: string }
  | { readonly kind: "genre"; readonly name: string }
  /** One comes back to it, at about this hour or at any. */
  | { readonly kind: "habit"; readonly isThisHour: boolean }
  | { readonly kind: "searched"; readonly text: string };

/** What one signal says of one item. */
export interface Vote {
  readonly score: number;
  /** The best of those that speak for it. */
  readonly reason: SuggestionReason;
}

/** What one signal says of the items that it knows something of. */
export type Votes = ReadonlyMap<string, Vote>;

const hourMs = 3_600_000;
const restMs = 16 * hourMs;
/** What was just heard says more about the next thing than the weeks before. */
const contextMs = 2 * hourMs;
const contextWeight = 2;

/** Items that the server puts beside what was liked: those that come up beside many of them come first. */
export function voteByRelated(input: SuggestionInput, affinities: ReadonlyMap<string, Affinity>): Votes {
  const ballot = createBallot();
  for (const [itemId, relatedIds] of input.related) {
    const weight = seedWeight(affinities.get(itemId), input.nowMs);
    for (const [rank, relatedId] of relatedIds.entries()) {
      ballot.add(relatedId, weight / (1 + rank / 10), { kind: "goes-with", itemId });
    }
  }
  return ballot.votes;
}

/** Items that were heard in the same sittings. */
export function voteByTogether(input: SuggestionInput, affinities: ReadonlyMap<string, Affinity>): Votes {
  const ballot = createBallot();
  for (const [itemId, others] of countTogether(input.history)) {
    const weight = seedWeight(affinities.get(itemId), input.nowMs);
    for (const [other, share] of others) {
      ballot.add(other, weight * share, { kind: "played-with", itemId });
    }
  }
  return ballot.votes;
}

/** Items by the same people, and of the same kind of music, as what was liked; against those of what was skipped. */
export function voteByTaste(input: SuggestionInput, affinities: ReadonlyMap<string, Affinity>): Votes {
  const creators = new Map<string, number>();
  const genres = new Map<string, number>();
  for (const [itemId, { value }] of affinities) {
    const facts = input.items.get(itemId);
    addTo(creators, facts?.creators ?? [], value);
    addTo(genres, facts?.genres ?? [], value);
  }
  const ballot = createBallot();
  for (const { id, creators: names, genres: kinds } of input.items.values()) {
    for (const name of names) ballot.add(id, creators.get(name) ?? 0, { kind: "creator", name });
    for (const name of kinds) ballot.add(id, (genres.get(name) ?? 0) / 4, { kind: "genre", name });
  }
  return ballot.votes;
}

/** Items that one comes back to, after a rest. */
export function voteByHabit(input: SuggestionInput, affinities: ReadonlyMap<string, Affinity>): Votes {
  const ballot = createBallot();
  for (const [itemId, { value, completed, lastPlayedMs, hourFit, isLiked }] of affinities) {
    if ((completed >= 2 || isLiked) && input.nowMs - lastPlayedMs > restMs) {
      ballot.add(itemId, value * (0.5 + hourFit), { kind: "habit", isThisHour: hourFit > 0.8 && completed >= 2 });
    }
  }
  return ballot.votes;
}

/** Items that were searched for and not heard since. */
export function voteBySearches(input: SuggestionInput, affinities: ReadonlyMap<string, Affinity>): Votes {
  const ballot = createBallot();
  const searches = input.searches.map(({ text, atMs }) => ({ text, atMs, words: wordsOf(text) }));
  for (const facts of searches.length === 0 ? [] : input.items.values()) {
    const known = new Set(wordsOf(namesOf(facts)));
    for (const { text, atMs, words } of searches) {
      const wasHeard = (affinities.get(facts.id)?.lastPlayedMs ?? -Infinity) > atMs;
      if (!wasHeard && words.length > 0 && words.every((word) => known.has(word))) {
        ballot.add(facts.id, recency((input.nowMs - atMs) * 2), { kind: "searched", text });
      }
    }
  }
  return ballot.votes;
}

function seedWeight(affinity: Affinity | undefined, nowMs: number): number {
  if (affinity === undefined) {
    return 0;
  }
  return affinity.value * (nowMs - affinity.lastPlayedMs <= contextMs ? contextWeight : 1);
}

function createBallot(): {
  readonly votes: Map<string, Vote>;
  add(itemId: string, score: number, reason: SuggestionReason): void;
} {
  const votes = new Map<string, Vote>();
  const best = new Map<string, number>();
  return {
    votes,
    add(itemId, score, reason) {
      if (score === 0) {
        return;
      }
      const before = votes.get(itemId);
      const isBest = score > (best.get(itemId) ?? -Infinity);
      if (isBest) best.set(itemId, score);
      votes.set(itemId, {
        score: (before?.score ?? 0) + score,
        reason: isBest || before === undefined ? reason : before.reason,
      });
    },
  };
}

function addTo(sums: Map<string, number>, names: readonly string[], value: number): void {
  for (const name of names) sums.set(name, (sums.get(name) ?? 0) + value);
}

function namesOf({ title, creators, album = "" }: SuggestionFacts): string {
  return [title, album, ...creators].join(" ");
}

function wordsOf(text: string): readonly string[] {
  return text.toLocaleLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
