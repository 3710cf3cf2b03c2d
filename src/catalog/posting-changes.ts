import { sql } from "kysely";
import { rowsOf, valuesOf } from "./catalog-database.ts";
import type { ItemChange, ItemTransaction } from "./item-changes.ts";
import { mediaKinds } from "./item-rows.ts";
import { headBitsOf, termWeights } from "./search-terms.ts";
import { typoFragments } from "./term-typos.ts";

const kindsPerSource = 4;

/** Source and kind of an item as one number, by which searches filter. */
export function facetOf(sourceNo: number, kind: number): number {
  return sourceNo * kindsPerSource + kind;
}

/** The facets of some sources and kinds; of all kinds where none are named. */
export function facetsOf(sourceNos: readonly number[], kinds: readonly number[]): number[] {
  const wanted = kinds.length > 0 ? kinds : mediaKinds.map((_, kind) => kind);
  return sourceNos.flatMap((no) => wanted.map((kind) => facetOf(no, kind)));
}

type Change = ItemChange & { readonly itemNo: number };

/** Takes items out of the lists of the terms they had, and puts them into those of the terms they have. */
export async function changePostings(
  tx: ItemTransaction,
  changes: readonly ItemChange[],
  itemNos: ReadonlyMap<string, number>,
): Promise<void> {
  const changed = changes
    .filter(({ before, after }) => before?.search_text !== after?.searchText || before?.kind !== after?.kind)
    .map((change) => ({ ...change, itemNo: change.before?.no ?? itemNos.get(change.after?.id ?? "") ?? 0 }));
  if (changed.length > 0) {
    const termIds = await countTerms(tx, changed);
    await removePostings(tx, changed, termIds);
    await addPostings(tx, changed, termIds);
  }
}

/** Counts the items of each term; makes new terms. Returns the terms' ids. */
async function countTerms({ kind, db }: ItemTransaction, changes: readonly Change[]): Promise<Map<string, number>> {
  const deltas = new Map<string, number>();
  for (const { before, after } of changes) {
    for (const term of termWeights(before?.search_text ?? "").keys()) {
      deltas.set(term, (deltas.get(term) ?? 0) - 1);
    }
    for (const term of termWeights(after?.searchText ?? "").keys()) {
      deltas.set(term, (deltas.get(term) ?? 0) + 1);
    }
  }
  const sorted = [...deltas].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const given = rowsOf(kind, { term: "text", delta: "bigint" }, sorted);
  const { rows } = await sql<{ id: number; term: string; item_count: number }>`
    insert into terms (term, item_count) select term, delta from ${given} where true
    on conflict (term) do update set item_count = terms.item_count + excluded.item_count
    returning id, term, item_count`.execute(db);
  const isNew = (row: { term: string; item_count: number }): boolean => row.item_count === deltas.get(row.term);
  const typos = rows.filter(isNew).flatMap(({ id, term }) => typoFragments(term).map((fragment) => [fragment, id]));
  if (typos.length > 0) {
    await sql`insert into term_typos (fragment, term_id) select fragment, term_id
      from ${rowsOf(kind, { fragment: "bigint", term_id: "bigint" }, typos)} where true on conflict do nothing`.execute(
      db,
    );
  }
  return new Map(rows.map(({ id, term }) => [term, id]));
}

async function removePostings(
  { kind, db }: ItemTransaction,
  changes: readonly Change[],
  termIds: ReadonlyMap<string, number>,
): Promise<void> {
  const gone = changes.flatMap(({ before, itemNo }) => {
    return [...termWeights(before?.search_text ?? "")].map(([term, weight]) => [
      termIds.get(term) ?? 0,
      weight,
      itemNo,
    ]);
  });
  if (gone.length > 0) {
    const types = { term_id: "bigint", weight: "bigint", item_no: "bigint" } as const;
    await sql`delete from postings where (term_id, weight, item_no) in
      (select term_id, weight, item_no from ${rowsOf(kind, types, gone)})`.execute(db);
  }
}

async function addPostings(
  { kind, db, source }: ItemTransaction,
  changes: readonly Change[],
  termIds: ReadonlyMap<string, number>,
): Promise<void> {
  const come = changes.flatMap(({ after, itemNo }) => {
    const weights = termWeights(after?.searchText ?? "");
    const heads = headBitsOf(weights.keys());
    const facet = facetOf(source.no, after?.kind ?? 0);
    return [...weights].map(([term, weight]) => [termIds.get(term) ?? 0, weight, itemNo, facet, heads]);
  });
  if (come.length > 0) {
    const types = { term_id: "bigint", weight: "bigint", item_no: "bigint", facet: "bigint", heads: "bigint" } as const;
    // In the order of the index: neighbours are written to one after the other.
    const sorted = come.toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
    await sql`insert into postings (term_id, weight, item_no, facet, heads) select term_id, weight, item_no, facet, heads
      from ${rowsOf(kind, types, sorted)} where true on conflict do nothing`.execute(db);
  }
}

/** Forgets terms that no item holds any more. */
export async function removeUnusedTerms({ kind, db }: Pick<ItemTransaction, "kind" | "db">): Promise<void> {
  const { rows } = await sql<{ id: number; term: string }>`
    delete from terms where item_count <= 0 returning id, term`.execute(db);
  const typos = rows.flatMap(({ id, term }) => typoFragments(term).map((fragment) => [fragment, id]));
  if (typos.length > 0) {
    await sql`delete from term_typos where (fragment, term_id) in
      (select fragment, term_id from ${rowsOf(kind, { fragment: "bigint", term_id: "bigint" }, typos)})`.execute(db);
  }
  const ids = rows.map(({ id }) => id);
  if (ids.length > 0) {
    await sql`delete from postings where term_id in ${valuesOf(kind, ids)}`.execute(db);
  }
}
