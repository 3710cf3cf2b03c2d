import type { CatalogItem, MediaKind } from "./catalog-item.ts";

/** One page of a list. */
export interface Page<T> {
  readonly entries: readonly T[];
  /** Opaque; absent on the last page. Good for the same question only: elsewhere it is refused as `bad-cursor`. */
  readonly nextCursor?: string | undefined;
}

/** What every paged question accepts. */
export interface PageOptions {
  readonly cursor?: string | undefined;
  /** Entries a page, 1 to 200. @default 50 */
  readonly limit?: number | undefined;
}

/**
 * What every question takes whose answer may hold items of any source. A catalog may know sources that the one who asks does not serve:
 * those of another server at the same database, or of another time.
 */
export interface SourceFilter {
  /** @default all */
  readonly sourceIds?: readonly string[] | undefined;
}

/** A list of items. */
export interface ItemQuery extends PageOptions, SourceFilter {
  /** @default all */
  readonly kinds?: readonly MediaKind[] | undefined;
  /** Items of one album, by disc and track; `order` has no say then. */
  readonly albumId?: string | undefined;
  /** Items of one creator, by title. */
  readonly creatorId?: string | undefined;
  /** `added`: newest first. @default "added" */
  readonly order?: "added" | "title" | undefined;
}

/** A list of albums or creators, by name. Those without an item of the sources asked for are left out; others are not counted. */
export interface GroupQuery extends PageOptions, SourceFilter {
  readonly order?: "name" | undefined;
}

/** A list of playlists, by title. */
export type PlaylistQuery = PageOptions & SourceFilter;

/** A search for items. */
export interface SearchQuery extends PageOptions, SourceFilter {
  /** At most 200 characters; words in any order, the last one perhaps not finished. */
  readonly text: string;
  readonly kinds?: readonly MediaKind[] | undefined;
  /** Order of the best few hundred hits. @default "relevance" */
  readonly sort?: "relevance" | "title" | "added" | undefined;
}

/** What is offered to somebody who types. */
export interface SuggestOptions extends SourceFilter {
  /** 1 to 50. @default 10 */
  readonly limit?: number | undefined;
}

/** What somebody who typed so far may mean. */
export interface Suggestion {
  readonly text: string;
  readonly field: "title" | "creator" | "album";
}

/** A folder, or an item, directly below a prefix. */
export type BrowseEntry =
  | { readonly type: "folder"; readonly prefix: string; readonly name: string }
  | { readonly type: "item"; readonly item: CatalogItem };

/** Which items may go with an item. */
export interface RelatedOptions extends SourceFilter {
  /** Of each list, 1 to 200. @default 20 */
  readonly limit?: number | undefined;
}

/** Items that go with an item, best first, each at most once. */
export interface RelatedItems {
  readonly album: readonly CatalogItem[];
  readonly creator: readonly CatalogItem[];
  readonly folder: readonly CatalogItem[];
  /** Played right after it, or before it. */
  readonly playedTogether: readonly CatalogItem[];
}

/** A play of an item. Whose it was is not kept. */
export interface PlayOptions {
  /** When. @default now */
  readonly at?: Date | undefined;
  /** What the same player played right before. */
  readonly previousItemId?: string | undefined;
}

/** A question for what is played most. */
export interface TrendingQuery extends SourceFilter {
  /** How far back, in seconds; plays are kept by the hour, for 30 days. */
  readonly sinceSeconds: number;
  readonly kinds?: readonly MediaKind[] | undefined;
  /** 1 to 200. @default 50 */
  readonly limit?: number | undefined;
}
