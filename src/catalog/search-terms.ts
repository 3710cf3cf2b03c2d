import { foldLetters, foldText } from "./fold-text.ts";

/** The fields that are searched, in the order of what a hit in them is worth. */
export interface SearchedFields {
  readonly title: string;
  readonly creators: readonly string[];
  readonly album?: string | undefined;
}

/** Scripts that are written without blanks: their words are found by pairs of characters. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]/u;
const unspacedRuns = new RegExp(`(${unspaced.source}+)`, "u");
/** Words that punctuation joins without a blank: `AC/DC`, `R.E.M.`, `hip-hop`. */
const joinedWords = /[\p{L}\p{N}]+(?:[-./&·・][\p{L}\p{N}]+)+/gu;
const maxTermLength = 40;
const maxTermsPerField = 40;

/**
 * The terms a text is found by, in its order: words, pairs of characters in scripts without blanks, and what punctuation joins
 * also as one word (`AC/DC`: `ac`, `dc`, `acdc`).
 */
export function indexTerms(text: string): string[] {
  const words = foldText(text)
    .split(" ")
    .flatMap((word) => splitWord(word, true));
  const joined = [...foldLetters(text).matchAll(joinedWords)]
    .map(([match]) => match.replaceAll(/[^\p{L}\p{N}]/gu, ""))
    .filter((word) => !unspaced.test(word));
  return [...words, ...joined].slice(0, maxTermsPerField);
}

/** The terms to look for, of a text somebody typed. */
export function queryTerms(text: string): string[] {
  return foldText(text)
    .split(" ")
    .flatMap((word) => splitWord(word, false));
}

/** True for a term of a script without blanks, in which a single character says much. */
export function isUnspacedTerm(term: string): boolean {
  return unspaced.test(term);
}

/** Pairs overlap. In what is indexed the last character stands alone too, so that it is found as the begin of a pair would be. */
function splitWord(word: string, forIndex: boolean): string[] {
  if (!unspaced.test(word)) {
    return word === "" ? [] : [word.slice(0, maxTermLength)];
  }
  return word.split(unspacedRuns).flatMap((run) => {
    if (!unspaced.test(run)) {
      return run === "" ? [] : [run.slice(0, maxTermLength)];
    }
    const characters = Array.from(run);
    const pairs = characters.slice(1).map((character, index) => `${characters[index]}${character}`);
    const last = characters.at(-1) ?? "";
    return forIndex || pairs.length === 0 ? [...pairs, last] : pairs;
  });
}

/** The terms of the fields as one text, a field a line: what ranking compares, and what the index is made of. */
export function formatSearchText({ title, creators, album }: SearchedFields): string {
  return [indexTerms(title), creators.flatMap(indexTerms).slice(0, maxTermsPerField), indexTerms(album ?? "")]
    .map((terms) => terms.join(" "))
    .join("\n");
}

/** The terms of a {@link formatSearchText}, by field: title, creators, album. */
export function parseSearchText(searchText: string): string[][] {
  return searchText.split("\n").map((line) => (line === "" ? [] : line.split(" ")));
}

/**
 * What a hit of each term is worth, the smaller the better, in the order in which ranking will put it: a title that is the
 * term, titles that start with it (short ones first), titles that hold it, creators, albums. The index keeps the items of a term
 * in this order, so that reading its first few hundred reads the best.
 */
export function termWeights(searchText: string): Map<string, number> {
  const weights = new Map<string, number>();
  for (const [field, terms] of parseSearchText(searchText).entries()) {
    const length = Math.min(terms.length, 9);
    for (const [position, term] of terms.entries()) {
      const weight = field * 20 + (position === 0 ? 0 : 10) + length;
      weights.set(term, Math.min(weight, weights.get(term) ?? weight));
    }
  }
  return weights;
}

const initialBits = 20;
const headBits = 32;
const headLength = 3;

/**
 * Which initials and heads (first three characters) an item's terms have, as bits: the index keeps it beside each term, so that
 * most of the items that lack the other words of a query are passed over without being looked up. At most 52 bits: a number.
 */
export function headBitsOf(terms: Iterable<string>): number {
  const bits = new Set<number>();
  for (const term of terms) {
    bits.add(hash(term.slice(0, 1)) % initialBits);
    if (term.length >= headLength) {
      bits.add(initialBits + (hash(term.slice(0, headLength)) % headBits));
    }
  }
  return [...bits].reduce((sum, bit) => sum + 2 ** bit, 0);
}

/** FNV-1a: the same on every machine, as the index outlives the process. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return value;
}
