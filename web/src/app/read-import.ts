import { type ImportedLibrary, importedLibrary, joinLibraries } from "../core/imported-library.ts";
import { parseNewpipeSubscriptions, readNewpipeDatabase } from "../core/parse-newpipe-export.ts";
import { parsePlaylistFile } from "../core/parse-playlist-file.ts";
import { parseSpotifyExport } from "../core/parse-spotify-export.ts";
import { parseYoutubeHistory, parseYoutubeTable } from "../core/parse-youtube-takeout.ts";
import { type ParsedPlayerData, parsePlayerData } from "../core/player-data-file.ts";
import { openSqliteTables } from "../core/sqlite-tables.ts";
import { readZip } from "./read-zip.ts";

/** What a file that was chosen for import turned out to be. */
export type ReadImport =
  | Extract<ParsedPlayerData, { readonly kind: "data" }>
  | { readonly kind: "library"; readonly origin: string; readonly library: ImportedLibrary }
  | { readonly kind: "invalid"; readonly reason: string };

/** No export's part is larger: reading more would only freeze the page. */
const mostBytes = 256 * 1024 * 1024;
/** What exports hold of use, by name; archives hold pictures and films as well. */
const usefulName = /\.(?:json|csv|m3u8?|xspf|jspf|pls|db|html)$/i;

/** Reads a file that this or another player wrote; archives are looked into. What a file is, is told by what is in it. */
export async function readImport(file: File, itemIdIn: (location: string) => string | undefined): Promise<ReadImport> {
  try {
    const entries = await readZip(file);
    return entries === undefined
      ? readBytes(file.name, await readWhole(file), itemIdIn)
      : await readArchive(file.name, entries, itemIdIn);
  } catch (error) {
    return { kind: "invalid", reason: error instanceof Error ? error.message : "The file could not be read." };
  }
}

async function readWhole(file: File): Promise<ArrayBuffer> {
  if (file.size > mostBytes) {
    throw new Error("This file is larger than any export: nothing was imported.");
  }
  return await file.arrayBuffer();
}

async function readArchive(
  name: string,
  entries: NonNullable<Awaited<ReturnType<typeof readZip>>>,
  itemIdIn: (location: string) => string | undefined,
): Promise<ReadImport> {
  const read: (ReadImport & { readonly kind: "library" })[] = [];
  const problems: string[] = [];
  for (const entry of entries.filter((each) => usefulName.test(each.name) && each.sizeBytes <= mostBytes)) {
    const part = readBytes(entry.name, await entry.read(), itemIdIn);
    if (part.kind === "data") return part;
    if (part.kind === "library") read.push(part);
    // Exports hold much else that is JSON; only what says what it is, and breaks off, is worth a word.
    else if (part.reason.includes("cut off")) problems.push(`${entry.name}: ${part.reason}`);
  }
  const [first] = read;
  return first === undefined
    ? { kind: "invalid", reason: problems[0] ?? `"${name}" holds nothing that this player can read.` }
    : {
        kind: "library",
        origin: first.origin,
        library: joinLibraries([...read.map(({ library }) => library), importedLibrary({ problems })]),
      };
}

function readBytes(
  fileName: string,
  bytes: ArrayBuffer,
  itemIdIn: (location: string) => string | undefined,
): ReadImport {
  const tables = openSqliteTables(bytes);
  if (tables !== undefined) {
    const library = readNewpipeDatabase(tables.readTable);
    const isNothing = library.playlists.length + library.plays.length === 0;
    return isNothing
      ? { kind: "invalid", reason: `"${fileName}" is a database, and none of NewPipe's with anything in it.` }
      : { kind: "library", origin: "NewPipe", library };
  }
  const text = new TextDecoder().decode(bytes);
  return /^\uFEFF?\s*[[{]/.test(text) ? readJson(fileName, text, itemIdIn) : readText(fileName, text, itemIdIn);
}

function readJson(fileName: string, text: string, itemIdIn: (location: string) => string | undefined): ReadImport {
  const own = parsePlayerData(text);
  if (own.kind === "data") {
    return own;
  }
  const file = parsed(text);
  const readers = [
    ["Spotify", parseSpotifyExport],
    ["YouTube", parseYoutubeHistory],
    ["NewPipe", parseNewpipeSubscriptions],
  ] as const;
  for (const [origin, read] of readers) {
    const library = read(file);
    if (library !== undefined) return { kind: "library", origin, library };
  }
  const list = readPlaylist(fileName, text, itemIdIn);
  // What says of itself that it is of this player, or is cut off, is told so.
  return list.kind === "library" || (file !== undefined && !text.includes("sluice-player-data")) ? list : own;
}

function readText(fileName: string, text: string, itemIdIn: (location: string) => string | undefined): ReadImport {
  if (/class="(?:content-cell|outer-cell)/.test(text)) {
    return {
      kind: "invalid",
      reason: `"${fileName}" is a page to look at. Ask Google Takeout for the history as JSON: "Multiple formats", below "History".`,
    };
  }
  const library = /\.csv$/i.test(fileName) ? parseYoutubeTable(text, fileName) : undefined;
  return library === undefined
    ? readPlaylist(fileName, text, itemIdIn)
    : { kind: "library", origin: "YouTube", library };
}

function readPlaylist(fileName: string, text: string, itemIdIn: (location: string) => string | undefined): ReadImport {
  const list = parsePlaylistFile(text, fileName.replace(/^.*\//, ""), itemIdIn);
  return list.kind === "invalid"
    ? list
    : { kind: "library", origin: "the playlist", library: importedLibrary({ playlists: [list] }) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return undefined;
  }
}
