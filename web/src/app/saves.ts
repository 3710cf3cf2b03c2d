import type { Item } from "../../../src/api/contract.ts";
import type { SluiceClient } from "../../../src/api/sluice-client.ts";
import type { QualityWish } from "../core/format-choice.ts";
import { createStore, type ReadableStore, type Store } from "../core/store.ts";
import type { PlayerDatabase } from "../offline/player-database.ts";
import type { SaveManager } from "../offline/save-manager.ts";
import type { SavedItem, SaveProgress } from "../offline/saved-item.ts";
import type { TabChannel } from "../offline/tab-channel.ts";
import { formatSize } from "../views/format-words.ts";
import type { Announcer } from "./announcer.ts";
import { type Ability, missingAbility } from "./abilities.ts";
import { streamAnswerOf } from "./stream-answer.ts";

/** What lies on this device. */
export interface Saves {
  readonly items: ReadableStore<ReadonlyMap<string, SavedItem>>;
  readonly progress: ReadableStore<ReadonlyMap<string, SaveProgress>>;
  /** It is known what lies on this device. */
  readonly ready: Promise<void>;
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
  stop(): Promise<void>;
}

/** What saving works with. */
export interface SavesParts {
  readonly database: PlayerDatabase | undefined;
  readonly client: SluiceClient;
  readonly tabs: TabChannel;
  readonly announcer: Announcer;
  readonly simultaneous: () => number;
  /** In which quality it is saved. */
  readonly wish: () => QualityWish;
}

/**
 * Creates it. What it takes to save is fetched after the page has come: nobody waits for it who only wants to see and hear. Until then
 * nothing is saved; {@link Saves.ready} tells.
 */
export function createSaves(parts: SavesParts): Saves {
  const { announcer } = parts;
  const items = createStore<ReadonlyMap<string, SavedItem>>(new Map());
  const progress = createStore<ReadonlyMap<string, SaveProgress>>(new Map());
  let missing = missingAbility(parts.database !== undefined);
  const opening = missing === undefined ? openManager(parts).catch(() => undefined) : Promise.resolve(undefined);
  const ready = opening.then((manager) => {
    missing ??= missingAbility(manager !== undefined);
    for (const [own, theirs] of manager === undefined
      ? []
      : ([
          [items, manager.items],
          [progress, manager.progress],
        ] as const)) {
      const follow = (): void => (own as Store<unknown>).set(theirs.get());
      theirs.subscribe(follow);
      follow();
    }
  });
  /** The manager; `undefined` once it was told that there is none. */
  const managerOrTold = async (): Promise<SaveManager | undefined> => {
    const manager = await opening;
    if (manager === undefined) announcer.tell(missing === "secure" ? insecureWords : storageWords);
    return manager;
  };
  const stateOf = (itemId: string): SavedItem | undefined => items.get().get(itemId);
  return {
    items,
    progress,
    ready,
    get missing() {
      return missing;
    },
    // Without the worker in charge of this page, nobody would answer the address of what is saved.
    isSaved: (itemId) => stateOf(itemId)?.state === "saved" && navigator.serviceWorker.controller !== null,
    itemOf: (itemId) => stateOf(itemId)?.item,
    save: async (wanted) => saveAll(wanted, await managerOrTold(), announcer),
    pause: async (itemId) => (await managerOrTold())?.pause(itemId),
    resume: async (itemId) => (await managerOrTold())?.resume(itemId),
    remove: async (itemId) => (await managerOrTold())?.remove(itemId),
    stop: async () => (await opening)?.[Symbol.dispose](),
  };
}

async function openManager({
  database,
  client,
  tabs,
  announcer,
  simultaneous,
  wish,
}: SavesParts): Promise<SaveManager | undefined> {
  if (database === undefined) {
    return undefined;
  }
  const { openSaveManager } = await import("../offline/open-save-manager.ts");
  const onError = (): void =>
    announcer.tell("What is saved could not be written down: this browser's storage does not answer.");
  const inQuality: Pick<SluiceClient, "stream" | "resolveUrl"> = {
    resolveUrl: client.resolveUrl,
    stream: (itemId, _parameters, call) => streamAnswerOf(client, itemId, wish(), call?.signal),
  };
  const manager = await openSaveManager({ database, client: inQuality, channel: tabs, simultaneous, onError });
  if (manager !== undefined) {
    addEventListener("online", () => manager.wake());
  }
  return manager;
}

async function saveAll(items: readonly Item[], manager: SaveManager | undefined, announcer: Announcer): Promise<void> {
  if (manager === undefined) {
    return;
  }
  const { askToPersist } = await import("../offline/storage-room.ts");
  await askToPersist();
  const verdict = await manager.save(items);
  if (verdict.kind === "fits") {
    const what = items.length === 1 ? "It is" : `${items.length} items are`;
    announcer.tell(`${what} being saved on this device.`);
    return;
  }
  const { neededBytes, freeBytes } = verdict;
  const free = freeBytes === undefined ? "and the browser gives less" : `${formatSize(freeBytes)} free`;
  announcer.tell(`Not enough room: ${formatSize(neededBytes)} needed, ${free}. Nothing was saved.`);
}

/** Why nothing can be saved at this address. */
export const insecureWords =
  "Saving, installing and playing without a network need https, or localhost: browsers allow them nowhere else. Start the server with --tls self, or put it behind a proxy with a certificate.";
const storageWords = "This browser keeps nothing here: a private window, or its storage is switched off.";
