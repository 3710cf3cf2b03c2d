import { sql } from "kysely";
import { type CatalogDatabase, type DatabaseKind, valuesOf } from "./catalog-database.ts";
import type { Suggestion } from "./catalog-query.ts";
import { foldText } from "./fold-text.ts";
import { compareRanked, type Rank, rankOf } from "./search-ranking.ts";
import { indexTerms } from "./search-terms.ts";
import type { RankedHit } from "./search.ts";
import type { ExpandedWord } from "./search-words.ts";
import type { Database } from "./tables.ts";

interface Offer extends Suggestion {
  readonly id: string;
  readonly titleFold: string;
  readonly rank: Rank;
}

/** The titles, creators and albums of hits that hold all words by themselves, each text once, in the order of hits. */
export async function suggestionsOf(
  { kind, reads: db }: Pick<CatalogDatabase, "kind" | "reads">,
  words: readonly ExpandedWord[],
  hits: readonly RankedHit[],
  limit: number,
): Promise<Suggestion[]> {
  const offers = new Map<string, Offer>();
  for (const text of await textsOf(kind, db, hits)) {
    const offer = offerOf(words, text);
    const better = offers.get(offer?.titleFold ?? "");
    if (offer !== undefined && (better === undefined || compareRanked(offer, better) < 0)) {
      offers.set(offer.titleFold, offer);
    }
  }
  const sorted = [...offers.values()].toSorted(compareRanked).slice(0, limit);
  return sorted.map(({ text, field }) => ({ text, field }));
}

type Text = Suggestion & { readonly playCount: number };

async function textsOf(kind: DatabaseKind, db: Database, hits: readonly RankedHit[]): Promise<Text[]> {
  if (hits.length === 0) {
    return [];
  }
  const { rows } = await sql<{ no: number; title: string; detail: string }>`
    select no, title, detail from items where no in ${valuesOf(
      kind,
      hits.map(({ no }) => no),
    )}`.execute(db);
  const found = new Map(rows.map((row) => [row.no, row]));
  return hits.flatMap(({ no, play_count: playCount }) => {
    const { title = "", detail = "{}" } = found.get(no) ?? {};
    const { creators = [], album } = JSON.parse(detail) as { readonly creators?: string[]; readonly album?: string };
    return [
      { text: title, field: "title" as const, playCount },
      ...creators.map((text) => ({ text, field: "creator" as const, playCount })),
      ...(album === undefined ? [] : [{ text: album, field: "album" as const, playCount }]),
    ];
  });
}

/** A text by itself is ranked as a title would be. */
function offerOf(words: readonly ExpandedWord[], { text, field, playCount }: Text): Offer | undefined {
  const titleFold = foldText(text);
  const folded = words.map((word) => word.text).join(" ");
  const candidate = { id: text, titleFold, searchText: indexTerms(text).join(" "), playCount };
  const rank = rankOf({ folded, words }, candidate);
  return rank === undefined ? undefined : { text, field, id: text, titleFold, rank };
}
