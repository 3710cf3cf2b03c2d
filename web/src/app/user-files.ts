import { formatPlayerData, mergePlayerData, parsePlayerData } from "../core/player-data-file.ts";
import { parsePlaylistFile } from "../core/parse-playlist-file.ts";
import type { PlayerStore } from "../offline/player-store.ts";
import type { Services } from "./services.ts";
import { newPlaylist } from "./own-playlist-edits.ts";

/** No export is larger: reading more would only freeze the page. */
const mostBytes = 256 * 1024 * 1024;

/** Hands a text to the user as a file. */
export function downloadText(text: string, name: string, mediaType: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: mediaType }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** All that is kept, as one file. @returns what to tell the user */
export async function exportData(store: PlayerStore): Promise<string> {
  const now = new Date();
  downloadText(
    formatPlayerData(await store.readAll(), now),
    `sluice-${now.toISOString().slice(0, 10)}.json`,
    "application/json",
  );
  return "The file is on its way to your downloads.";
}

/** Reads such a file, or another player's playlist, beside what is there. @returns what to tell the user */
export async function importFile(file: File, services: Pick<Services, "store" | "yours">): Promise<string> {
  const { store, yours } = services;
  if (store === undefined) {
    return "Nothing can be kept here, so nothing was imported.";
  }
  if (file.size > mostBytes) {
    return "This file is larger than any export: nothing was imported.";
  }
  const text = await file.text();
  const parsed = parsePlayerData(text);
  if (parsed.kind === "data") {
    await store.replaceAll(mergePlayerData(await store.readAll(), parsed.data));
    await yours.reload();
    const { problems } = parsed;
    return problems.length === 0
      ? "Imported."
      : `Imported, without what could not be used: ${problems.slice(0, 3).join(" ")}`;
  }
  const list = parsePlaylistFile(text, file.name, itemIdIn);
  if (list.kind === "invalid") {
    return /\.json$/i.test(file.name) ? parsed.reason : list.reason;
  }
  yours.putPlaylist({ ...newPlaylist(list.title, [], Date.now()), entries: list.entries });
  return `The playlist “${list.title.slice(0, 80)}” is imported.`;
}

/** The item that an address of this player leads to. */
function itemIdIn(address: string): string | undefined {
  const url = URL.parse(address, location.origin);
  const encoded = url?.origin === location.origin ? /^\/item\/([\w~-]+)$/.exec(url.pathname)?.[1] : undefined;
  return encoded;
}
