import type { CatalogDatabase } from "./catalog-database.ts";
import { CatalogError } from "./catalog-error.ts";
import type { CatalogItem } from "./catalog-item.ts";
import type { Page, SearchQuery, Suggestion, SuggestOptions } from "./catalog-query.ts";
import { parseCursor } from "./cursor.ts";
import { foldText } from "./fold-text.ts";
import { compareText, kindsOf, readItems } from "./item-lists.ts";
import { checkedLimit, pageOf } from "./page-limits.ts";
import { facetsOf } from "./posting-changes.ts";
import { type CandidateRow, readCandidates, type SearchScope } from "./search-candidates.ts";
import { compareRanked, type Rank, rankOf } from "./search-ranking.ts";
import { queryTerms } from "./search-terms.ts";
import { addTypos, expandWords, type ExpandedWord } from "./search-words.ts";
import { readSourceNos } from "./source-rows.ts";
import { suggestionsOf } from "./suggestions.ts";

/** What a search needs of a database. */
export type SearchedDatabase = Pick<CatalogDatabase, "kind" | "reads">;

/** A hit in its place. */
export interface RankedHit extends CandidateRow {
  readonly titleFold: string;
  readonly rank: Rank;
}

const maxTextLength = 200;
const maxWords = 8;
/** With fewer hits than this, small typos are forgiven. */
const enoughHits = 5;

export async function searchItems(database: SearchedDatabase, query: SearchQuery): Promise<Page<CatalogItem>> {
  const limit = checkedLimit(query.limit);
  const sort = query.sort ?? "relevance";
  const question = ["search", foldText(query.text), query.kinds ?? [], query.sourceIds ?? [], sort];
  const shape = positionOf(sort, { titleFold: "", id: "", added_at: 0, rank: rankShape });
  const after = query.cursor === undefined ? undefined : parseCursor(question, query.cursor, shape);
  const { hits } = await findHits(database, query);
  const sorted = sort === "relevance" ? hits : hits.toSorted(sort === "title" ? byTitle : newestFirst);
  const start = after === undefined ? 0 : placeAfter(sorted, sort, after);
  const page = pageOf(sorted.slice(start), limit, question, {
    positionOf: (hit) => positionOf(sort, hit),
    read: ({ id }) => id,
  });
  return { ...page, entries: await readItems(database.kind, database.reads, page.entries) };
}

export async function suggest(
  database: SearchedDatabase,
  text: string,
  options: SuggestOptions,
): Promise<Suggestion[]> {
  const limit = checkedLimit(options.limit, 10, 50);
  const { words, hits } = await findHits(database, { text, sourceIds: options.sourceIds });
  return suggestionsOf(database, words, hits.slice(0, suggestFrom), limit);
}

const suggestFrom = 40;

async function scopeOf(
  { reads }: SearchedDatabase,
  { kinds: wanted, sourceIds }: Pick<SearchQuery, "kinds" | "sourceIds">,
): Promise<SearchScope> {
  const kinds = kindsOf(wanted);
  if (wanted === undefined && sourceIds === undefined) {
    return { kinds, sourceNos: undefined, facets: undefined };
  }
  const { nos, isAll } = await readSourceNos(reads, sourceIds);
  const facets = isAll && wanted === undefined ? undefined : facetsOf(nos, kinds);
  return { kinds, sourceNos: isAll ? undefined : nos, facets };
}

/** The best few hundred hits, in order. */
async function findHits(
  database: SearchedDatabase,
  { text, ...filter }: Pick<SearchQuery, "text" | "kinds" | "sourceIds">,
): Promise<{ readonly words: readonly ExpandedWord[]; readonly hits: readonly RankedHit[] }> {
  if (text.length > maxTextLength) {
    throw new CatalogError(
      "bad-query",
      `A text of ${text.length} characters is too long to search for: at most ${maxTextLength}`,
    );
  }
  const folded = foldText(text);
  const texts = [...new Set(queryTerms(text))].slice(0, maxWords);
  if (texts.length === 0) {
    return { words: [], hits: [] };
  }
  const { kind, reads } = database;
  const [words, scope] = await Promise.all([expandWords(reads, texts), scopeOf(database, filter)]);
  const hits = rankAll(folded, words, await readCandidates(reads, folded, words, scope));
  if (hits.length >= enoughHits) {
    return { words, hits };
  }
  const corrected = await addTypos(kind, reads, words);
  if (corrected.every(({ typos }) => typos.size === 0)) {
    return { words, hits };
  }
  return { words: corrected, hits: rankAll(folded, corrected, await readCandidates(reads, folded, corrected, scope)) };
}

function rankAll(folded: string, words: readonly ExpandedWord[], rows: readonly CandidateRow[]): RankedHit[] {
  return rows
    .flatMap((row) => {
      const candidate = {
        id: row.id,
        titleFold: row.title_fold,
        searchText: row.search_text,
        playCount: row.play_count,
      };
      const rank = rankOf({ folded, words }, candidate);
      return rank === undefined ? [] : [{ ...row, titleFold: row.title_fold, rank }];
    })
    .toSorted(compareRanked);
}

type Sort = NonNullable<SearchQuery["sort"]>;
type Placed = Pick<RankedHit, "titleFold" | "id" | "added_at" | "rank">;

const rankShape: Rank = Array.from({ length: 7 }, () => 0);

function positionOf(sort: Sort, { titleFold, id, added_at, rank }: Placed): (string | number)[] {
  switch (sort) {
    case "relevance":
      return [titleFold, id, ...rank];
    case "title":
      return [titleFold, id];
    case "added":
      return [added_at, id];
  }
}

/** Where the list goes on after a position, even if the hit that was there is gone. */
function placeAfter(sorted: readonly RankedHit[], sort: Sort, position: readonly (string | number)[]): number {
  const [first = "", id = "", ...rank] = position;
  const isAddedSort = sort === "added";
  const last: Placed = {
    titleFold: isAddedSort ? "" : String(first),
    added_at: isAddedSort ? Number(first) : 0,
    id: String(id),
    rank: rank.map(Number),
  };
  const compare = sort === "relevance" ? compareRanked : sort === "title" ? byTitle : newestFirst;
  const index = sorted.findIndex((hit) => compare(hit, last) > 0);
  return index === -1 ? sorted.length : index;
}

function byTitle(a: Placed, b: Placed): number {
  return compareText(a.titleFold, b.titleFold) || compareText(a.id, b.id);
}

function newestFirst(a: Placed, b: Placed): number {
  return b.added_at - a.added_at || compareText(b.id, a.id);
}
