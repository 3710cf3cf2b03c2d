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

/** The playlist with one of its lines in another place; the same one where that is none. */
export function moveInPlaylist(playlist: OwnPlaylist, from: number, to: number, nowMs: number): OwnPlaylist {
  const entry = playlist.entries[from];
  const isPlace = to >= 0 && to < playlist.entries.length && to !== from;
  return entry === undefined || !isPlace
    ? playlist
    : { ...playlist, changedAtMs: nowMs, entries: playlist.entries.toSpliced(from, 1).toSpliced(to, 0, entry) };
}

/** The playlist under another name; the same one where that is none. */
export function renamePlaylist(playlist: OwnPlaylist, title: string, nowMs: number): OwnPlaylist {
  const name = title.trim().slice(0, 200);
  return name === "" || name === playlist.title ? playlist : { ...playlist, changedAtMs: nowMs, title: name };
}

function toOwnEntry({ id, title, creators, album, durationSeconds }: Item): OwnPlaylistEntry {
  return { itemId: id, title, creators, album, durationSeconds };
}
