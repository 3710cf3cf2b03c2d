import type { Item } from "../../../src/api/contract.ts";
import { isAmount, isRecord, isText, isTextArray } from "./plain-data.ts";
import type { PlayRecord } from "./play-record.ts";
import {
  defaultSettings,
  type ItemMark,
  type OwnPlaylist,
  type OwnPlaylistEntry,
  type PlayerData,
  type PlayerSettings,
  type ResumePosition,
  type SearchRecord,
} from "./player-data.ts";

/** What stands at the beginning of a file, so that it is known for what it is: docs/player-data.md. */
export const playerDataFormat = "sluice-player-data";
/** Of the files that this version writes. It reads those before, too. */
export const playerDataVersion = 1;

/** What a file turned out to be. */
export type ParsedPlayerData =
  | {
      readonly kind: "data";
      readonly data: PlayerData;
      /** What of it could not be used, in plain words. */
      readonly problems: readonly string[];
    }
  /** Not such a file; nothing of it was used. */
  | { readonly kind: "invalid"; readonly reason: string };

/** All of a player's data as one file. */
export function formatPlayerData(data: PlayerData, exportedAt: Date): string {
  const head = { format: playerDataFormat, version: playerDataVersion, exportedAt: exportedAt.toISOString() };
  return `${JSON.stringify({ ...head, ...data }, undefined, 1)}\n`;
}

/** Reads such a file. One bad entry costs that entry; what is no such file at all is told in plain words. */
export function parsePlayerData(text: string): ParsedPlayerData {
  let file: unknown;
  try {
    file = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    const isCut = text.trimStart().startsWith("{");
    return invalid(
      isCut ? "The file is damaged or was cut off: it is no whole JSON." : "This is no file of a Sluice player.",
    );
  }
  if (!isRecord(file) || file["format"] !== playerDataFormat) {
    return invalid("This is no file of a Sluice player.");
  }
  const { version } = file;
  if (typeof version !== "number" || version < 1) {
    return invalid("The file does not say which version it is of.");
  }
  if (version > playerDataVersion) {
    return invalid(
      `The file is of version ${version}, and this player knows those up to ${playerDataVersion}. Update the player first.`,
    );
  }
  const problems: string[] = [];
  const list = <Value>(name: string, parse: (value: unknown) => Value | undefined): readonly Value[] => {
    const { values, problem } = parseList(name, file[name], parse);
    if (problem !== undefined) problems.push(problem);
    return values;
  };
  const data: PlayerData = {
    settings: parseSettings(file["settings"]),
    history: list("history", parsePlay),
    likes: list("likes", parseMark),
    playlists: list("playlists", parsePlaylist),
    resumePositions: list("resumePositions", parseResumePosition),
    searches: list("searches", parseSearch),
    hidden: list("hidden", parseMark),
    items: list("items", parseItem),
    savedItemIds: list("savedItemIds", (value) => (isText(value) ? value : undefined)),
  };
  return { kind: "data", data, problems };
}

/** Puts a file's data beside what is there: nothing is lost, nothing doubled; of the same thing the newer one stays. */
export function mergePlayerData(own: PlayerData, imported: PlayerData): PlayerData {
  const byItem = <Mark extends ItemMark>(a: readonly Mark[], b: readonly Mark[]): readonly Mark[] =>
    mergeBy(
      [...a, ...b],
      ({ itemId }) => itemId,
      (one, other) => one.atMs >= other.atMs,
    );
  return {
    settings: own.settings,
    history: mergeBy(
      [...own.history, ...imported.history],
      ({ itemId, startedAtMs }) => `${startedAtMs} ${itemId}`,
    ).toSorted((a, b) => a.startedAtMs - b.startedAtMs),
    likes: byItem(own.likes, imported.likes),
    playlists: mergeBy(
      [...own.playlists, ...imported.playlists],
      ({ id }) => id,
      (one, other) => one.changedAtMs >= other.changedAtMs,
    ),
    resumePositions: byItem(own.resumePositions, imported.resumePositions),
    searches: mergeBy([...own.searches, ...imported.searches], ({ text, atMs }) => `${atMs} ${text}`),
    hidden: byItem(own.hidden, imported.hidden),
    items: mergeBy([...own.items, ...imported.items], ({ id }) => id),
    savedItemIds: Array.from(new Set([...own.savedItemIds, ...imported.savedItemIds])),
  };
}

function invalid(reason: string): ParsedPlayerData {
  return { kind: "invalid", reason };
}

function mergeBy<Value>(
  values: readonly Value[],
  keyOf: (value: Value) => string,
  wins: (one: Value, other: Value) => boolean = () => true,
): Value[] {
  const merged = new Map<string, Value>();
  for (const value of values) {
    const before = merged.get(keyOf(value));
    merged.set(keyOf(value), before === undefined || !wins(before, value) ? value : before);
  }
  return Array.from(merged.values());
}

