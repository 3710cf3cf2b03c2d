import { isAmount, isRecord, isText } from "./plain-data.ts";
import type { OwnPlaylistEntry } from "./player-data.ts";
import { parseElements, type XmlElement } from "./xml-elements.ts";

/** What a playlist file held. */
export type ParsedPlaylistFile =
  | { readonly kind: "playlist"; readonly title: string; readonly entries: readonly OwnPlaylistEntry[] }
  | { readonly kind: "invalid"; readonly reason: string };

/** More lines than anybody listens to: a file beyond is a mistake, or an attack. */
const maxEntries = 20_000;

/**
 * Reads a playlist that another player wrote: M3U and M3U8, XSPF, JSPF, PLS, and FreeTube's export of one list. What it is is told by its
 * content, not by its name.
 * @param fileName gives the title where the file has none
 * @param itemIdIn the item that a location leads to, where it is one of this player's own
 */
export function parsePlaylistFile(
  text: string,
  fileName: string,
  itemIdIn: (location: string) => string | undefined,
): ParsedPlaylistFile {
  const content = text.replace(/^\uFEFF/, "").trim();
  const named = fileName.replace(/\.[^.]*$/, "").trim();
  const read = readContent(content);
  if (read === undefined) {
    return {
      kind: "invalid",
      reason: `"${fileName}" is no playlist that this player can read (M3U8, XSPF, JSPF, PLS).`,
    };
  }
  if (read.entries.length === 0) {
    return { kind: "invalid", reason: `"${fileName}" holds no entries.` };
  }
  if (read.entries.length > maxEntries) {
    return {
      kind: "invalid",
      reason: `"${fileName}" holds ${read.entries.length} entries; up to ${maxEntries} can be read.`,
    };
  }
  const entries = read.entries.map((entry) => {
    const itemId = entry.location === undefined ? undefined : itemIdIn(entry.location);
    return itemId === undefined ? entry : { ...entry, itemId };
  });
  return { kind: "playlist", title: read.title ?? (named === "" ? "Imported" : named), entries };
}

interface ReadPlaylist {
  readonly title: string | undefined;
  readonly entries: readonly OwnPlaylistEntry[];
}

function readContent(content: string): ReadPlaylist | undefined {
  if (content.startsWith("{")) {
    return readJson(content);
  }
  if (content.startsWith("<")) {
    return readXspf(content);
  }
  if (/^\[playlist\]/i.test(content)) {
    return readPls(content);
  }
  return content.startsWith("#EXTM3U") || isPlainM3u(content) ? readM3u(content) : undefined;
}

/** Old lists are nothing but paths, one a line. */
function isPlainM3u(content: string): boolean {
  const lines = content.split(/\r\n|\r|\n/, 50).filter((line) => line.trim() !== "" && !line.startsWith("#"));
  return lines.length > 0 && lines.every((line) => /\.\w{2,5}\s*$|^https?:\/\//.test(line));
}

function readM3u(content: string): ReadPlaylist {
  const entries: OwnPlaylistEntry[] = [];
  let title: string | undefined;
  let described: Partial<OwnPlaylistEntry> = {};
  for (const line of content.split(/\r\n|\r|\n/).map((one) => one.trim())) {
    const [, seconds, name] = /^#EXTINF:\s*(-?[\d.]+)[^,]*,(.*)$/.exec(line) ?? [];
    if (name !== undefined) {
      described = { ...describedBy(name.trim()), ...durationIn(Number(seconds)) };
    } else if (line.startsWith("#PLAYLIST:")) {
      title = line.slice("#PLAYLIST:".length).trim() || undefined;
    } else if (line !== "" && !line.startsWith("#")) {
      entries.push({ title: nameIn(line), creators: [], ...described, location: line });
      described = {};
    }
  }
  return { title, entries };
}

/** `Creator - Title`, as everybody writes it though nobody wrote it down. */
function describedBy(name: string): Partial<OwnPlaylistEntry> {
  const separator = name.indexOf(" - ");
  if (separator > 0 && separator + 3 < name.length) {
    return { creators: [name.slice(0, separator)], title: name.slice(separator + 3) };
  }
  return name === "" ? {} : { title: name };
}

function readPls(content: string): ReadPlaylist {
  const fields = new Map<string, string>();
  for (const line of content.split(/\r\n|\r|\n/)) {
    const [, name, value] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) fields.set(name.toLowerCase(), value);
  }
  const numbers = Array.from(fields.keys()).flatMap((name) => (/^file\d+$/.test(name) ? [name.slice(4)] : []));
  const entries = numbers
    .toSorted((a, b) => Number(a) - Number(b))
    .map((number): OwnPlaylistEntry => {
      const location = fields.get(`file${number}`) ?? "";
      const described = describedBy(fields.get(`title${number}`) ?? "");
      return {
        title: nameIn(location),
        creators: [],
        ...described,
        ...durationIn(Number(fields.get(`length${number}`))),
        location,
      };
    });
  return { title: undefined, entries };
}

