import { sql } from "kysely";
import type { DatabaseKind } from "./catalog-database.ts";
import type { CatalogPlaylist, CatalogPlaylistEntry, PlaylistEntryPart } from "./catalog-playlist.ts";
import type { Page, PageOptions, PlaylistQuery } from "./catalog-query.ts";
import { parseCursor } from "./cursor.ts";
import { readItems } from "./item-lists.ts";
import { checkedLimit, pageOf } from "./page-limits.ts";
import { isOfSources, sourceNosOf } from "./source-rows.ts";
import type { Database, PlaylistEntriesTable, PlaylistsTable } from "./tables.ts";

type PlaylistRow = Omit<PlaylistsTable, "no" | "source_no"> & { readonly source_id: string };

export async function readPlaylist(db: Database, id: string): Promise<CatalogPlaylist | undefined> {
  const row = await playlistsQuery(db).where("playlists.id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : playlistOf(row);
}

export async function listPlaylists(db: Database, query: PlaylistQuery): Promise<Page<CatalogPlaylist>> {
  const limit = checkedLimit(query.limit);
  const question = ["playlists", query.sourceIds ?? []];
  const after = query.cursor === undefined ? ["", ""] : parseCursor(question, query.cursor, ["", ""]);
  const rows = await playlistsQuery(db)
    .where(sql<boolean>`(playlists.title_fold, playlists.id) > (${after[0]}, ${after[1]})`)
    .where(isOfSources("playlists.source_no", await sourceNosOf(db, query.sourceIds)))
    .orderBy("playlists.title_fold")
    .orderBy("playlists.id")
    .limit(limit + 1)
    .execute();
  return pageOf(rows, limit, question, { positionOf: (row) => [row.title_fold, row.id], read: playlistOf });
}

export async function listPlaylistEntries(
  kind: DatabaseKind,
  db: Database,
  id: string,
  options: PageOptions,
): Promise<Page<CatalogPlaylistEntry>> {
  const limit = checkedLimit(options.limit);
  const question = ["playlist", id];
  const after = options.cursor === undefined ? [-1] : parseCursor(question, options.cursor, [0]);
  const rows = await db
    .selectFrom("playlist_entries")
    .selectAll()
    .where("playlist_no", "=", (playlist) => playlist.selectFrom("playlists").select("no").where("id", "=", id))
    .where("position", ">", Number(after[0]))
    .orderBy("position")
    .limit(limit + 1)
    .execute();
  const ids = rows.flatMap(({ item_id }) => item_id ?? []);
  const items = new Map((await readItems(kind, db, [...new Set(ids)])).map((item) => [item.id, item]));
  return pageOf(rows, limit, question, {
    positionOf: (row) => [row.position],
    read: (row) => {
      const item = items.get(row.item_id ?? "");
      const part = partOf(row);
      const durationSeconds = row.duration_seconds ?? lengthWithin(item?.durationSeconds, part);
      const known = { position: row.position, durationSeconds, part };
      return item === undefined ? { ...known, unresolved: unresolvedOf(row) } : { ...known, item };
    },
  });
}

function partOf({ title, start_seconds, end_seconds }: PlaylistEntriesTable): PlaylistEntryPart | undefined {
  return start_seconds === null && end_seconds === null
    ? undefined
    : { title: title ?? undefined, startSeconds: start_seconds ?? 0, endSeconds: end_seconds ?? undefined };
}

/** Of a part up to the item's end, what is left from its beginning; unknown where the two contradict each other. */
function lengthWithin(itemSeconds: number | undefined, part: PlaylistEntryPart | undefined): number | undefined {
  const end = part?.endSeconds ?? itemSeconds;
  const length = end === undefined ? undefined : end - (part?.startSeconds ?? 0);
  return length === undefined || length <= 0 ? undefined : length;
}

function unresolvedOf({ title, location, key, note }: PlaylistEntriesTable): CatalogPlaylistEntry["unresolved"] {
  const why = key === null ? "It leads outside of the playlist's source." : `The source holds no "${key}".`;
  return { title: title ?? undefined, location, note: note ?? why };
}

function playlistsQuery(db: Database) {
  return db
    .selectFrom("playlists")
    .innerJoin("sources", "sources.no", "playlists.source_no")
    .selectAll("playlists")
    .select("sources.id as source_id");
}

function playlistOf(row: PlaylistRow): CatalogPlaylist {
  return {
    id: row.id,
    sourceId: row.source_id,
    key: row.key,
    title: row.title,
    entryCount: row.entry_count,
    durationSeconds: row.duration_seconds,
    issues: JSON.parse(row.issues) as string[],
    addedAt: new Date(row.added_at),
    changedAt: new Date(row.changed_at),
  };
}
