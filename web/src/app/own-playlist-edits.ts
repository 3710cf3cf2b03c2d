import type { Item } from "../../../src/api/contract.ts";
import type { OwnPlaylist, OwnPlaylistEntry } from "../core/player-data.ts";

/** A playlist of the user's own that was not there before. */
export function newPlaylist(title: string, items: readonly Item[], nowMs: number): OwnPlaylist {
  // Not crypto.randomUUID(): plain http addresses in a home network have none.
  const id = `own-${nowMs.toString(36)}-${Math.random().toString(36).slice(2, 10)}`;
  return { id, title: title.slice(0, 200), changedAtMs: nowMs, entries: items.map(toOwnEntry) };
}

/** The playlist with items at its end. */
export function addToPlaylist(playlist: OwnPlaylist, items: readonly Item[], nowMs: number): OwnPlaylist {
  return { ...playlist, changedAtMs: nowMs, entries: [...playlist.entries, ...items.map(toOwnEntry)] };
}

/** The playlist without one of its lines. */
export function removeFromPlaylist(playlist: OwnPlaylist, index: number, nowMs: number): OwnPlaylist {
  return { ...playlist, changedAtMs: nowMs, entries: playlist.entries.toSpliced(index, 1) };
}

function toOwnEntry({ id, title, creators, album, durationSeconds }: Item): OwnPlaylistEntry {
  return { itemId: id, title, creators, album, durationSeconds };
}
