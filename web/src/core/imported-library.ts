import type { OwnPlaylistEntry } from "./player-data.ts";

/** What another player's export tells of its user. Nothing of it is tied to items of a library yet. */
export interface ImportedLibrary {
  readonly playlists: readonly ImportedPlaylist[];
  readonly likes: readonly OwnPlaylistEntry[];
  readonly plays: readonly ImportedPlay[];
  /** What of it could not be used, in plain words. */
  readonly problems: readonly string[];
}

/** A list that the user made, or kept, elsewhere. */
export interface ImportedPlaylist {
  readonly title: string;
  readonly entries: readonly OwnPlaylistEntry[];
}

/** Something that was played elsewhere. */
export interface ImportedPlay {
  readonly entry: OwnPlaylistEntry;
  /** Milliseconds since 1970. */
  readonly startedAtMs: number;
  /** Absent where the export does not say. */
  readonly listenedSeconds?: number | undefined;
  /** Whether it is said to have come to its end. */
  readonly hasEnded?: boolean | undefined;
}

/** A library of which only a part is told. */
export function importedLibrary(part: Partial<ImportedLibrary>): ImportedLibrary {
  return { playlists: [], likes: [], plays: [], problems: [], ...part };
}

/** Several files of one export as one. */
export function joinLibraries(libraries: readonly ImportedLibrary[]): ImportedLibrary {
  return {
    playlists: libraries.flatMap(({ playlists }) => playlists),
    likes: libraries.flatMap(({ likes }) => likes),
    plays: libraries.flatMap(({ plays }) => plays),
    problems: libraries.flatMap(({ problems }) => problems),
  };
}

/** Reads a list of which single lines may be useless: those are counted, not the end of it. */
export function readLines<Value>(
  what: string,
  list: readonly unknown[],
  read: (line: unknown) => Value | undefined,
): { readonly values: readonly Value[]; readonly problems: readonly string[] } {
  const values = list.map(read).filter((value) => value !== undefined);
  const lost = list.length - values.length;
  return { values, problems: lost === 0 ? [] : [`${lost} of ${list.length} lines of ${what} say nothing of use.`] };
}