function readXspf(content: string): ReadPlaylist | undefined {
  const root = parseElements(content)?.find(({ name }) => name === "playlist");
  const trackList = root && childOf(root, "trackList");
  if (root === undefined || trackList === undefined) {
    return undefined;
  }
  const entries = trackList.children
    .filter(({ name }) => name === "track")
    .map((track) => {
      const text = (name: string): string | undefined => childOf(track, name)?.text.trim();
      return entryOf({
        ...Object.fromEntries(["location", "title", "creator", "album"].map((name) => [name, text(name)])),
        duration: Number(text("duration")),
      });
    });
  return {
    title: childOf(root, "title")?.text.trim() || undefined,
    entries: entries.filter((entry) => entry !== undefined),
  };
}

function childOf({ children }: XmlElement, wanted: string): XmlElement | undefined {
  return children.find(({ name }) => name === wanted);
}

function readJson(content: string): ReadPlaylist | undefined {
  let value: unknown;
  try {
    // FreeTube writes one list a line; the first one is taken.
    value = JSON.parse(
      content.includes("\n{") && content.includes('"playlistName"') ? (content.split("\n")[0] ?? "") : content,
    );
  } catch {
    return undefined;
  }
  if (!isRecord(value)) {
    return undefined;
  }
  const { playlist, playlistName, videos } = value;
  if (isRecord(playlist) && Array.isArray(playlist["track"])) {
    const { title, track } = playlist;
    return {
      title: isText(title) ? title : undefined,
      entries: track.map(entryOf).filter((entry) => entry !== undefined),
    };
  }
  if (isText(playlistName) && Array.isArray(videos)) {
    return { title: playlistName, entries: videos.map(freeTubeEntry).filter((entry) => entry !== undefined) };
  }
  return undefined;
}

/** A track of XSPF or JSPF: the same names in both, lengths in milliseconds. */
function entryOf(track: unknown): OwnPlaylistEntry | undefined {
  if (!isRecord(track)) {
    return undefined;
  }
  const { title, creator, album, duration } = track;
  const location: unknown = [track["location"]].flat()[0];
  const name = isText(title) ? title : isText(location) ? nameIn(location) : undefined;
  return name === undefined
    ? undefined
    : {
        title: name,
        creators: isText(creator) ? [creator] : [],
        ...(isText(album) ? { album } : {}),
        ...durationIn(Number(duration) / 1000),
        ...(isText(location) ? { location } : {}),
      };
}

function freeTubeEntry(video: unknown): OwnPlaylistEntry | undefined {
  if (!isRecord(video) || !isText(video["videoId"]) || !isText(video["title"])) {
    return undefined;
  }
  const { videoId, title, author, lengthSeconds } = video;
  const location = `https://www.youtube.com/watch?v=${encodeURIComponent(videoId)}`;
  return { title, creators: isText(author) ? [author] : [], ...durationIn(Number(lengthSeconds)), location };
}

function durationIn(seconds: number): { readonly durationSeconds?: number } {
  return isAmount(seconds) && seconds > 0 ? { durationSeconds: seconds } : {};
}

/** The last part of an address or a path, as a title. */
function nameIn(location: string): string {
  const last =
    location
      .replace(/[?#].*$/, "")
      .split(/[/\\]/)
      .findLast((part) => part !== "") ?? location;
  const name = last.replace(/\.\w{1,5}$/, "");
  try {
    return decodeURIComponent(name) || location;
  } catch {
    return name || location;
  }
}
