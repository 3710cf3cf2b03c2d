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
  let last: number[] = [];
  for (let column = 0; column <= width; column++) {
    last.push(column);
  }
  for (let row = 1; row <= word.length; row++) {
    const current = nextRow({ word, term, row, beforeLast, last });
    if (Math.min(...current) > limit) {
      return Number.POSITIVE_INFINITY;
    }
    beforeLast = last;
    last = current;
  }
  const distance = asPrefix ? Math.min(...last) : (last[width] ?? Number.POSITIVE_INFINITY);
  return distance <= limit ? distance : Number.POSITIVE_INFINITY;
}

interface EditRow {
  readonly word: string;
  readonly term: string;
  readonly row: number;
  readonly beforeLast: readonly number[];
  readonly last: readonly number[];
}

/** Edits from the first `row` characters of the word to each start of the term. A plain loop: thousands of terms, for one misspelt word. */
function nextRow({ word, term, row, beforeLast, last }: EditRow): number[] {
  const character = word.charCodeAt(row - 1);
  const before = word.charCodeAt(row - 2);
  let left = row;
  const current = [left];
  for (let column = 1; column < last.length; column++) {
    const other = term.charCodeAt(column - 1);
    const replaced = (last[column - 1] ?? 0) + (character === other ? 0 : 1);
    left = Math.min(replaced, (last[column] ?? 0) + 1, left + 1);
    if (column > 1 && before === other && character === term.charCodeAt(column - 2)) {
      left = Math.min(left, (beforeLast[column - 2] ?? 0) + 1);
    }
    current.push(left);
  }
  return current;
}
