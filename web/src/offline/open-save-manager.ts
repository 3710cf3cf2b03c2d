import type { SluiceClient } from "../../../src/api/sluice-client.ts";
import { playlistType } from "../core/media-port.ts";
import { openSegmentStore } from "./open-segment-store.ts";
import type { PlayerDatabase } from "./player-database.ts";
import { createSavedAssets } from "./saved-assets.ts";
import { createSavedRecords } from "./saved-records.ts";
import { SaveManager } from "./save-manager.ts";
import { SaveRefused } from "./save-transfer.ts";
import { estimateStorage, hasRoomFor } from "./storage-room.ts";
import type { TabChannel } from "./tab-channel.ts";

/** What the manager is opened with. */
export interface OpenSaveManagerOptions {
  readonly database: PlayerDatabase;
  readonly client: Pick<SluiceClient, "stream" | "resolveUrl">;
  readonly channel: TabChannel;
  readonly simultaneous: () => number;
  readonly onError: (error: unknown) => void;
}

/**
 * Opens the manager of what is saved over this browser's storage, and starts it.
 * @returns `undefined` where nothing can be kept here: an address that is neither HTTPS nor localhost, or a private window
 */
export async function openSaveManager(options: OpenSaveManagerOptions): Promise<SaveManager | undefined> {
  const { database, client, channel, simultaneous, onError } = options;
  const store = globalThis.isSecureContext && "caches" in globalThis ? await openSegmentStore() : undefined;
  if (store === undefined) {
    return undefined;
  }
  const manager = new SaveManager({
    records: createSavedRecords(database),
    store,
    assets: createSavedAssets(caches, client.resolveUrl),
    fetchMedia: (url, init) => fetch(url, init),
    resolveUrl: async (itemId, signal) => {
      const { url, mediaType } = await client.stream(itemId, {}, { signal });
      if (mediaType === playlistType) {
        throw new SaveRefused("This item cannot be saved: its site has it in pieces only, and not as one file.");
      }
      return client.resolveUrl(url);
    },
    estimate: estimateStorage,
    hasRoomFor,
    channel,
    locks: navigator.locks,
    simultaneous,
    onError,
    now: Date.now,
    wait: waitForNetwork,
  });
  await manager.start();
  return manager;
}

/** Until the time is over, or the network is back. */
function waitForNetwork(milliseconds: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  const abort = (): void => reject(signal.reason as Error);
  const wake = (): void => resolve();
  globalThis.addEventListener("online", wake);
  signal.addEventListener("abort", abort);
  return promise.finally(() => {
    clearTimeout(timer);
    globalThis.removeEventListener("online", wake);
    signal.removeEventListener("abort", abort);
  });
}
