import type { PlaylistEntryRecord, PlaylistRecord } from "../catalog/index.ts";
import type { CallOptions, Source } from "../source/index.ts";
import { isSourceError } from "../source/index.ts";
import { cleanText } from "./clean-text.ts";
import { nameOf, stemOf } from "./companions.ts";
import { isPlaylistKey, maxPlaylistBytes, parsePlaylist } from "./parse-playlist.ts";
import { maxPlaylistEntries, type NoPlaylist, type Playlist, type PlaylistEntry } from "./playlist.ts";
import { percentDecoded, resolveReference } from "./playlist-reference.ts";
import { readSmallObject } from "./read-small-object.ts";

/** Playlists may name playlists; further down than this none of ours goes. */
const maxDepth = 4;

/** What {@link readPlaylistRecord} needs. */
export interface PlaylistContext {
  readonly source: Source;
  /** True for keys that are known to be there; settles which of two readings of a location is meant. */
  readonly exists: (key: string) => boolean;
  readonly options: CallOptions;
}

/**
 * Reads a playlist and the playlists it names, in their place; one that leads back to itself is cut there. A broken one is kept, with what is
 * wrong as its issue. `undefined` for what only looks like a playlist (an HLS manifest).
 * @throws {SourceError} where the playlist itself cannot be read
 */
export async function readPlaylistRecord(
  key: string,
  fingerprint: string,
  context: PlaylistContext,
): Promise<PlaylistRecord | undefined> {
  const parsed = await load(key, context);
  if ("problem" in parsed && parsed.isOther === true) {
    return undefined;
  }
  const title = cleanText(stemOf(nameOf(key)).replaceAll("_", " ")) ?? "Untitled";
  if ("problem" in parsed) {
    return { key, title, entries: [], issues: [parsed.problem], fingerprint };
  }
  const reader = new EntryReader(context);
  await reader.addAll(key, parsed, [key]);
  const issues = [...parsed.notes, ...reader.issues];
  return { key, title: parsed.title ?? title, entries: reader.entries, issues, fingerprint };
}

async function load(key: string, { source, options }: PlaylistContext): Promise<Playlist | NoPlaylist> {
  const bytes = await readSmallObject(source, key, maxPlaylistBytes, options);
  return bytes === undefined
    ? { problem: `It is larger than ${maxPlaylistBytes / 1024 / 1024} MiB` }
    : parsePlaylist(key, bytes);
}

/** Flattens playlists of playlists. */
class EntryReader {
  readonly entries: PlaylistEntryRecord[] = [];
  readonly issues: string[] = [];
  readonly #context: PlaylistContext;

  constructor(context: PlaylistContext) {
    this.#context = context;
  }

  /** @param path keys of the playlists that lead here */
  async addAll(key: string, playlist: Playlist, path: readonly string[]): Promise<void> {
    for (const entry of playlist.entries) {
      if (this.entries.length >= maxPlaylistEntries) {
        this.issues.push(`Only the first ${maxPlaylistEntries} entries are kept`);
        return;
      }
      await this.#add(key, entry, path);
    }
  }

  async #add(playlistKey: string, entry: PlaylistEntry, path: readonly string[]): Promise<void> {
    const { location, title, durationSeconds, startSeconds, endSeconds } = entry;
    const about = {
      location: location.slice(0, 1024),
      title: titleOf(entry),
      durationSeconds,
      startSeconds,
      endSeconds,
    };
    const found = this.#resolve(playlistKey, location);
    if ("unresolved" in found) {
      this.entries.push({ ...about, note: cleanText(found.unresolved) ?? "Refers to nothing" });
    } else if (!isPlaylistKey(found.key)) {
      this.entries.push({ ...about, key: found.key });
    } else if (path.includes(found.key)) {
      this.entries.push({ ...about, note: `Leads back to the playlist ${title ?? found.key}: cut here` });
    } else if (path.length >= maxDepth) {
      this.entries.push({ ...about, note: "Playlists within playlists are followed no further" });
    } else {
      await this.#addPlaylist(found.key, about, path);
    }
  }

  async #addPlaylist(key: string, about: PlaylistEntryRecord, path: readonly string[]): Promise<void> {
    try {
      const parsed = await load(key, this.#context);
      if ("problem" in parsed) {
        this.entries.push({ ...about, note: parsed.problem });
      } else {
        await this.addAll(key, parsed, [...path, key]);
      }
    } catch (error) {
      if (!isSourceError(error, "not-found")) {
        throw error;
      }
      this.entries.push({ ...about, note: "There is no such playlist" });
    }
  }

  /** As written, unless only the percent-decoded reading names something. */
  #resolve(playlistKey: string, location: string): ReturnType<typeof resolveReference> {
    const written = resolveReference(playlistKey, location);
    const decoded = percentDecoded(location);
    if (decoded === undefined || ("key" in written && this.#context.exists(written.key))) {
      return written;
    }
    return resolveReference(playlistKey, decoded);
  }
}

function titleOf({ title, creator }: PlaylistEntry): string | undefined {
  return title !== undefined && creator !== undefined ? `${creator} - ${title}` : title;
}