function parseList<Value>(
  name: string,
  value: unknown,
  parse: (value: unknown) => Value | undefined,
): { readonly values: readonly Value[]; readonly problem?: string } {
  // Absent is fine: a file may hold a part alone.
  if (value === undefined) {
    return { values: [] };
  }
  if (!Array.isArray(value)) {
    return { values: [], problem: `"${name}" is no list and was left out.` };
  }
  const values = value.map(parse).filter((parsed) => parsed !== undefined);
  const lost = value.length - values.length;
  return lost === 0
    ? { values }
    : { values, problem: `${lost} of ${value.length} entries of "${name}" are malformed and were left out.` };
}

function parseSettings(value: unknown): PlayerSettings {
  const { volume, isMuted, playbackRate, theme, hasSingleKeys, simultaneousSaves, mostPixels, mostBitsPerSecond } =
    isRecord(value) ? value : {};
  const whether = (one: unknown, otherwise: boolean): boolean => (typeof one === "boolean" ? one : otherwise);
  return {
    volume: isAmount(volume) ? Math.min(1, volume) : defaultSettings.volume,
    isMuted: whether(isMuted, defaultSettings.isMuted),
    playbackRate: isAmount(playbackRate) ? Math.min(4, Math.max(0.25, playbackRate)) : defaultSettings.playbackRate,
    theme: theme === "light" || theme === "dark" ? theme : "system",
    hasSingleKeys: whether(hasSingleKeys, defaultSettings.hasSingleKeys),
    simultaneousSaves: isAmount(simultaneousSaves)
      ? Math.min(6, Math.max(1, Math.round(simultaneousSaves)))
      : defaultSettings.simultaneousSaves,
    ...(isAmount(mostPixels) ? { mostPixels } : {}),
    ...(isAmount(mostBitsPerSecond) ? { mostBitsPerSecond } : {}),
  };
}

function parsePlay(value: unknown): PlayRecord | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  const { itemId, startedAtMs, listenedSeconds, durationSeconds, outcome, previousItemId } = value;
  const isOutcome = outcome === "completed" || outcome === "skipped" || outcome === "stopped";
  return isText(itemId) && isAmount(startedAtMs) && isAmount(listenedSeconds) && isOutcome
    ? {
        itemId,
        startedAtMs,
        listenedSeconds,
        outcome,
        ...(isAmount(durationSeconds) ? { durationSeconds } : {}),
        ...(isText(previousItemId) ? { previousItemId } : {}),
      }
    : undefined;
}

function parseMark(value: unknown): ItemMark | undefined {
  return isRecord(value) && isText(value["itemId"]) && isAmount(value["atMs"])
    ? { itemId: value["itemId"], atMs: value["atMs"] }
    : undefined;
}

function parseResumePosition(value: unknown): ResumePosition | undefined {
  const mark = parseMark(value);
  return mark !== undefined && isRecord(value) && isAmount(value["positionSeconds"])
    ? { ...mark, positionSeconds: value["positionSeconds"] }
    : undefined;
}

function parseSearch(value: unknown): SearchRecord | undefined {
  return isRecord(value) && isText(value["text"]) && isAmount(value["atMs"])
    ? { text: value["text"], atMs: value["atMs"] }
    : undefined;
}

function parsePlaylist(value: unknown): OwnPlaylist | undefined {
  if (!isRecord(value) || !isText(value["id"]) || !isText(value["title"]) || !Array.isArray(value["entries"])) {
    return undefined;
  }
  const { id, title, changedAtMs, entries } = value;
  const parsed = entries.map(parseEntry).filter((entry) => entry !== undefined);
  return { id, title, changedAtMs: isAmount(changedAtMs) ? changedAtMs : 0, entries: parsed };
}

function parseEntry(value: unknown): OwnPlaylistEntry | undefined {
  if (!isRecord(value) || !isText(value["title"])) {
    return undefined;
  }
  const { itemId, title, creators, album, durationSeconds, location } = value;
  return {
    title,
    creators: isTextArray(creators) ? creators : [],
    ...(isText(itemId) ? { itemId } : {}),
    ...(isText(album) ? { album } : {}),
    ...(isAmount(durationSeconds) ? { durationSeconds } : {}),
    ...(isText(location) ? { location } : {}),
  };
}

/** Only what is needed to show an item: addresses out of a file are not to be trusted, and are asked anew. */
function parseItem(value: unknown): Item | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  const { id, kind, title, creators, genres, album, durationSeconds, source, path } = value;
  const isKind = kind === "audio" || kind === "video" || kind === "image";
  if (!isText(id) || !isKind || !isText(title) || !isText(source) || typeof path !== "string") {
    return undefined;
  }
  return {
    id,
    kind,
    title,
    source,
    path,
    creators: isTextArray(creators) ? creators : [],
    genres: isTextArray(genres) ? genres : [],
    ...(isText(album) ? { album } : {}),
    ...(isAmount(durationSeconds) ? { durationSeconds } : {}),
    captions: [],
    lyrics: [],
    issues: [],
    addedAt: isText(value["addedAt"]) ? value["addedAt"] : "1970-01-01T00:00:00Z",
    changedAt: isText(value["changedAt"]) ? value["changedAt"] : "1970-01-01T00:00:00Z",
  };
}
