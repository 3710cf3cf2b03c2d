import { XMLBuilder } from "fast-xml-parser";
import { formatAttachment } from "../../http/index.ts";
import type { CatalogPlaylistEntry, PlaylistEntryPart } from "../../catalog/index.ts";
import type { Playlist } from "../contract.ts";
import type { ApiContext } from "./api-context.ts";

/** The formats that other players read, and their media types. */
export const playlistFormats = {
  m3u8: "application/vnd.apple.mpegurl",
  xspf: "application/xspf+xml",
} as const;

/** Longer playlists are cut here: every line costs a signature, and players choke on more. */
const maxLines = 10_000;
const pageLines = 200;
const week = 7 * 86_400;

/** A line that can be played. */
interface Line {
  readonly title: string;
  readonly creator: string | undefined;
  readonly album: string | undefined;
  readonly durationSeconds: number | undefined;
  readonly url: string;
  /** What VLC and those who follow it are told of a line that is a part of its file: `start-time=61.5`. */
  readonly options: readonly string[];
}

/** A playlist as a file, with whole addresses that play for a week without asking us anything else. Lines that lead nowhere are left out. */
export async function renderPlaylist(
  playlist: Playlist,
  format: keyof typeof playlistFormats,
  { api, origin }: { readonly api: ApiContext; readonly origin: string },
): Promise<Response> {
  const lines: Line[] = [];
  let cursor: string | undefined;
  do {
    const page = await api.catalog.playlistEntries(playlist.id, { cursor, limit: pageLines });
    lines.push(...page.entries.flatMap((entry) => lineOf(entry, api, origin)));
    cursor = page.nextCursor;
  } while (cursor !== undefined && lines.length < maxLines);
  const body = format === "m3u8" ? formatM3u(playlist.title, lines) : formatXspf(playlist.title, lines);
  return new Response(body, {
    headers: {
      "content-type": playlistFormats[format],
      "content-disposition": formatAttachment(`${playlist.title}.${format}`),
      // Its addresses expire.
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
  });
}

function lineOf({ item, durationSeconds, part }: CatalogPlaylistEntry, api: ApiContext, origin: string): Line[] {
  const source = item && api.sources.byId(item.sourceId);
  if (item === undefined || source === undefined) {
    return [];
  }
  const located = { id: item.id, source, key: item.key, item };
  // Of the whole file: the lines of a cue sheet then share one address, and what a player has read of it.
  const { href } = api.streams.addressOf(located, { durationSeconds: item.durationSeconds, leastSeconds: week });
  const isNamed = part?.title !== undefined;
  const about = {
    title: isNamed ? part.title : item.title,
    // The playlist's own words name the creator where he is another.
    creator: isNamed ? undefined : item.creators[0],
    album: item.album,
  };
  return [{ ...about, durationSeconds, url: origin + href, options: part === undefined ? [] : optionsOf(part) }];
}

function optionsOf({ startSeconds, endSeconds }: PlaylistEntryPart): string[] {
  return [`start-time=${startSeconds}`, ...(endSeconds === undefined ? [] : [`stop-time=${endSeconds}`])];
}

function formatM3u(title: string, lines: readonly Line[]): string {
  const entries = lines.map(({ title: name, creator, durationSeconds, url, options }) => {
    const shown = oneLine(creator === undefined ? name : `${creator} - ${name}`);
    const told = options.map((option) => `#EXTVLCOPT:${option}\n`).join("");
    return `#EXTINF:${durationSeconds === undefined ? -1 : Math.round(durationSeconds)},${shown}\n${told}${url}\n`;
  });
  return `#EXTM3U\n#PLAYLIST:${oneLine(title)}\n${entries.join("")}`;
}

/** A title with a line break would be an entry of its own. */
function oneLine(text: string): string {
  return text.replaceAll(/[\r\n\u2028\u2029]+/g, " ");
}

/** Where VLC keeps what XSPF has no word for. */
const vlcNamespace = "http://www.videolan.org/vlc/playlist/";

function formatXspf(title: string, lines: readonly Line[]): string {
  const track = lines.map(({ title: name, creator, album, durationSeconds, url, options }) => ({
    location: url,
    title: name,
    ...(creator === undefined ? {} : { creator }),
    ...(album === undefined ? {} : { album }),
    ...(durationSeconds === undefined ? {} : { duration: Math.round(durationSeconds * 1000) }),
    ...(options.length === 0 ? {} : { extension: { "@_application": `${vlcNamespace}0`, "vlc:option": options } }),
  }));
  const document = {
    "?xml": { "@_version": "1.0", "@_encoding": "UTF-8" },
    playlist: {
      "@_version": "1",
      "@_xmlns": "http://xspf.org/ns/0/",
      "@_xmlns:vlc": `${vlcNamespace}ns/0/`,
      title,
      trackList: { track },
    },
  };
  return new XMLBuilder({ ignoreAttributes: false, format: true }).build(document);
}
