/**
 * What API v3 answers, as plain types: no code, so that a player may import them and nothing else. The schemas in `v3/` are held to these
 * types by the compiler, and make the OpenAPI document. Times are ISO 8601 in UTC, durations seconds, addresses relative to the server.
 */

/** What an item is. */
export type MediaKind = "audio" | "video" | "image";

/** One thing to play or show. */
export interface Item {
  readonly id: string;
  readonly kind: MediaKind;
  readonly title: string;
  readonly creators: readonly string[];
  /** Of its creators, in their order, for `items?creator=`; absent for what a live search found. */
  readonly creatorIds?: readonly string[] | undefined;
  readonly album?: string | undefined;
  /** For `items?album=`. */
  readonly albumId?: string | undefined;
  readonly albumArtist?: string | undefined;
  readonly trackNumber?: number | undefined;
  readonly discNumber?: number | undefined;
  readonly year?: number | undefined;
  readonly genres: readonly string[];
  readonly durationSeconds?: number | undefined;
  readonly mediaType?: string | undefined;
  readonly sizeBytes?: number | undefined;
  readonly description?: string | undefined;
  readonly publishedAt?: string | undefined;
  /** The source's name. */
  readonly source: string;
  /** Where it lies in its source. */
  readonly path: string;
  /** Takes `size`, the longer side in pixels; absent where there is no picture. */
  readonly artworkUrl?: string | undefined;
  readonly captions: readonly TextTrack[];
  readonly lyrics: readonly TextTrack[];
  /** What is wrong with it, in words; it is shown with what is known. */
  readonly issues: readonly string[];
  readonly addedAt: string;
  readonly changedAt: string;
  /** How often it was watched, as its site tells; absent for what was scanned. */
  readonly viewCount?: number | undefined;
  /** What keeps it from being played as an ordinary recording. */
  readonly state?: "live" | "upcoming" | "private" | undefined;
}

/** Captions or lyrics, as WebVTT. */
export interface TextTrack {
  readonly url: string;
  readonly language?: string | undefined;
  readonly label?: string | undefined;
}

/** One page of a list. */
export interface ItemPage {
  readonly items: readonly Item[];
  /** For the next page; absent on the last. */
  readonly nextCursor?: string | undefined;
}

/** What a search found. */
export interface SearchAnswer extends ItemPage {
  /** Every source that was asked: a page may be short because one of them failed. */
  readonly sources: readonly SearchedSource[];
}

/** What became of a search in one source. */
export interface SearchedSource {
  readonly source: string;
  /** `catalog`: answered from what was scanned; `live`: asked now; `slow`: not all in time, ask again for the rest; `failed`: see `detail`. */
  readonly state: "catalog" | "live" | "slow" | "failed";
  readonly detail?: string | undefined;
}

/** A way to complete what was typed. */
export interface Suggestion {
  readonly text: string;
  /** What it is the name of; `search`: what others search for, says a site's service. */
  readonly kind: "title" | "album" | "creator" | "search";
}

/** Ways to complete what was typed, best first. */
export interface SuggestAnswer {
  readonly suggestions: readonly Suggestion[];
}

/** Where an item plays. */
export interface StreamAnswer {
  /** For `<audio>`, `<video>` and players. Opens this one item until `expiresAt`. */
  readonly url: string;
  readonly expiresAt: string;
  /** `application/vnd.apple.mpegurl` for media in pieces (HLS); its parts' addresses lie below this one, and end with it. */
  readonly mediaType?: string | undefined;
  readonly sizeBytes?: number | undefined;
  readonly durationSeconds?: number | undefined;
  /** The form that `url` plays. */
  readonly format: string;
  /** Every form in which it can be had; the first is what it plays unless asked otherwise. */
  readonly formats: readonly StreamFormat[];
}

/** One form of an item. */
export interface StreamFormat {
  readonly id: string;
  readonly label: string;
  readonly mediaType?: string | undefined;
  readonly sizeBytes?: number | undefined;
  readonly bitsPerSecond?: number | undefined;
  readonly heightPixels?: number | undefined;
}

/** A list that somebody made: a playlist file, a feed. */
export interface Playlist {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly entryCount: number;
  /** Of the entries whose length is known. */
  readonly durationSeconds: number;
  readonly issues: readonly string[];
}

/** One page of playlists. */
export interface PlaylistPage {
  readonly playlists: readonly Playlist[];
  readonly nextCursor?: string | undefined;
}

