import { sql } from "kysely";
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
  db: Database,
  words: readonly ExpandedWord[],
  hits: readonly RankedHit[],
  limit: number,
): Promise<Suggestion[]> {
  const offers = new Map<string, Offer>();
  for (const text of await textsOf(db, hits)) {
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

async function textsOf(db: Database, hits: readonly RankedHit[]): Promise<Text[]> {
  if (hits.length === 0) {
    return [];
  }
  const nos = hits.map(({ no }) => no);
  const { rows } = await sql<{ no: number; detail: string }>`
    select no, detail from items where no in (${sql.join(nos)})`.execute(db);
  const details = new Map(
    rows.map(({ no, detail }) => [no, JSON.parse(detail) as { creators: string[]; album?: string }]),
  );
  return hits.flatMap(({ no, title, play_count: playCount }) => {
    const { creators = [], album } = details.get(no) ?? {};
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
