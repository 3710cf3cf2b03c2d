import { sql } from "kysely";
import { type DatabaseKind, rowsOf, valuesOf } from "./catalog-database.ts";
import { foldText } from "./fold-text.ts";
import { type GroupRow, groupsOf, type PreparedItem, type SourceKey } from "./item-rows.ts";
import { changePostings } from "./posting-changes.ts";
import type { Database } from "./tables.ts";

/** An item the database holds, as far as it must be known to take it out again. */
export interface StoredItem {
  readonly no: number;
  readonly id: string;
  readonly kind: number;
  readonly title_fold: string;
  readonly search_text: string;
  readonly detail: string;
}

/** An item that comes (no `before`), changes, or goes (no `after`). */
export interface ItemChange {
  readonly before: StoredItem | undefined;
  readonly after: (PreparedItem & { readonly addedAt: number; readonly changedAt: number }) | undefined;
}

/** A transaction, and the source whose items it changes. */
export interface ItemTransaction {
  readonly kind: DatabaseKind;
  readonly db: Database;
  readonly source: SourceKey;
}

/** The columns of a {@link StoredItem}. */
export const storedColumns = ["no", "id", "kind", "title_fold", "search_text", "detail"] as const;

/**
 * Adds, replaces and removes items together with all that is derived from them: groups, search terms. Each table is written to once,
 * rows in a fixed order, so that two scans at the same time cannot lock each other out.
 */
export async function applyItemChanges(tx: ItemTransaction, changes: readonly ItemChange[]): Promise<void> {
  const albumNos = await changeGroups(tx, "albums", changes, ({ album }) => (album === undefined ? [] : [album]));
  const creatorNos = await changeGroups(tx, "creators", changes, ({ creators }) => creators);
  const itemNos = await writeItems(tx, changes, albumNos);
  await changeItemCreators(tx, changes, creatorNos, itemNos);
  await changePostings(tx, changes, itemNos);
}

interface Groups {
  readonly album: GroupRow | undefined;
  readonly creators: readonly GroupRow[];
}

/** Counts items in and out of their groups, makes new ones. Returns the groups' numbers by id. */
async function changeGroups(
  { kind, db }: ItemTransaction,
  table: "albums" | "creators",
  changes: readonly ItemChange[],
  pick: (groups: Groups) => readonly GroupRow[],
): Promise<Map<string, number>> {
  const deltas = new Map<string, { group: GroupRow; delta: number }>();
  const count = (group: GroupRow, step: number): void => {
    deltas.set(group.id, { group, delta: (deltas.get(group.id)?.delta ?? 0) + step });
  };
  for (const { before, after } of changes) {
    (before === undefined ? [] : pick(groupsOf(before.detail))).forEach((group) => count(group, -1));
    (after === undefined ? [] : pick(after)).forEach((group) => count(group, 1));
  }
  if (deltas.size === 0) {
    return new Map();
  }
  const rows = [...deltas.values()]
    .toSorted((a, b) => (a.group.id < b.group.id ? -1 : 1))
    .map(({ group: { id, name }, delta }) => [id, name, foldText(name), delta]);
  const given = rowsOf(kind, { id: "text", name: "text", fold: "text", delta: "bigint" }, rows);
  const result = await sql<{ id: string; no: number }>`
    insert into ${sql.table(table)} (id, name, name_fold, item_count) select id, name, fold, delta from ${given} where true
    on conflict (id) do update set item_count = ${sql.table(table)}.item_count + excluded.item_count returning id, no`.execute(
    db,
  );
  return new Map(result.rows.map(({ id, no }) => [id, no]));
}

/** Writes the rows of `items` themselves. Returns their numbers by id. */
async function writeItems(
  { kind, db, source }: ItemTransaction,
  changes: readonly ItemChange[],
  albumNos: ReadonlyMap<string, number>,
): Promise<Map<string, number>> {
  const gone = changes.flatMap(({ before, after }) => (before === undefined || after !== undefined ? [] : [before.no]));
  if (gone.length > 0) {
    for (const table of ["items", "plays", "play_pairs"] as const) {
      const column = table === "items" ? sql`no` : sql`item_no`;
      await sql`delete from ${sql.table(table)} where ${column} in ${valuesOf(kind, gone)}`.execute(db);
    }
    await sql`delete from play_pairs where other_no in ${valuesOf(kind, gone)}`.execute(db);
  }
  const rows = changes
    .flatMap(({ after }) => (after === undefined ? [] : [after]))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((item) => [
      ...[item.id, item.kind, item.folder, item.key, item.titleFold, item.searchText],
      ...[
        albumNos.get(item.album?.id ?? "") ?? null,
        item.trackOrder,
        item.addedAt,
        item.changedAt,
        item.title,
        item.detail,
      ],
    ]);
  const given = rowsOf(kind, itemRowTypes, rows);
  const result = await sql<{ id: string; no: number }>`
    insert into items (id, source_no, kind, folder, key, title_fold, search_text, play_count, album_no, track_order, added_at,
      changed_at, title, detail)
    select id, cast(${source.no} as bigint), kind, folder, key, title_fold, search_text, 0, album_no, track_order, added_at,
      changed_at, title, detail from ${given} where true
    on conflict (id) do update set kind = excluded.kind, folder = excluded.folder, key = excluded.key,
      title_fold = excluded.title_fold, search_text = excluded.search_text, album_no = excluded.album_no,
      track_order = excluded.track_order, changed_at = excluded.changed_at, title = excluded.title, detail = excluded.detail
    returning id, no`.execute(db);
  return new Map(result.rows.map(({ id, no }) => [id, no]));
}

const itemRowTypes = {
  id: "text",
  kind: "bigint",
  folder: "text",
  key: "text",
  title_fold: "text",
  search_text: "text",
  album_no: "bigint",
  track_order: "bigint",
  added_at: "bigint",
  changed_at: "bigint",
  title: "text",
  detail: "text",
} as const;

async function changeItemCreators(
  { kind, db }: ItemTransaction,
  changes: readonly ItemChange[],
  creatorNos: ReadonlyMap<string, number>,
  itemNos: ReadonlyMap<string, number>,
): Promise<void> {
  const gone = changes.flatMap(({ before }) => {
    const creators = before === undefined ? [] : groupsOf(before.detail).creators;
    return creators.map(({ id }) => [creatorNos.get(id) ?? 0, before?.title_fold ?? "", before?.no ?? 0]);
  });
  const types = { creator_no: "bigint", title_fold: "text", item_no: "bigint" } as const;
  if (gone.length > 0) {
    await sql`delete from item_creators where (creator_no, title_fold, item_no) in
      (select creator_no, title_fold, item_no from ${rowsOf(kind, types, gone)})`.execute(db);
  }
  const come = changes.flatMap(({ after }) => {
    return (after?.creators ?? []).map(({ id }) => [
      creatorNos.get(id) ?? 0,
      after?.titleFold ?? "",
      itemNos.get(after?.id ?? "") ?? 0,
    ]);
  });
  if (come.length > 0) {
    await sql`insert into item_creators (creator_no, title_fold, item_no)
      select creator_no, title_fold, item_no from ${rowsOf(kind, types, come)} where true on conflict do nothing`.execute(
      db,
    );
  }
}
