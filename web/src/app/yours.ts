import type { Item } from "../../../src/api/contract.ts";
import type { OwnPlaylist, PlayerSettings } from "../core/player-data.ts";
import { defaultSettings } from "../core/player-data.ts";
import type { PlayRecord } from "../core/play-record.ts";
import { createStore, type ReadableStore, type Store } from "../core/store.ts";
import type { PlayerStore } from "../offline/player-store.ts";
import type { TabChannel } from "../offline/tab-channel.ts";
import { useServices } from "./services.ts";

/** What belongs to the user, held in memory for the views and written through to the device. */
export interface Yours {
  readonly settings: ReadableStore<PlayerSettings>;
  changeSettings(change: Partial<PlayerSettings>): void;
  /** Latest first. */
  readonly likes: ReadableStore<readonly string[]>;
  setLiked(item: Item, isLiked: boolean): void;
  /** Suggestions that are not wanted. */
  readonly hidden: ReadableStore<readonly string[]>;
  setHidden(itemId: string, isHidden: boolean): void;
  /** Latest first. */
  readonly history: ReadableStore<readonly PlayRecord[]>;
  addPlay(play: PlayRecord): void;
  clearHistory(): Promise<void>;
  readonly playlists: ReadableStore<readonly OwnPlaylist[]>;
  putPlaylist(playlist: OwnPlaylist): void;
  deletePlaylist(id: string): void;
  /** A search that found something is a sign of what is liked. */
  noteSearch(text: string, found: readonly Item[]): void;
  /** Whether nothing can be kept: a private window, or storage that is full. */
  readonly isForgetful: boolean;
  /** Reads everything anew: another tab, or an import, changed it. */
  reload(): Promise<void>;
}

/** The user's own things. */
export function useYours(): Yours {
  return useServices().yours;
}

const shownPlays = 2000;

/** Creates it over the device's store, and without one for as long as the page lives. */
export async function createYours(
  store: PlayerStore | undefined,
  tabs: TabChannel | undefined,
  onError: (error: unknown) => void,
): Promise<Yours> {
  const state = {
    settings: createStore(defaultSettings),
    likes: createStore<readonly string[]>([]),
    hidden: createStore<readonly string[]>([]),
    history: createStore<readonly PlayRecord[]>([]),
    playlists: createStore<readonly OwnPlaylist[]>([]),
  };
  const write = (name: string, task: Promise<unknown> | undefined): void => {
    task?.then(() => tabs?.send({ kind: "changed", store: name }), onError);
  };
  const reload = async (): Promise<void> => {
    if (store === undefined) return;
    const [settings, likes, hidden, history, playlists] = await Promise.all([
      store.readSettings(),
      store.likes.list(),
      store.hidden.list(),
      store.listHistory(shownPlays),
      store.listPlaylists(),
    ]);
    state.settings.set(settings);
    state.likes.set(likes.toSorted((a, b) => b.atMs - a.atMs).map(({ itemId }) => itemId));
    state.hidden.set(hidden.map(({ itemId }) => itemId));
    state.history.set(history);
    state.playlists.set(playlists);
  };
  await reload();
  tabs?.listen((message) => {
    if (message.kind === "changed") reload().catch(onError);
  });
  return { ...state, isForgetful: store === undefined, reload, ...createChanges(state, store, write) };
}

type Changes = Omit<Yours, "settings" | "likes" | "hidden" | "history" | "playlists" | "isForgetful" | "reload">;

function createChanges(
  state: {
    readonly settings: Store<PlayerSettings>;
    readonly likes: Store<readonly string[]>;
    readonly hidden: Store<readonly string[]>;
    readonly history: Store<readonly PlayRecord[]>;
    readonly playlists: Store<readonly OwnPlaylist[]>;
  },
  store: PlayerStore | undefined,
  write: (name: string, task: Promise<unknown> | undefined) => void,
): Changes {
  return {
    changeSettings(change) {
      state.settings.set({ ...state.settings.get(), ...change });
      write("values", store?.writeSettings(state.settings.get()));
    },
    setLiked(item, isLiked) {
      state.likes.set(withMark(state.likes.get(), item.id, isLiked));
      write("items", store?.rememberItems([item]));
      write("likes", isLiked ? store?.likes.set(item.id) : store?.likes.unset(item.id));
    },
    setHidden(itemId, isHidden) {
      state.hidden.set(withMark(state.hidden.get(), itemId, isHidden));
      write("hidden", isHidden ? store?.hidden.set(itemId) : store?.hidden.unset(itemId));
    },
    addPlay(play) {
      state.history.set([play, ...state.history.get()].slice(0, shownPlays));
      write("history", store?.addPlay(play));
    },
    async clearHistory() {
      state.history.set([]);
      await store?.clearHistory();
    },
    putPlaylist(playlist) {
      state.playlists.set([playlist, ...state.playlists.get().filter(({ id }) => id !== playlist.id)]);
      write("playlists", store?.putPlaylist(playlist));
    },
    deletePlaylist(id) {
      state.playlists.set(state.playlists.get().filter((playlist) => playlist.id !== id));
      write("playlists", store?.deletePlaylist(id));
    },
    noteSearch(text, found) {
      if (found.length > 0) {
        write("searches", store?.addSearch(text));
      }
    },
  };
}

function withMark(marks: readonly string[], itemId: string, isSet: boolean): readonly string[] {
  const others = marks.filter((id) => id !== itemId);
  return isSet ? [itemId, ...others] : others;
}
