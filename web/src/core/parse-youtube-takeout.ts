import { parseCsvRows } from "./csv-rows.ts";
import { type ImportedLibrary, importedLibrary, type ImportedPlay, readLines } from "./imported-library.ts";
import { isRecord, isText } from "./plain-data.ts";
import type { OwnPlaylistEntry } from "./player-data.ts";

const videoId = /^[\w-]{11}$/;
const channelId = /^UC[\w-]{22}$/;
const timestamp = /^\d{4}-\d{2}-\d{2}[T ]/;

/** Reads `watch-history.json` of Google Takeout, from YouTube or YouTube Music. @returns `undefined` where it is another file */
export function parseYoutubeHistory(file: unknown): ImportedLibrary | undefined {
  if (!Array.isArray(file) || !file.some((line) => isRecord(line) && isText(line["header"]) && "time" in line)) {
    return undefined;
  }
  // Advertisements are on the list as well, and are no problem of the file's.
  const watched = file.filter((line) => !isRecord(line) || line["details"] === undefined);
  const { values, problems } = readLines("YouTube's history", watched, readWatched);
  return importedLibrary({ plays: values, problems });
}

function readWatched(line: unknown): ImportedPlay | undefined {
  if (!isRecord(line) || !isText(line["title"]) || !isText(line["titleUrl"]) || !isText(line["time"])) {
    return undefined;
  }
  const startedAtMs = Date.parse(line["time"]);
  const title = line["title"].replace(/^(?:Watched|Listened to) /, "");
  // Of what has been deleted only the address is left.
  if (Number.isNaN(startedAtMs) || title.startsWith("https://")) {
    return undefined;
  }
  const [channel] = Array.isArray(line["subtitles"]) ? (line["subtitles"] as readonly unknown[]) : [];
  // A channel that YouTube made for a musician is named after him, with this behind it.
  const creator = isRecord(channel) && isText(channel["name"]) ? channel["name"].replace(/ - Topic$/, "") : undefined;
  return {
    entry: { title, creators: creator === undefined ? [] : [creator], location: line["titleUrl"] },
    startedAtMs,
  };
}

/**
 * Reads a table of Google Takeout: a playlist, the songs of a music library, the subscriptions. What the columns are is told by what is in
 * them: their names are in the user's language.
 * @returns `undefined` where it is another file
 */
export function parseYoutubeTable(text: string, fileName: string): ImportedLibrary | undefined {
  const rows = parseCsvRows(text);
  const channels = rows.filter(([id = ""]) => channelId.test(id));
  const videos = rows.filter(([id = ""]) => videoId.test(id));
  const named = fileName
    .replace(/^.*\//, "")
    .replace(/\.csv$/i, "")
    .replace(/-videos$/i, "");
  if (videos.some((row) => row.length > 1)) {
    const entries = videos.map(videoEntry);
    return /^lik(?:es|ed)\b/i.test(named)
      ? importedLibrary({ likes: entries })
      : importedLibrary({ playlists: [{ title: titleIn(rows) ?? named, entries }] });
  }
  if (channels.length > 0) {
    const entries = channels.map(([id = "", , title = id]) => ({
      title,
      creators: [],
      location: `https://www.youtube.com/channel/${id}`,
    }));
    return importedLibrary({ playlists: [{ title: "YouTube subscriptions", entries }] });
  }
  return undefined;
}

function videoEntry([id = "", title = "", album = "", ...creators]: readonly string[]): OwnPlaylistEntry {
  const location = `https://www.youtube.com/watch?v=${id}`;
  // A playlist has the time at which each was added, the songs of a music library have names.
  return title === "" || timestamp.test(title)
    ? { title: location, creators: [], location }
    : {
        title,
        creators: creators.filter((name) => name !== ""),
        ...(album === "" ? {} : { album }),
        location,
      };
}

/** Older tables begin with a part about the list itself. */
function titleIn(rows: readonly (readonly string[])[]): string | undefined {
  const [names = [], values = []] = rows;
  const title = values[names.indexOf("Title")];
  return names.includes("Playlist ID") || names.includes("Playlist Id") ? title || undefined : undefined;
}
