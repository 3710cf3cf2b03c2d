import { cleanText } from "./clean-text.ts";
import { linesOf, type NoPlaylist, type Playlist, type PlaylistEntry, playlistOf } from "./playlist.ts";

interface CueTrack {
  location: string;
  title?: string | undefined;
  creator?: string | undefined;
  startSeconds?: number | undefined;
}

/** Reads a cue sheet: one long file, and where in it each track begins. A track ends where the next of its file begins. */
export function parseCueSheet(text: string): Playlist | NoPlaylist {
  const tracks: CueTrack[] = [];
  let file: string | undefined;
  let title: string | undefined;
  let creator: string | undefined;
  for (const line of linesOf(text)) {
    const [, command = "", rest = ""] = /^([A-Z]+)\s+(.*)$/i.exec(line) ?? [];
    const track = tracks.at(-1);
    switch (command.toUpperCase()) {
      case "FILE":
        file = unquote(rest);
        break;
      case "TRACK":
        if (file !== undefined) tracks.push({ location: file, creator });
        break;
      case "TITLE":
        if (track === undefined) title = cleanText(unquote(rest));
        else track.title = cleanText(unquote(rest));
        break;
      case "PERFORMER":
        if (track === undefined) creator = cleanText(unquote(rest));
        else track.creator = cleanText(unquote(rest));
        break;
      case "INDEX":
        // 00 is the pause before the track. A file named between both holds the track itself.
        if (track !== undefined && /^0*1\s/.test(rest)) {
          track.startSeconds = parseCueTime(rest.replace(/^\d+\s+/, ""));
          track.location = file ?? track.location;
        }
        break;
    }
  }
  return file === undefined ? { problem: "It names no FILE" } : playlistOf(title, withEnds(tracks));
}

function withEnds(tracks: readonly CueTrack[]): PlaylistEntry[] {
  return tracks.map((track, index) => {
    const next = tracks[index + 1];
    const endSeconds = next?.location === track.location ? next.startSeconds : undefined;
    const length = endSeconds === undefined ? 0 : endSeconds - (track.startSeconds ?? 0);
    return { ...track, ...(length > 0 ? { endSeconds, durationSeconds: length } : {}) };
  });
}

/** The text in quotes, or without them the first word (the file's kind follows its name). */
function unquote(text: string): string {
  const quoted = /^"([^"]*)"?/.exec(text)?.[1];
  return quoted ?? text.replace(/\s+(?:WAVE|MP3|AIFF|BINARY|MOTOROLA)$/i, "");
}

/** `mm:ss:ff`, 75 frames a second. */
function parseCueTime(text: string): number | undefined {
  const [, minutes, seconds, frames] = /^(\d{1,5}):(\d{1,2}):(\d{1,2})$/.exec(text) ?? [];
  return minutes === undefined ? undefined : Number(minutes) * 60 + Number(seconds) + Number(frames) / 75;
}
