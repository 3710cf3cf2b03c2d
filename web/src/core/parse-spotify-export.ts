import {
  type ImportedLibrary,
  importedLibrary,
  type ImportedPlay,
  type ImportedPlaylist,
  readLines,
} from "./imported-library.ts";
import { isAmount, isRecord, isText } from "./plain-data.ts";
import type { OwnPlaylistEntry } from "./player-data.ts";

/**
 * Reads a file of Spotify's "account data" or "extended streaming history": `Playlist1.json`, `YourLibrary.json`, `StreamingHistory*.json`,
 * `Streaming_History_Audio_*.json`.
 * @returns `undefined` where it is none of them
 */
export function parseSpotifyExport(file: unknown): ImportedLibrary | undefined {
  if (Array.isArray(file)) {
    return file.some(isHistoryLine) ? readHistory(file) : undefined;
  }
  if (!isRecord(file)) {
    return undefined;
  }
  const { playlists, tracks } = file;
  if (Array.isArray(playlists) && playlists.some((list) => isRecord(list) && Array.isArray(list["items"]))) {
    return readPlaylists(playlists);
  }
  // Other players have "tracks" as well; only here they are told by these names.
  if (Array.isArray(tracks) && tracks.some((track) => isRecord(track) && isText(track["track"]) && "artist" in track)) {
    const { values, problems } = readLines("Spotify's liked songs", tracks, readLiked);
    return importedLibrary({ likes: values, problems });
  }
  return undefined;
}

function readPlaylists(lists: readonly unknown[]): ImportedLibrary {
  const problems: string[] = [];
  const { values, problems: lost } = readLines("Spotify's playlists", lists, (list): ImportedPlaylist | undefined => {
    if (!isRecord(list) || !isText(list["name"]) || !Array.isArray(list["items"])) {
      return undefined;
    }
    const { values: entries, problems: lostLines } = readLines(`“${list["name"]}”`, list["items"], readPlaylistLine);
    problems.push(...lostLines);
    return { title: list["name"], entries };
  });
  return importedLibrary({ playlists: values, problems: [...lost, ...problems] });
}

function readPlaylistLine(line: unknown): OwnPlaylistEntry | undefined {
  if (!isRecord(line)) {
    return undefined;
  }
  const { track, localTrack, episode } = line;
  if (isRecord(track)) {
    return entryOf(track["trackName"], track["artistName"], track["albumName"], track["trackUri"]);
  }
  if (isRecord(localTrack)) {
    return entryOf(
      localTrack["trackName"] ?? localTrack["uri"],
      localTrack["artistName"],
      localTrack["albumName"],
      undefined,
    );
  }
  return isRecord(episode)
    ? entryOf(episode["episodeName"], episode["showName"], undefined, episode["episodeUri"])
    : undefined;
}

function readLiked(line: unknown): OwnPlaylistEntry | undefined {
  return isRecord(line) ? entryOf(line["track"], line["artist"], line["album"], line["uri"]) : undefined;
}

function isHistoryLine(line: unknown): boolean {
  return isRecord(line) && (("endTime" in line && "msPlayed" in line) || ("ts" in line && "ms_played" in line));
}

function readHistory(lines: readonly unknown[]): ImportedLibrary {
  const { values, problems } = readLines("Spotify's history", lines, readPlay);
  return importedLibrary({ plays: values, problems });
}

function readPlay(line: unknown): ImportedPlay | undefined {
  if (!isRecord(line)) {
    return undefined;
  }
  const { endTime, msPlayed, ts, ms_played: extendedMs, reason_end: reason } = line;
  const playedMs = msPlayed ?? extendedMs;
  // "2023-03-01 12:34" is in UTC, like the other one, which says so.
  const endedAtMs = Date.parse(isText(endTime) ? `${endTime.replace(" ", "T")}Z` : isText(ts) ? ts : "");
  const entry = entryOf(
    line["trackName"] ?? line["master_metadata_track_name"] ?? line["episodeName"] ?? line["episode_name"],
    line["artistName"] ?? line["master_metadata_album_artist_name"] ?? line["podcastName"] ?? line["episode_show_name"],
    line["master_metadata_album_album_name"],
    line["spotify_track_uri"],
  );
  return entry === undefined || !isAmount(playedMs) || Number.isNaN(endedAtMs)
    ? undefined
    : {
        entry,
        startedAtMs: Math.max(0, endedAtMs - playedMs),
        listenedSeconds: playedMs / 1000,
        ...(isText(reason) ? { hasEnded: reason === "trackdone" } : {}),
      };
}

function entryOf(title: unknown, creator: unknown, album: unknown, uri: unknown): OwnPlaylistEntry | undefined {
  return isText(title)
    ? {
        title,
        creators: isText(creator) ? [creator] : [],
        ...(isText(album) ? { album } : {}),
        ...(isText(uri) ? { location: uri } : {}),
      }
    : undefined;
}
