import type { Item } from "../../../src/api/contract.ts";
import type { SluiceClient } from "../../../src/api/sluice-client.ts";
import { createStore, type ReadableStore } from "../core/store.ts";
import { openSaveManager } from "../offline/open-save-manager.ts";
import type { PlayerDatabase } from "../offline/player-database.ts";
import type { SavedItem, SaveProgress } from "../offline/saved-item.ts";
import { askToPersist } from "../offline/storage-room.ts";
import type { TabChannel } from "../offline/tab-channel.ts";
import { formatSize } from "../views/format-words.ts";
import type { Announcer } from "./announcer.ts";
import { type Ability, missingAbility } from "./abilities.ts";

/** What lies on this device. */
export interface Saves {
  readonly items: ReadableStore<ReadonlyMap<string, SavedItem>>;
  readonly progress: ReadableStore<ReadonlyMap<string, SaveProgress>>;
  /** Why nothing can be saved here; absent where it can. */
  readonly missing: Ability | undefined;
  /** Whether it can be played from this device, just now. */
  isSaved(itemId: string): boolean;
  /** As it was when it was saved. */
  itemOf(itemId: string): Item | undefined;
  save(items: readonly Item[]): Promise<void>;
  pause(itemId: string): Promise<void>;
  resume(itemId: string): Promise<void>;
  remove(itemId: string): Promise<void>;
  /** Stops everything: what is saved is about to be forgotten. */
  stop(): void;
}

/** What saving works with. */
export interface SavesParts {
  readonly database: PlayerDatabase | undefined;
  readonly client: SluiceClient;
  readonly tabs: TabChannel;
  readonly announcer: Announcer;
  readonly simultaneous: () => number;
}

/** Creates it; where this page can keep nothing, one that says why. */
export async function createSaves(parts: SavesParts): Promise<Saves> {
  const { database, announcer, client, tabs, simultaneous } = parts;
  const onError = (): void =>
    announcer.tell("What is saved could not be written down: this browser's storage does not answer.");
  const manager =
    database &&
    (await openSaveManager({ database, client, channel: tabs, simultaneous, onError }).catch(() => undefined));
  const missing = missingAbility(database !== undefined && manager !== undefined);
  if (manager === undefined || missing !== undefined) {
    return nothingSaved(missing ?? "storage", announcer);
  }
  addEventListener("online", () => manager.wake());
  const stateOf = (itemId: string): SavedItem | undefined => manager.items.get().get(itemId);
  return {
    items: manager.items,
    progress: manager.progress,
    missing: undefined,
    // Without the worker in charge of this page, nobody would answer the address of what is saved.
    isSaved: (itemId) => stateOf(itemId)?.state === "saved" && navigator.serviceWorker.controller !== null,
    itemOf: (itemId) => stateOf(itemId)?.item,
    async save(items) {
      await askToPersist();
      const verdict = await manager.save(items);
      announcer.tell(
        verdict.kind === "fits"
          ? items.length === 1
            ? "Being saved on this device."
            : `${items.length} items are being saved on this device.`
          : `Not enough room: ${formatSize(verdict.neededBytes)} needed, ${formatSize(verdict.freeBytes)} free. Nothing was saved.`,
      );
    },
    pause: (itemId) => manager.pause(itemId),
    resume: (itemId) => manager.resume(itemId),
    remove: (itemId) => manager.remove(itemId),
    stop: () => manager[Symbol.dispose](),
  };
}

function nothingSaved(missing: Ability, announcer: Announcer): Saves {
  const nothing = async (): Promise<void> => announcer.tell(missing === "secure" ? insecureWords : storageWords);
  return {
    items: createStore<ReadonlyMap<string, SavedItem>>(new Map()),
    progress: createStore<ReadonlyMap<string, SaveProgress>>(new Map()),
    missing,
    isSaved: () => false,
    itemOf: () => undefined,
    save: nothing,
    pause: nothing,
    resume: nothing,
    remove: nothing,
    stop: () => undefined,
  };
}

/** Why nothing can be saved at this address. */
export const insecureWords =
  "Saving, installing and playing without a network need https, or localhost: browsers allow them nowhere else. Start the server with --tls self, or put it behind a proxy with a certificate.";
const storageWords = "This browser keeps nothing here: a private window, or its storage is switched off.";
