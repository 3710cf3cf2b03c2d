import type { QueryClient } from "@tanstack/react-query";
import { type Context, createContext, use, useSyncExternalStore } from "react";
import type { SluiceClient } from "../../../src/api/sluice-client.ts";
import type { PlaybackController } from "../core/playback-controller.ts";
import type { QueueStore } from "../core/queue-store.ts";
import type { ReadableStore } from "../core/store.ts";
import type { PlayerStore } from "../offline/player-store.ts";
import type { TabChannel } from "../offline/tab-channel.ts";
import type { MediaPorts } from "../media/media-ports.ts";
import type { ItemBook } from "./item-book.ts";
import type { Announcer } from "./announcer.ts";
import type { Layout } from "./layout.ts";
import type { OpenedFiles } from "./opened-files.ts";
import type { Saves } from "./saves.ts";
import type { Yours } from "./yours.ts";

/** What the views work with; made once, when the page starts. */
export interface Services {
  readonly client: SluiceClient;
  readonly queryClient: QueryClient;
  readonly items: ItemBook;
  readonly openedFiles: OpenedFiles;
  readonly queue: QueueStore;
  readonly playback: PlaybackController;
  readonly ports: MediaPorts;
  readonly announcer: Announcer;
  readonly layout: Layout;
  readonly yours: Yours;
  readonly saves: Saves;
  /** Absent where nothing can be kept. */
  readonly store: PlayerStore | undefined;
  readonly tabs: TabChannel;
  /** Removes all that is kept, and begins anew. */
  readonly forget: () => Promise<void>;
}

export const ServicesContext: Context<Services | undefined> = createContext<Services | undefined>(undefined);

/** The services. @throws outside of the app */
export function useServices(): Services {
  const services = use(ServicesContext);
  if (services === undefined) {
    throw new Error("There are no services here: the component stands outside of the app");
  }
  return services;
}

/** The value of a store, and each one that follows. */
export function useStore<Value>(store: ReadableStore<Value>): Value {
  return useSyncExternalStore(store.subscribe, store.get);
}
