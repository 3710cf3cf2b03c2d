import { type ImportedLibrary, importedLibrary, readLines } from "./imported-library.ts";
import { isRecord, isText } from "./plain-data.ts";
import type { OwnPlaylistEntry } from "./player-data.ts";

/** Reads NewPipe's export of subscriptions (JSON). @returns `undefined` where it is another file */
export function parseNewpipeSubscriptions(file: unknown): ImportedLibrary | undefined {
  if (!isRecord(file) || !Array.isArray(file["subscriptions"]) || !("app_version" in file)) {
    return undefined;
  }
  const { values, problems } = readLines(
    "NewPipe's subscriptions",
    file["subscriptions"],
    (line): OwnPlaylistEntry | undefined =>
      isRecord(line) && isText(line["name"]) && isText(line["url"])
        ? { title: line["name"], creators: [], location: line["url"] }
        : undefined,
  );
  return importedLibrary({ playlists: [{ title: "NewPipe subscriptions", entries: values }], problems });
}

/** A row of a table, by the names of its columns. */
export type TableRow = Readonly<Record<string, unknown>>;

/**
 * Reads the database in NewPipe's whole export: playlists, and what was played.
 * @param readTable the rows of a table, none where there is no such table
 */
export function readNewpipeDatabase(readTable: (name: string) => readonly TableRow[]): ImportedLibrary {
  const entries = new Map(readTable("streams").map((row) => [row["uid"], streamEntry(row)]));
  const lines = readTable("playlist_stream_join").toSorted((a, b) => Number(a["join_index"]) - Number(b["join_index"]));
  const playlists = readTable("playlists").map(({ uid, name }) => ({
    title: isText(name) ? name : "From NewPipe",
    entries: lines
      .filter((line) => line["playlist_id"] === uid)
      .flatMap((line) => entries.get(line["stream_id"]) ?? []),
  }));
  const plays = readTable("stream_history").flatMap((row) => {
    const entry = entries.get(row["stream_id"]);
    const startedAtMs = Number(row["access_date"]);
    return entry === undefined || !Number.isFinite(startedAtMs) ? [] : [{ entry, startedAtMs }];
  });
  const subscribed = readTable("subscriptions").flatMap(({ name, url }) =>
    isText(name) && isText(url) ? [{ title: name, creators: [], location: url }] : [],
  );
  const subscriptions = subscribed.length === 0 ? [] : [{ title: "NewPipe subscriptions", entries: subscribed }];
  return importedLibrary({ playlists: [...playlists, ...subscriptions], plays });
}

function streamEntry({ title, uploader, duration, url }: TableRow): OwnPlaylistEntry | undefined {
  return isText(title)
    ? {
        title,
        creators: isText(uploader) ? [uploader.replace(/ - Topic$/, "")] : [],
        // A stream that is live has -1.
        ...(typeof duration === "number" && duration > 0 ? { durationSeconds: duration } : {}),
        ...(isText(url) ? { location: url } : {}),
      }
    : undefined;
}
