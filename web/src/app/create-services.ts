import { QueryClient } from "@tanstack/react-query";
import type { Item } from "../../../src/api/contract.ts";
import { createSluiceClient, type SluiceClient } from "../../../src/api/sluice-client.ts";
import { createQueueStore, type QueueStore } from "../core/queue-store.ts";
import { createMediaPorts } from "../media/media-ports.ts";
import { openPlayerDatabase, type PlayerDatabase } from "../offline/player-database.ts";
import { PlayerStore } from "../offline/player-store.ts";
import { openTabChannel, type TabChannel } from "../offline/tab-channel.ts";
import { createAnnouncer } from "./announcer.ts";
import { createItemBook, type ItemBook } from "./item-book.ts";
import { followSettings, keepSession, listenToTabs } from "./keep-session.ts";
import { createPlayback } from "./create-playback.ts";
import { createLayout } from "./layout.ts";
import { queuedEntries } from "./play-actions.ts";
import { listenToLaunches } from "./listen-to-launches.ts";
import { isOpenedFile, type OpenedFiles } from "./opened-files.ts";
import { registerWorker } from "./register-worker.ts";
import { createSaves, type Saves } from "./saves.ts";
import type { Services } from "./services.ts";
import { createYours } from "./yours.ts";

/** Puts the app together: the one place that names what everything is made of. */
export async function createServices(): Promise<Services> {
  const client = createSluiceClient(location.origin, (input, init) => fetch(input, init));
  const queryClient = createQueryClient();
  const announcer = createAnnouncer();
  const database = await openDatabase(() =>
    announcer.tell("A newer player is open in another tab. Load this one anew."),
  );
  const store = database && new PlayerStore(database);
  const tabs = openTabChannel();
  const onError = (): void =>
    announcer.tell("This could not be kept on the device: its storage is full or was cleared.");
  const yours = await createYours(store, tabs, onError);
  const simultaneous = (): number => yours.settings.get().simultaneousSaves;
  const saves = createSaves({ database, client, tabs, announcer, simultaneous, wish: yours.settings.get });
  const openedFiles: OpenedFiles = new Map();
  const items = createItems(client, queryClient, { saves, store, openedFiles });
  const queue = createQueueStore((await store?.readLastSession())?.queue);
  const ports = createMediaPorts();
  const playback = await createPlayback({
    client,
    database,
    store,
    queue,
    ports,
    yours,
    saves,
    items,
    openedFiles,
    announcer,
    onError,
  });
  const layout = createLayout();
  const services = {
    client,
    queryClient,
    items,
    openedFiles,
    queue,
    playback,
    ports,
    announcer,
    layout,
    yours,
    saves,
    store,
    tabs,
    forget: () => forgetAll(database, saves, tabs),
  };
  keepSession(services);
  followSettings(services);
  listenToTabs(services);
  listenToLaunches(services);
  registerWorker(announcer);
  fillQueue(queue, client, items);
  return services;
}

async function forgetAll(database: PlayerDatabase | undefined, saves: Saves, tabs: TabChannel): Promise<void> {
  if (database !== undefined) {
    const { forgetEverything } = await import("../offline/forget-everything.ts");
    await saves.stop();
    await forgetEverything(database, tabs);
    location.assign("/");
  }
}

/** What is saved is shown as it was saved, what was seen before when the server is out of reach. */
function createItems(
  client: SluiceClient,
  queries: QueryClient,
  { saves, store, openedFiles }: Pick<Services, "saves" | "store" | "openedFiles">,
): ItemBook {
  const recall = async (id: string): Promise<Item | undefined> => (await store?.recallItems([id]))?.[0];
  const saved = async (id: string): Promise<Item | undefined> => {
    // The server knows nothing of it, nor of one that was open the last time.
    if (isOpenedFile(id)) return openedFiles.get(id)?.item ?? (await recall(id));
    await saves.ready;
    return saves.itemOf(id);
  };
  return createItemBook(client, queries, saved, recall);
}

function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        gcTime: 30 * 60_000,
        // What the server refuses stays refused; what did not reach it is tried again, and once more when the network is back.
        retry: (count, error) => count < 2 && error.name !== "SluiceProblem",
        // Whether the server can be reached is not what the browser knows: it may be this very machine.
        networkMode: "always",
      },
    },
  });
}

/** Without a database the player works as long as its page is open. */
async function openDatabase(onOutdated: () => void): Promise<PlayerDatabase | undefined> {
  try {
    return await openPlayerDatabase(onOutdated);
  } catch {
    return undefined;
  }
}

const fillAhead = 20;

/** Long playlists come into the queue page by page, when little of it is left. */
function fillQueue(queue: QueueStore, client: SluiceClient, items: ItemBook): void {
  let isFilling = false;
  const fill = async (): Promise<void> => {
    const { entries, currentId, tail } = queue.get();
    const index = entries.findIndex(({ id }) => id === currentId);
    if (tail === undefined || isFilling || entries.length - index > fillAhead) {
      return;
    }
    isFilling = true;
    try {
      const page = await client.playlistEntries(tail.playlistId, { cursor: tail.cursor, limit: 100 });
      const queued = queuedEntries(page.entries, items);
      const { nextCursor } = page;
      const next = nextCursor && {
        ...tail,
        cursor: nextCursor,
        remaining: Math.max(0, tail.remaining - page.entries.length),
      };
      queue.dispatch({
        kind: "append-page",
        after: tail,
        itemIds: queued,
        ...(next ? { tail: next } : {}),
      });
    } finally {
      isFilling = false;
    }
  };
  // Out of reach just now: the next change of the queue asks again.
  queue.subscribe(() => void fill().catch(() => undefined));
}
