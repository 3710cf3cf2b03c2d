import type { Generated, Kysely } from "kysely";

/**
 * The tables, the same in every database. Times are milliseconds since 1970, lists and records are JSON text. `no` columns number
 * rows within one database; what leaves it are derived ids.
 */
export interface Tables {
  sources: SourcesTable;
  objects: ObjectsTable;
  folders: FoldersTable;
  items: ItemsTable;
  albums: GroupsTable;
  creators: GroupsTable;
  item_creators: { creator_no: number; title_fold: string; item_no: number };
  playlists: PlaylistsTable;
  playlist_entries: PlaylistEntriesTable;
  terms: { id: Generated<number>; term: string; item_count: number };
  term_typos: { fragment: number; term_id: number };
  postings: PostingsTable;
  plays: { hour: number; item_no: number; count: number };
  play_pairs: { item_no: number; other_no: number; count: number };
}

/** Reads and writes go through this. */
export type Database = Kysely<Tables>;

export interface SourcesTable {
  no: Generated<number>;
  id: string;
  identity: string;
  name: string;
  state: string;
  item_count: number;
  playlist_count: number;
  /** Of the scan under way, or of the next to come. */
  generation: number;
  scan_started_at: number | null;
  scan_cursor: string | null;
  scan_added: number;
  scan_changed: number;
  progress: string | null;
  last_scan: string | null;
  last_error: string | null;
}

/** What the last scans saw: narrow, as every scan writes to every row of it. */
export interface ObjectsTable {
  source_no: number;
  key: string;
  fingerprint: string;
  seen: number;
}

export interface FoldersTable {
  source_no: number;
  /** `""` for what lies at the top, else ends in `/`. */
  parent: string;
  path: string;
}

export interface ItemsTable {
  no: Generated<number>;
  id: string;
  source_no: number;
  kind: number;
  /** Of the key, up to its last `/`, with it. */
  folder: string;
  key: string;
  title_fold: string;
  search_text: string;
  play_count: number;
  album_no: number | null;
  /** Disc and track as one number. */
  track_order: number;
  added_at: number;
  changed_at: number;
  title: string;
  /** All else, as JSON. */
  detail: string;
}

/** Albums and creators alike. */
export interface GroupsTable {
  no: Generated<number>;
  id: string;
  name: string;
  name_fold: string;
  item_count: number;
}

export interface PlaylistsTable {
  no: Generated<number>;
  id: string;
  source_no: number;
  key: string;
  title: string;
  title_fold: string;
  entry_count: number;
  duration_seconds: number;
  issues: string;
  added_at: number;
  changed_at: number;
}

export interface PlaylistEntriesTable {
  playlist_no: number;
  position: number;
  item_id: string | null;
  key: string | null;
  title: string | null;
  location: string;
  duration_seconds: number | null;
  start_seconds: number | null;
  end_seconds: number | null;
  note: string | null;
}

/** Which items hold a term, best first (`termWeights`), with what passes most other items over (`headBitsOf`). */
export interface PostingsTable {
  term_id: number;
  weight: number;
  item_no: number;
  /** Source and kind as one number: `source_no * 4 + kind`. */
  facet: number;
  heads: number;
}
