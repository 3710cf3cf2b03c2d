import { type RawBuilder, sql } from "kysely";
import { headBitsOf } from "./search-terms.ts";
import type { ExpandedWord } from "./search-words.ts";
import { isOfSources, isOneOf } from "./source-rows.ts";
import type { Database } from "./tables.ts";

/** An item that may be a hit. */
export interface CandidateRow {
  readonly no: number;
  readonly id: string;
  readonly title_fold: string;
  readonly search_text: string;
  readonly play_count: number;
  readonly added_at: number;
}

/** Which items a search is about. */
export interface SearchScope {
  readonly kinds: readonly number[];
  /** Absent: all. */
  readonly sourceNos: readonly number[] | undefined;
  /** Of sources and kinds; absent: all. */
  readonly facets: readonly number[] | undefined;
}

/** How many of a word's items are looked through, and how many are ranked. The index holds the best first. */
const maxPostingsRead = 20_000;
const maxFromPostings = 200;
const maxFromTitles = 30;
const maxTitlesRead = 2000;
const afterAll = "\u{10ffff}";

/**
 * The items worth ranking: those whose title starts with what was typed, and the best of those that hold the rarest word. Bounded at
 * every step, so that "the" among a million titles costs no more than a rare word.
 */
export async function readCandidates(
  db: Database,
  folded: string,
  words: readonly ExpandedWord[],
  scope: SearchScope,
): Promise<CandidateRow[]> {
  const sources = [...titleStarts(folded, scope), ...postingsOfRarest(words, scope)];
  const { rows } = await sql<CandidateRow>`
    select items.no, items.id, items.title_fold, items.search_text, items.play_count, items.added_at
    from (${sql.join(sources, sql` union `)}) as found join items on items.no = found.no`.execute(db);
  return rows;
}

function titleStarts(folded: string, { kinds, sourceNos }: SearchScope): RawBuilder<unknown>[] {
  const inSources = isOfSources("source_no", sourceNos);
  return kinds.map(
    (kind) => sql`select no from (select no from (select no, source_no, title_fold from items
      where kind = ${kind} and title_fold >= ${folded} and title_fold < ${folded + afterAll} order by title_fold, id limit ${maxTitlesRead}
      ) as near where ${inSources} limit ${maxFromTitles}) as titles${sql.raw(String(kind))}`,
  );
}

/** Every hit holds the rarest word; the others are then looked for by the bits the index keeps beside it. */
function postingsOfRarest(words: readonly ExpandedWord[], scope: SearchScope): RawBuilder<unknown>[] {
  const usable = words.filter(({ terms }) => terms.length > 0);
  const [rarest] = usable.toSorted((a, b) => itemCount(a) - itemCount(b));
  if (rarest === undefined || usable.length < words.length) {
    return [];
  }
  const others = words.filter((word) => word !== rarest && word.typos.size === 0);
  const mask = headBitsOf(others.map(({ text }) => text));
  const hasOthers = mask === 0 ? sql`true` : sql`(heads & ${mask}) = ${mask}`;
  const inScope = scope.facets === undefined ? sql`true` : isOneOf("facet", scope.facets);
  const share = Math.ceil(maxPostingsRead / rarest.terms.length);
  const lists = rarest.terms.map(
    (
      { id },
      index,
    ) => sql`select weight, item_no from (select weight, item_no from (select weight, item_no, facet, heads from postings
      where term_id = ${id} order by weight, item_no limit ${share}) as read${sql.raw(String(index))}
      where ${hasOthers} and ${inScope} limit ${maxFromPostings}) as list${sql.raw(String(index))}`,
  );
  return [
    sql`select item_no as no from (select item_no, weight from (${sql.join(lists, sql` union all `)}) as merged
      order by weight, item_no limit ${maxFromPostings}) as postings`,
  ];
}

function itemCount({ terms }: ExpandedWord): number {
  return terms.reduce((sum, { item_count }) => sum + item_count, 0);
}
