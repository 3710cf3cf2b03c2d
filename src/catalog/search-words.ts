import { sql } from "kysely";
import { type DatabaseKind, valuesOf } from "./catalog-database.ts";
import type { QueryWord } from "./search-ranking.ts";
import { isUnspacedTerm } from "./search-terms.ts";
import type { Database } from "./tables.ts";
import { allowedTypos, editDistance, typoFragments } from "./term-typos.ts";

/** A word of the catalog that a word of the query may stand for. */
export interface Term {
  readonly id: number;
  readonly term: string;
  readonly item_count: number;
}

/** A word of the query and the terms it may stand for, the likeliest first. */
export interface ExpandedWord extends QueryWord {
  readonly terms: readonly Term[];
}

/** How many terms a word is taken for at most. */
const maxTerms = 8;
/** Among how many they are chosen, by the length of the word: of one letter, titles that start with it say more. */
const maxTermsRead: readonly number[] = [0, 200, 500];
const maxTermsReadOfLonger = 2000;
const maxTypoTermsRead = 5000;
const afterAll = "\u{10ffff}";

/** Looks up the words that are in the catalog as typed, or as the start of longer ones. */
export async function expandWords(db: Database, texts: readonly string[]): Promise<ExpandedWord[]> {
  // Each part is bounded before it is sorted: a single letter is the start of too many words.
  const parts = texts.map((text, index) => {
    const mayBePrefix = isPrefixWorthwhile(text, index === texts.length - 1);
    const range = mayBePrefix ? sql`term >= ${text} and term < ${text + afterAll}` : sql`term = ${text}`;
    return sql`select word, id, term, item_count from (select cast(${index} as integer) as word, id, term, item_count
      from (select id, term, item_count from terms where ${range} order by term limit ${maxTermsRead[text.length] ?? maxTermsReadOfLonger}) as near
      order by case when term = ${text} then 0 else 1 end, item_count desc, term limit ${maxTerms}) as part${sql.raw(String(index))}`;
  });
  const { rows } = await sql<Term & { word: number }>`${sql.join(parts, sql` union all `)}`.execute(db);
  return texts.map((text, index) => ({
    text,
    mayBePrefix: index === texts.length - 1 || isPrefixWorthwhile(text, false),
    typos: new Map(),
    terms: rows.filter(({ word, item_count }) => word === index && item_count > 0),
  }));
}

/** Adds the terms that differ from a word by a small typo; the nearest, then the commonest, first. */
export async function addTypos(
  kind: DatabaseKind,
  db: Database,
  words: readonly ExpandedWord[],
): Promise<ExpandedWord[]> {
  return Promise.all(
    words.map(async (word, index) => {
      const fragments = typoFragments(word.text);
      if (fragments.length === 0) {
        return word;
      }
      const near = await readNearTerms(kind, db, fragments);
      const limit = allowedTypos(word.text);
      const isLast = index === words.length - 1;
      const found = near
        .map((term) => ({ term, edits: editDistance(word.text, term.term, limit, isLast) }))
        .filter(({ edits }) => edits > 0 && edits <= limit)
        .toSorted(
          (a, b) => a.edits - b.edits || b.term.item_count - a.term.item_count || (a.term.term < b.term.term ? -1 : 1),
        )
        .slice(0, maxTerms);
      const typos = new Map(found.map(({ term, edits }) => [term.term, edits]));
      const known = word.terms.filter(({ term }) => !typos.has(term));
      return { ...word, typos, terms: [...known, ...found.map(({ term }) => term)].slice(0, maxTerms) };
    }),
  );
}

async function readNearTerms(kind: DatabaseKind, db: Database, fragments: readonly number[]): Promise<Term[]> {
  const { rows } = await sql<Term>`
    select id, term, item_count from terms where item_count > 0 and id in
      (select term_id from term_typos where fragment in ${valuesOf(kind, fragments)} limit ${maxTypoTermsRead})`.execute(
    db,
  );
  return rows;
}

/** A word that is followed by another is finished, but it may be a singular, or one that is being corrected. */
function isPrefixWorthwhile(text: string, isLast: boolean): boolean {
  return isLast || text.length >= 3 || isUnspacedTerm(text);
}
