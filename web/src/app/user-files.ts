import { formatPlayerData, mergePlayerData } from "../core/player-data-file.ts";
import type { PlayerStore } from "../offline/player-store.ts";
import { describeImport, importLibrary } from "./import-library.ts";
import { readImport } from "./read-import.ts";
import { downloadText } from "./download-text.ts";
import type { Services } from "./services.ts";

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

/** Reads this player's file, or what another one exported, beside what is there. @returns what to tell the user */
export async function importFile(
  file: File,
  { store, yours, client }: Pick<Services, "store" | "yours" | "client">,
  options: Parameters<typeof importLibrary>[3] = {},
): Promise<string> {
  if (store === undefined) {
    return "Nothing can be kept here, so nothing was imported.";
  }
  const read = await readImport(file, itemIdIn);
  if (read.kind === "invalid") {
    return read.reason;
  }
  if (read.kind === "library") {
    const { origin, library } = read;
    const outcome = await importLibrary(library, origin, { store, yours, client }, options);
    return describeImport(origin, outcome, library.problems);
  }
  await store.replaceAll(mergePlayerData(await store.readAll(), read.data));
  await yours.reload();
  return read.problems.length === 0
    ? "Imported."
    : `Imported, without what could not be used: ${read.problems.slice(0, 3).join(" ")}`;
}

/** The item that an address of this player leads to. */
function itemIdIn(address: string): string | undefined {
  const url = URL.parse(address, location.origin);
  const encoded = url?.origin === location.origin ? /^\/item\/([\w~-]+)$/.exec(url.pathname)?.[1] : undefined;
  return encoded;
}