/** One line of a playlist. */
export interface PlaylistEntry {
  readonly position: number;
  /** The item's own; the line's where it is a part of the item. */
  readonly title: string;
  /** Of the line: where it is a part of its item, of that part. */
  readonly durationSeconds?: number | undefined;
  /** Where in its item the line begins, for a track of a cue sheet: to be played from there. Absent: from the item's beginning. */
  readonly startSeconds?: number | undefined;
  /** Where in its item it ends, and the next line's turn comes. Absent: at the item's end. */
  readonly endSeconds?: number | undefined;
  /** Absent where the line refers to nothing we have; `note` says why. */
  readonly item?: Item | undefined;
  readonly note?: string | undefined;
}

/** One page of a playlist's lines. */
export interface PlaylistEntryPage {
  readonly entries: readonly PlaylistEntry[];
  readonly nextCursor?: string | undefined;
}

/** A folder as it lies in its source. */
export interface FolderPage extends ItemPage {
  readonly source: string;
  /** `""`, or a path that ends in `/`. */
  readonly prefix: string;
  readonly folders: readonly Folder[];
}

/** A folder in a folder. */
export interface Folder {
  readonly name: string;
  readonly prefix: string;
}

/** An album: the items that share its name and its artist. `items?album=` lists them. */
export interface Album {
  readonly id: string;
  readonly title: string;
  readonly artist?: string | undefined;
  readonly itemCount: number;
  /** Takes `size`; may answer that there is no picture. */
  readonly artworkUrl: string;
}

/** One page of albums, by name. */
export interface AlbumPage {
  readonly albums: readonly Album[];
  readonly nextCursor?: string | undefined;
}

/** Somebody who made items. `items?creator=` lists them. */
export interface Creator {
  readonly id: string;
  readonly name: string;
  readonly itemCount: number;
}

/** One page of creators, by name. */
export interface CreatorPage {
  readonly creators: readonly Creator[];
  readonly nextCursor?: string | undefined;
}

/** What goes with an item; each list is best first. */
export interface RelatedAnswer {
  readonly album: readonly Item[];
  readonly creator: readonly Item[];
  readonly folder: readonly Item[];
  /** Played right after it, or before it, by whoever. */
  readonly playedTogether: readonly Item[];
}

/** What a player shows first. */
export interface HomeAnswer {
  /** None is empty. */
  readonly shelves: readonly Shelf[];
}

/** A row of things that belong together. */
export type Shelf =
  | { readonly kind: "items"; readonly id: string; readonly title: string; readonly items: readonly Item[] }
  | { readonly kind: "albums"; readonly id: string; readonly title: string; readonly albums: readonly Album[] }
  | {
      readonly kind: "playlists";
      readonly id: string;
      readonly title: string;
      readonly playlists: readonly Playlist[];
    };

/** A source and how it is doing. */
export interface SourceStatus {
  readonly name: string;
  /** Where it lies, as far as viewers may know. */
  readonly label: string;
  /** `unscanned`: it cannot be listed, or has not been yet. */
  readonly state: "idle" | "scanning" | "failed" | "unreachable" | "unscanned";
  /** Whether a search asks it at once, beside what was scanned. */
  readonly searchable: boolean;
  readonly itemCount: number;
  readonly playlistCount: number;
  readonly lastScan?: ScanOutcome | undefined;
  /** In words for viewers; in the error's own for operators. */
  readonly lastError?: string | undefined;
  readonly progress?: ScanProgress | undefined;
  /** How the sites behind it fare, in words, a line each; absent where there are none. */
  readonly health?: readonly string[] | undefined;
  /** The same in figures, the busiest first. */
  readonly sites?: readonly SiteStatus[] | undefined;
}

/** How a site has fared since the server was started. */
export interface SiteStatus {
  readonly name: string;
  readonly resolves: number;
  readonly failures: number;
  /** By reason, in words. */
  readonly failuresByReason: Readonly<Record<string, number>>;
  /** How long finding an item's media takes, of late. */
  readonly medianMs?: number | undefined;
  /** For operators. */
  readonly lastError?: { readonly message: string; readonly at: string } | undefined;
}

/** What the last whole scan did. */
export interface ScanOutcome {
  readonly startedAt: string;
  readonly finishedAt?: string | undefined;
  readonly objects: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly failed: number;
}

/** How far a running scan is. */
export interface ScanProgress {
  readonly objects: number;
  readonly totalObjects?: number | undefined;
  readonly ratePerSecond: number;
}

/** Every source. */
export interface SourcesAnswer {
  readonly sources: readonly SourceStatus[];
}

/** What was asked has begun. */
export interface Accepted {
  readonly status: "accepted";
}

/** An item is being made ready. */
export interface Prepared extends Accepted {
  /** Its place in line, from 1, where it waits for others. Ask again to see it move. */
  readonly queuePosition?: number | undefined;
}

/** Why a request could not be answered (RFC 9457). `code` is stable and meant for programs, `detail` for people. */
export interface ApiProblem {
  readonly type: string;
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
}
