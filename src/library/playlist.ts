/** A playlist as its file tells it; what its entries refer to is found out later. */
export interface Playlist {
  readonly title?: string | undefined;
  readonly entries: readonly PlaylistEntry[];
  /** What of it could not be used, for people. */
  readonly notes: readonly string[];
}

/** One line of a playlist. */
export interface PlaylistEntry {
  /** A path, relative to the playlist's folder, or an address; as written. */
  readonly location: string;
  readonly title?: string | undefined;
  readonly creator?: string | undefined;
  readonly durationSeconds?: number | undefined;
  /** Where in the file the entry begins: tracks of a cue sheet share one. */
  readonly startSeconds?: number | undefined;
  /** Where in the file it ends; absent where that is the file's end. */
  readonly endSeconds?: number | undefined;
}

/** Why a text is no playlist of ours. */
export interface NoPlaylist {
  readonly problem: string;
  /** True where it is sound, but something else. */
  readonly isOther?: boolean | undefined;
}

/** Entries of one playlist that are kept; the rest is named in a note. */
export const maxPlaylistEntries = 20_000;

/** Makes a playlist of entries, and cuts it where it is too long to be held. */
export function playlistOf(title: string | undefined, entries: readonly PlaylistEntry[]): Playlist {
  const dropped = entries.length - maxPlaylistEntries;
  const notes = dropped > 0 ? [`Only the first ${maxPlaylistEntries} entries are kept; ${dropped} are not`] : [];
  return { title, entries: entries.slice(0, maxPlaylistEntries), notes };
}

/** Lines of a text, whatever ends them, without white space around; empty ones are dropped. */
export function linesOf(text: string): string[] {
  return text
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** A duration in seconds from text, where it is one: negative and endless ones mean "unknown" in playlists. */
export function parseSeconds(text: string | undefined): number | undefined {
  const seconds = text === undefined || text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(seconds) && seconds > 0 && seconds < 1e7 ? seconds : undefined;
}
