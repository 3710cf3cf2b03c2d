import { deleteDB } from "idb";
import { segmentCacheName } from "./cache-segment-store.ts";
import { opfsFolderName } from "./opfs-segment-store.ts";
import { databaseName, type PlayerDatabase } from "./player-database.ts";
import { assetCacheName } from "./saved-assets.ts";
import type { TabChannel } from "./tab-channel.ts";

/**
 * Removes all that the player keeps of its user from this device: history, lists, settings, saved media. What stays is the app itself.
 * The page should be loaded anew; other tabs are told to. Dispose of the save manager first.
 */
export async function forgetEverything(database: PlayerDatabase, channel: TabChannel): Promise<void> {
  // The others let go of the database, or it could not be deleted.
  channel.send({ kind: "forgotten" });
  database.close();
  await Promise.all([
    deleteDB(databaseName),
    deleteFiles(),
    ...("caches" in globalThis ? [caches.delete(segmentCacheName), caches.delete(assetCacheName)] : []),
  ]);
}

async function deleteFiles(): Promise<void> {
  try {
    const root = await navigator.storage.getDirectory();
    await root.removeEntry(opfsFolderName, { recursive: true });
  } catch (error) {
    // Nothing was saved, or this browser keeps no files.
    const isAbsent =
      error instanceof DOMException && (error.name === "NotFoundError" || error.name === "SecurityError");
    if (!isAbsent && !(error instanceof TypeError)) {
      throw error;
    }
  }
}
