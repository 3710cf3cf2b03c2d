import type { Item } from "../../../src/api/contract.ts";
import type { ImportedLibrary, ImportedPlay } from "../core/imported-library.ts";
import { mergePlayerData } from "../core/player-data-file.ts";
import type { OwnPlaylist, OwnPlaylistEntry, PlayerData } from "../core/player-data.ts";
import type { PlayRecord } from "../core/play-record.ts";
import { findEntries, type FindOptions } from "./find-entries.ts";
import { newPlaylist } from "./own-playlist-edits.ts";
import type { Services } from "./services.ts";

/** What became of an import. */
export interface ImportOutcome {
  readonly playlistCount: number;
  readonly likeCount: number;
  readonly playCount: number;
  /** Different entries that are not in the library. They are kept, in playlists. */
  readonly missingCount: number;
  /** Whether the server was there to be asked. */
  readonly wasLookedFor: boolean;
}

/** Of what was played and is not in the library, so much is kept as a list. */
const mostMissing = 5_000;

/** Ties what another player told to items of the library, and puts it beside what is there. What is not found is kept in playlists. */
export async function importLibrary(
  library: ImportedLibrary,
  origin: string,
  { store, yours, client }: Pick<Services, "yours" | "client"> & { readonly store: NonNullable<Services["store"]> },
  options: FindOptions = {},
): Promise<ImportOutcome> {
  const { playlists, likes, plays } = library;
  const all = [...playlists.flatMap(({ entries }) => entries), ...likes, ...plays.map(({ entry }) => entry)];
  const looked = await findEntries(all, client, options).catch(() => {
    options.signal?.throwIfAborted();
    // Out of reach: everything is kept as it came, to be looked for later.
    return undefined;
  });
  const entries = looked?.entries ?? all;
  const takeNext = createTaker(entries);
  const nowMs = Date.now();
  const lists = playlists.map(({ title, entries: listed }) => listOf(title, takeNext(listed.length), nowMs));
  const liked = takeNext(likes.length);
  const heard = takeNext(plays.length).map((entry, index) => ({ ...plays[index], entry }) as ImportedPlay);
  const missingLists = [
    missingList(`Liked on ${origin}, not in the library`, liked, nowMs),
    missingList(
      `Played on ${origin}, not in the library`,
      heard.map(({ entry }) => entry),
      nowMs,
    ),
  ].filter((list) => list.entries.length > 0);
  const known = new Map((looked?.items ?? []).map((item) => [item.id, item]));
  const history = heard.flatMap((play) => recordOf(play, known) ?? []);
  // Only now: looking took its time, and the user may have gone on meanwhile.
  const own = await store.readAll();
  const data: PlayerData = {
    settings: own.settings,
    savedItemIds: [],
    history,
    likes: liked.flatMap(({ itemId }) => (itemId === undefined ? [] : [{ itemId, atMs: nowMs }])),
    playlists: [...lists, ...missingLists].filter((list) => !own.playlists.some((other) => isSameList(list, other))),
    items: Array.from(known.values()),
    resumePositions: [],
    searches: [],
    hidden: [],
  };
  await store.replaceAll(mergePlayerData(own, data));
  await yours.reload();
  return {
    playlistCount: lists.length,
    likeCount: data.likes.length,
    playCount: history.length,
    missingCount: new Set(entries.flatMap((entry) => (entry.itemId === undefined ? [keyOf(entry)] : []))).size,
    wasLookedFor: looked !== undefined,
  };
}

/** Says it, in words. */
export function describeImport(origin: string, outcome: ImportOutcome, problems: readonly string[]): string {
  const { playlistCount, likeCount, playCount, missingCount, wasLookedFor } = outcome;
  const parts = [
    [playlistCount, "playlist"],
    [likeCount, "like"],
    [playCount, "play"],
  ] as const;
  const counted = parts.flatMap(([count, noun]) =>
    count === 0 ? [] : [`${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`],
  );
  const missing = wasLookedFor
    ? `${missingCount.toLocaleString("en")} of what it names is not in the library, and is kept in your playlists.`
    : "The server is out of reach, so that nothing was looked for: the menu of a playlist does that later.";
  return [
    counted.length === 0
      ? `Nothing of ${origin}'s export is in the library.`
      : `From ${origin}: ${counted.join(", ")}.`,
    ...(missingCount === 0 ? [] : [missing]),
    ...problems.slice(0, 3),
  ].join(" ");
}

/** Whoever imports a file a second time wants no second list. */
function isSameList(one: OwnPlaylist, other: OwnPlaylist): boolean {
  return (
    one.title === other.title &&
    one.entries.length === other.entries.length &&
    one.entries.every((entry, index) => keyOf(entry) === keyOf(other.entries[index] ?? entry))
  );
}

function createTaker(entries: readonly OwnPlaylistEntry[]): (count: number) => readonly OwnPlaylistEntry[] {
  let at = 0;
  return (count) => entries.slice(at, (at += count));
}

function listOf(title: string, entries: readonly OwnPlaylistEntry[], nowMs: number): OwnPlaylist {
  return { ...newPlaylist(title, [], nowMs), entries };
}

function missingList(title: string, entries: readonly OwnPlaylistEntry[], nowMs: number): OwnPlaylist {
  const missing = entries.filter(({ itemId }) => itemId === undefined);
  const once = new Map(missing.map((entry) => [keyOf(entry), entry]));
  return listOf(title, Array.from(once.values()).slice(0, mostMissing), nowMs);
}

function recordOf(
  { entry, startedAtMs, listenedSeconds, hasEnded }: ImportedPlay,
  known: ReadonlyMap<string, Item>,
): PlayRecord | undefined {
  const { itemId } = entry;
  const durationSeconds = itemId === undefined ? undefined : known.get(itemId)?.durationSeconds;
  if (itemId === undefined) {
    return undefined;
  }
  // Where the export does not say for how long it was heard, that it was is all that is known.
  const listened = listenedSeconds ?? 0;
  const isWhole = hasEnded === true || (durationSeconds !== undefined && listened >= durationSeconds * 0.9);
  const isSkipped = listenedSeconds !== undefined && listenedSeconds < Math.min(30, (durationSeconds ?? 100) * 0.3);
  return {
    itemId,
    startedAtMs,
    listenedSeconds: listened,
    ...(durationSeconds === undefined ? {} : { durationSeconds }),
    outcome: isWhole ? "completed" : isSkipped ? "skipped" : "stopped",
  };
}

function keyOf({ title, creators }: OwnPlaylistEntry): string {
  return JSON.stringify([title, creators]);
}
