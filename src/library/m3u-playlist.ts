import { cleanText } from "./clean-text.ts";
import { linesOf, type NoPlaylist, parseSeconds, type Playlist, type PlaylistEntry, playlistOf } from "./playlist.ts";

type EntryFacts = Omit<PlaylistEntry, "location">;

/** Reads `.m3u` and `.m3u8`. Manifests of HLS share the extension and are refused: their lines are pieces of one film. */
export function parseM3u(text: string): Playlist | NoPlaylist {
  if (/^#EXT-X-(?:TARGETDURATION|STREAM-INF|MEDIA|MEDIA-SEQUENCE)\b/m.test(text)) {
    return { problem: "It is a manifest of an HLS stream, not a playlist", isOther: true };
  }
  const entries: PlaylistEntry[] = [];
  let title: string | undefined;
  let about: EntryFacts = {};
  for (const line of linesOf(text)) {
    if (!line.startsWith("#")) {
      entries.push({ location: line, ...about });
      about = {};
    } else if (line.startsWith("#EXTINF:")) {
      about = { ...about, ...parseExtinf(line.slice("#EXTINF:".length)) };
    } else if (line.startsWith("#EXTVLCOPT:")) {
      about = { ...about, ...parsePlayerOption(line.slice("#EXTVLCOPT:".length)) };
    } else if (line.startsWith("#PLAYLIST:")) {
      title ??= cleanText(line.slice("#PLAYLIST:".length));
    }
  }
  return playlistOf(title, entries);
}

/** `44 group-title="a, b",Artist - Title`: the comma that ends the attributes is the first outside quotes. */
function parseExtinf(text: string): EntryFacts {
  const comma = indexOutsideQuotes(text, ",");
  const head = comma === -1 ? text : text.slice(0, comma);
  const words = comma === -1 ? undefined : cleanText(text.slice(comma + 1));
  const durationSeconds = parseSeconds(/^\s*(-?\d+(?:\.\d+)?)/.exec(head)?.[1]);
  const dash = words?.indexOf(" - ") ?? -1;
  return words !== undefined && dash > 0
    ? { durationSeconds, creator: words.slice(0, dash), title: cleanText(words.slice(dash + 3)) }
    : { durationSeconds, title: words };
}

/** `start-time=61.5`, as VLC writes and reads where in its file an entry lies; of its other options none is about that. */
function parsePlayerOption(text: string): EntryFacts {
  const [, edge, seconds] = /^(start|stop)-time=(\d+(?:\.\d+)?)$/.exec(text.trim()) ?? [];
  const at = parseSeconds(seconds);
  return at === undefined ? {} : edge === "start" ? { startSeconds: at } : { endSeconds: at };
}

function indexOutsideQuotes(text: string, wanted: string): number {
  let inQuotes = false;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '"') {
      inQuotes = !inQuotes;
    } else if (text[index] === wanted && !inQuotes) {
      return index;
    }
  }
  // A quote that is never closed is no quote.
  return inQuotes ? text.indexOf(wanted) : -1;
}
