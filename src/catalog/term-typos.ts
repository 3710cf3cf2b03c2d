import { hash, isUnspacedTerm } from "./search-terms.ts";

const minLength = 4;
const headLength = 6;

/**
 * What a word has in common with its misspellings: its head, and its head with each one character left out. Two words at most
 * one edit apart (a character too many, missing, wrong, or two swapped) always share one of these, so a look-up by them finds every such
 * word without comparing with all. As hashes: small, and told apart by the distance afterwards.
 *
 * @returns none for words too short, for numbers, and for scripts in which every character counts
 */
export function typoFragments(term: string): number[] {
  if (!mayBeMisspelt(term)) {
    return [];
  }
  const head = term.slice(0, headLength);
  const fragments = new Set([hash(head)]);
  for (let index = 0; index < head.length; index++) {
    fragments.add(hash(head.slice(0, index) + head.slice(index + 1)));
  }
  // Signed: a plain integer column in every database.
  return [...fragments].map((fragment) => fragment | 0);
}

/** How many edits may lie between a typed word and the one meant. */
export function allowedTypos(word: string): number {
  return !mayBeMisspelt(word) ? 0 : word.length < 8 ? 1 : 2;
}

function mayBeMisspelt(word: string): boolean {
  return word.length >= minLength && !/\d/.test(word) && !isUnspacedTerm(word);
}

/**
 * Edits between two words (a swap of neighbours is one), or of `word` and the best fitting start of `term` where `asPrefix`:
 * somebody may not have finished typing. Infinity where there are more than `limit`.
 */
export function editDistance(word: string, term: string, limit: number, asPrefix: boolean): number {
  if (word.length - term.length > limit || (!asPrefix && term.length - word.length > limit)) {
    return Number.POSITIVE_INFINITY;
  }
  const width = asPrefix ? Math.min(term.length, word.length + limit) : term.length;
  let beforeLast: number[] = [];
  let last = Array.from({ length: width + 1 }, (_, index) => index);
  for (let row = 1; row <= word.length; row++) {
    const current = [row];
    for (let column = 1; column <= width; column++) {
      current.push(cheapestEdit({ word, term, row, column, beforeLast, last, current }));
    }
    if (Math.min(...current) > limit) {
      return Number.POSITIVE_INFINITY;
    }
    beforeLast = last;
    last = current;
  }
  const distance = asPrefix ? Math.min(...last) : (last[width] ?? Number.POSITIVE_INFINITY);
  return distance <= limit ? distance : Number.POSITIVE_INFINITY;
}

interface EditStep {
  readonly word: string;
  readonly term: string;
  readonly row: number;
  readonly column: number;
  readonly beforeLast: readonly number[];
  readonly last: readonly number[];
  readonly current: readonly number[];
}

function cheapestEdit({ word, term, row, column, beforeLast, last, current }: EditStep): number {
  const isSame = word[row - 1] === term[column - 1];
  const isSwap = row > 1 && column > 1 && word[row - 1] === term[column - 2] && word[row - 2] === term[column - 1];
  return Math.min(
    (last[column - 1] ?? 0) + (isSame ? 0 : 1),
    (last[column] ?? 0) + 1,
    (current[column - 1] ?? 0) + 1,
    isSwap ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
  );
}
