import { compareText } from "./item-lists.ts";
import { parseSearchText } from "./search-terms.ts";

/** A word of a query, with the words of the catalog that it may be a misspelling of. */
export interface QueryWord {
  readonly text: string;
  /** Misspelt terms, and how many edits away they are. */
  readonly typos: ReadonlyMap<string, number>;
  /** Whether it may be the start of a longer word. */
  readonly mayBePrefix: boolean;
}

/** What ranking looks at. */
export interface Candidate {
  readonly id: string;
  readonly titleFold: string;
  readonly searchText: string;
  readonly playCount: number;
}

/** What somebody typed, ready to be compared. */
export interface RankedQuery {
  readonly folded: string;
  readonly words: readonly QueryWord[];
}

/**
 * The rank of a hit: compared value by value, smaller is better. Both databases share it, as it is all there is of ranking:
 *
 * 1. edits: as typed before corrected
 * 2. tier: the title is the query; it starts with it; it holds all words; words are found in title, creators and album together
 * 3. words matched only by their start
 * 4. fields: a word found in the title before one found in a creator, then in the album
 * 5. gaps: words next to each other, in the order typed
 * 6. plays: each doubling counts one
 * 7. length of the title in words
 */
export type Rank = readonly number[];

interface WordMatch {
  readonly field: number;
  readonly position: number;
  readonly edits: number;
  readonly isWhole: boolean;
}

const tiers = { equal: 0, start: 1, title: 2, mixed: 3 } as const;

/** The rank of a candidate, or `undefined` where a word is not in it. */
export function rankOf(query: RankedQuery, candidate: Candidate): Rank | undefined {
  const fields = parseSearchText(candidate.searchText);
  const matches: WordMatch[] = [];
  for (const word of query.words) {
    const match = bestMatch(word, fields, matches.at(-1));
    if (match === undefined) {
      return undefined;
    }
    matches.push(match);
  }
  const titleWords = candidate.titleFold === "" ? 0 : candidate.titleFold.split(" ").length;
  return [
    sum(matches.map(({ edits }) => edits)),
    tierOf(query, candidate, matches, titleWords),
    matches.filter(({ isWhole }) => !isWhole).length,
    sum(matches.map(({ field }) => field)),
    gapsIn(matches),
    -Math.floor(Math.log2(candidate.playCount + 1)),
    titleWords,
  ];
}

/** Better first; equal ranks by title, then id. */
export function compareRanked(
  a: { readonly rank: Rank; readonly titleFold: string; readonly id: string },
  b: { readonly rank: Rank; readonly titleFold: string; readonly id: string },
): number {
  for (let index = 0; index < a.rank.length; index++) {
    const difference = (a.rank[index] ?? 0) - (b.rank[index] ?? 0);
    if (difference !== 0) {
      return difference;
    }
  }
  return compareText(a.titleFold, b.titleFold) || compareText(a.id, b.id);
}

function tierOf(
  query: RankedQuery,
  { titleFold }: Candidate,
  matches: readonly WordMatch[],
  titleWords: number,
): number {
  const isAligned = matches.every(({ field, position }, index) => field === 0 && position === index);
  const isWhole = matches.every((match) => match.isWhole);
  if (titleFold === query.folded || (isAligned && isWhole && titleWords === matches.length)) {
    return tiers.equal;
  }
  if (titleFold.startsWith(query.folded) || isAligned) {
    return tiers.start;
  }
  return matches.every(({ field }) => field === 0) ? tiers.title : tiers.mixed;
}

/** Prefers fewer edits, better fields, whole words to starts; of equals the one that follows the word before. */
function bestMatch(
  word: QueryWord,
  fields: readonly (readonly string[])[],
  previous: WordMatch | undefined,
): WordMatch | undefined {
  let best: WordMatch | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  // Plain loops: hundreds of candidates with dozens of terms each, for every key somebody presses.
  for (let field = 0; field < fields.length; field++) {
    const terms = fields[field] ?? [];
    for (let position = 0; position < terms.length; position++) {
      const found = matchTerm(word, terms[position] ?? "");
      if (found !== undefined) {
        const follows =
          previous === undefined ? position === 0 : previous.field === field && position === previous.position + 1;
        const cost = found.edits * 100 + field * 10 + (found.isWhole ? 0 : 4) + (follows ? 0 : 1);
        if (cost < bestCost) {
          best = { field, position, ...found };
          bestCost = cost;
        }
      }
    }
  }
  return best;
}

function matchTerm(word: QueryWord, term: string): { readonly edits: number; readonly isWhole: boolean } | undefined {
  if (term === word.text) {
    return { edits: 0, isWhole: true };
  }
  if (word.mayBePrefix && term.startsWith(word.text)) {
    return { edits: 0, isWhole: false };
  }
  const edits = word.typos.get(term);
  return edits === undefined ? undefined : { edits, isWhole: true };
}

function gapsIn(matches: readonly WordMatch[]): number {
  return matches.filter(({ field, position }, index) => {
    const previous = matches[index - 1];
    return previous !== undefined && !(previous.field === field && position === previous.position + 1);
  }).length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
