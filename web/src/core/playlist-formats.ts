import type { OwnPlaylist, OwnPlaylistEntry } from "./player-data.ts";

/** The formats that other players read, with their media types. */
export const playlistMediaTypes = {
  m3u8: "audio/x-mpegurl",
  xspf: "application/xspf+xml",
  jspf: "application/jspf+json",
} as const;

/** A format of playlists. */
export type PlaylistFormat = keyof typeof playlistMediaTypes;

/** How entries are written. */
export interface FormatPlaylistOptions {
  /** Where an item is found: a page of the player, for whoever opens the list elsewhere. */
  readonly locate: (itemId: string) => string;
}

/** A playlist as a file. Entries of which not even a place is known are written by their titles. */
export function formatPlaylist(playlist: OwnPlaylist, format: PlaylistFormat, options: FormatPlaylistOptions): string {
  switch (format) {
    case "m3u8":
      return formatM3u8(playlist, options);
    case "xspf":
      return formatXspf(playlist, options);
    case "jspf":
      return formatJspf(playlist, options);
  }
}

function formatM3u8({ title, entries }: OwnPlaylist, options: FormatPlaylistOptions): string {
  const lines = entries.map((entry) => {
    const name = [...(entry.creators.length > 0 ? [entry.creators.join(", ")] : []), entry.title].join(" - ");
    const seconds = entry.durationSeconds === undefined ? -1 : Math.round(entry.durationSeconds);
    return `#EXTINF:${seconds},${oneLine(name)}\n${oneLine(locationOf(entry, options) ?? name)}\n`;
  });
  return `#EXTM3U\n#PLAYLIST:${oneLine(title)}\n${lines.join("")}`;
}

function formatXspf({ title, entries }: OwnPlaylist, options: FormatPlaylistOptions): string {
  const tracks = entries.map((entry) => {
    const { creators, album, durationSeconds } = entry;
    const parts = [
      element("location", locationOf(entry, options)),
      element("title", entry.title),
      element("creator", creators.length === 0 ? undefined : creators.join(", ")),
      element("album", album),
      element("duration", durationSeconds === undefined ? undefined : `${Math.round(durationSeconds * 1000)}`),
    ];
    return `  <track>\n${parts
      .filter((part) => part !== "")
      .map((part) => `   ${part}\n`)
      .join("")}  </track>\n`;
  });
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n<playlist version="1" xmlns="http://xspf.org/ns/0/">\n' +
    ` ${element("title", title)}\n <trackList>\n${tracks.join("")} </trackList>\n</playlist>\n`
  );
}

function formatJspf({ title, entries }: OwnPlaylist, options: FormatPlaylistOptions): string {
  const track = entries.map((entry) => {
    const { creators, album, durationSeconds } = entry;
    const location = locationOf(entry, options);
    return {
      ...(location === undefined ? {} : { location: [location] }),
      title: entry.title,
      ...(creators.length === 0 ? {} : { creator: creators.join(", ") }),
      ...(album === undefined ? {} : { album }),
      ...(durationSeconds === undefined ? {} : { duration: Math.round(durationSeconds * 1000) }),
    };
  });
  return `${JSON.stringify({ playlist: { title, track } }, undefined, 1)}\n`;
}

function locationOf({ itemId, location }: OwnPlaylistEntry, { locate }: FormatPlaylistOptions): string | undefined {
  return itemId === undefined ? location : locate(itemId);
}

/** A title with a line break would be an entry of its own, one that begins with `#` a comment. */
function oneLine(text: string): string {
  return text.replaceAll(/[\r\n\u2028\u2029]+/g, " ").replace(/^[\s#]+/, "");
}

function element(name: string, text: string | undefined): string {
  return text === undefined ? "" : `<${name}>${escapeXml(text)}</${name}>`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

function escapeXml(text: string): string {
  // Control characters have no place in XML at all, escaped or not.
  const written = Array.from(text.toWellFormed()).filter((character) => character >= " " || /[\t\n\r]/.test(character));
  return written.join("").replaceAll(/[&<>]/g, (character) => entities[character] ?? "");
}
