import { parseCueSheet } from "./cue-sheet.ts";
import { decodeText } from "./decode-text.ts";
import { parseM3u } from "./m3u-playlist.ts";
import type { NoPlaylist, Playlist } from "./playlist.ts";
import { parsePls } from "./pls-playlist.ts";
import { parseXspf } from "./xspf-playlist.ts";

/** Playlists are text; one beyond this is something else, or means harm. */
export const maxPlaylistBytes: number = 4 * 1024 * 1024;

const parsers: ReadonlyMap<string, (text: string) => Playlist | NoPlaylist> = new Map([
  ["m3u", parseM3u],
  ["m3u8", parseM3u],
  ["pls", parsePls],
  ["xspf", parseXspf],
  ["cue", parseCueSheet],
]);

/** True where a key's extension is that of a playlist. */
export function isPlaylistKey(key: string): boolean {
  return parsers.has(extensionOf(key));
}

/** Reads a playlist in the format that the key's extension names, whatever encoding its bytes are in. */
export function parsePlaylist(key: string, bytes: Uint8Array): Playlist | NoPlaylist {
  const parser = parsers.get(extensionOf(key));
  return parser === undefined ? { problem: "Its extension names no kind of playlist" } : parser(decodeText(bytes));
}

/** Extension of a key in lower case, without the dot; `""` where there is none. */
export function extensionOf(key: string): string {
  return /[^/]\.([^./]{1,16})$/.exec(key)?.[1]?.toLowerCase() ?? "";
}
