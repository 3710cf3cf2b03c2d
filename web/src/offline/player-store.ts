import type { Item } from "../../../src/api/contract.ts";
import { isCountedPlay, type PlayRecord } from "../core/play-record.ts";
import {
  defaultSettings,
  type ItemMark,
  type OwnPlaylist,
  type PlayerData,
  type PlayerSettings,
} from "../core/player-data.ts";
import { parseQueueSnapshot } from "../core/queue-snapshot.ts";
import type { Queue } from "../core/queue.ts";
import type { PlayerDatabase } from "./player-database.ts";

/** What a player left behind when its page was closed. */
export interface LastSession {
  readonly queue: Queue;
  readonly positionSeconds: number;
}

/** Marks that can be set and taken back: likes, hidden suggestions. */
export interface MarkStore {
  list(): Promise<readonly ItemMark[]>;
  has(itemId: string): Promise<boolean>;
  set(itemId: string): Promise<void>;
  unset(itemId: string): Promise<void>;
}

/** What the player remembers of its user. Thin: what is to be decided is decided in `core/`. */
export class PlayerStore {
  readonly likes: MarkStore;
  readonly hidden: MarkStore;
  readonly #database: PlayerDatabase;
  readonly #now: () => number;

  constructor(database: PlayerDatabase, now: () => number = Date.now) {
    this.#database = database;
    this.#now = now;
    this.likes = createMarkStore(database, "likes", now);
    this.hidden = createMarkStore(database, "hidden", now);
  }

  async readSettings(): Promise<PlayerSettings> {
    const stored = (await this.#database.get("values", "settings")) as Partial<PlayerSettings> | undefined;
    // Settings that came with a later version have their defaults.
    return { ...defaultSettings, ...stored };
  }

  async writeSettings(settings: PlayerSettings): Promise<void> {
    await this.#database.put("values", settings, "settings");
  }

  async readLastSession(): Promise<LastSession> {
    const [queue, position] = await Promise.all([
      this.#database.get("values", "queue"),
      this.#database.get("values", "position"),
    ]);
    return { queue: parseQueueSnapshot(queue), positionSeconds: typeof position === "number" ? position : 0 };
  }

  async writeQueue(queue: Queue): Promise<void> {
    await this.#database.put("values", queue, "queue");
  }

  /** Apart from the queue: it changes all the time, and the queue may be long. */
  async writePosition(positionSeconds: number): Promise<void> {
    await this.#database.put("values", positionSeconds, "position");
  }

  /** Keeps a play, and has the server told of it once it can be. */
  async addPlay(play: PlayRecord): Promise<void> {
    const transaction = this.#database.transaction(["history", "outbox"], "readwrite");
    await Promise.all([
      transaction.objectStore("history").add(play),
      ...(isCountedPlay(play) ? [transaction.objectStore("outbox").add(play)] : []),
      transaction.done,
    ]);
  }

  /** Latest first. */
  async listHistory(limit: number = Infinity): Promise<readonly PlayRecord[]> {
    const plays: PlayRecord[] = [];
    let cursor = await this.#database.transaction("history").store.index("byTime").openCursor(null, "prev");
    while (cursor !== null && plays.length < limit) {
      plays.push(cursor.value);
      cursor = await cursor.continue();
    }
    return plays;
  }

  async clearHistory(): Promise<void> {
    await this.#database.clear("history");
  }

  async addSearch(text: string): Promise<void> {
    await this.#database.add("searches", { text, atMs: this.#now() });
  }

  /** Keeps items, so that they can be shown without a server. */
  async rememberItems(items: readonly Item[]): Promise<void> {
    const transaction = this.#database.transaction("items", "readwrite");
    const seenAtMs = this.#now();
    await Promise.all([
      ...items.map((item) => transaction.store.put({ id: item.id, item, seenAtMs })),
      transaction.done,
    ]);
  }

  /** Those of them that are known. */
  async recallItems(itemIds: readonly string[]): Promise<readonly Item[]> {
    const { store } = this.#database.transaction("items");
    const known = await Promise.all(itemIds.map((id) => store.get(id)));
    return known.flatMap((entry) => (entry === undefined ? [] : [entry.item]));
  }

  async listKnownItems(): Promise<readonly Item[]> {
    return (await this.#database.getAll("items")).map(({ item }) => item);
  }

  async rememberRelated(itemId: string, relatedIds: readonly string[]): Promise<void> {
    await this.#database.put("related", { itemId, relatedIds, atMs: this.#now() });
  }

  /** What goes with each item, as far as it was asked. */
  async readRelated(): Promise<ReadonlyMap<string, readonly string[]>> {
    const all = await this.#database.getAll("related");
    return new Map(all.map(({ itemId, relatedIds }) => [itemId, relatedIds]));
  }

  async listPlaylists(): Promise<readonly OwnPlaylist[]> {
    const all = await this.#database.getAll("playlists");
    return all.toSorted((a, b) => b.changedAtMs - a.changedAtMs);
  }

  async getPlaylist(id: string): Promise<OwnPlaylist | undefined> {
    return await this.#database.get("playlists", id);
  }

  async putPlaylist(playlist: OwnPlaylist): Promise<void> {
    await this.#database.put("playlists", playlist);
  }

  async deletePlaylist(id: string): Promise<void> {
    await this.#database.delete("playlists", id);
  }

  /** All of it, for a file. */
  async readAll(): Promise<PlayerData> {
    const database = this.#database;
    const [history, likes, playlists, resumePositions, searches, hidden, items, savedItemIds, settings] =
      await Promise.all([
        database.getAllFromIndex("history", "byTime"),
        database.getAll("likes"),
        database.getAll("playlists"),
        database.getAll("resumePositions"),
        database.getAll("searches"),
        database.getAll("hidden"),
        this.listKnownItems(),
        database.getAllKeys("saved"),
        this.readSettings(),
      ]);
    return { history, likes, playlists, resumePositions, searches, hidden, items, savedItemIds, settings };
  }

  /** Puts all of it in place of what was there, or nothing: one transaction. What is saved stays as it is. */
  async replaceAll(data: PlayerData): Promise<void> {
    const stores = [
      "values",
      "history",
      "likes",
      "playlists",
      "resumePositions",
      "searches",
      "hidden",
      "items",
    ] as const;
    const transaction = this.#database.transaction(stores, "readwrite");
    const cleared = stores.filter((name) => name !== "values").map((name) => transaction.objectStore(name).clear());
    await Promise.all([
      ...cleared,
      transaction.objectStore("values").put(data.settings, "settings"),
      ...data.history.map((play) => transaction.objectStore("history").add(play)),
      ...data.likes.map((mark) => transaction.objectStore("likes").put(mark)),
      ...data.playlists.map((playlist) => transaction.objectStore("playlists").put(playlist)),
      ...data.resumePositions.map((position) => transaction.objectStore("resumePositions").put(position)),
      ...data.searches.map((search) => transaction.objectStore("searches").add(search)),
      ...data.hidden.map((mark) => transaction.objectStore("hidden").put(mark)),
      ...data.items.map((item) => transaction.objectStore("items").put({ id: item.id, item, seenAtMs: this.#now() })),
      transaction.done,
    ]);
  }
}

function createMarkStore(database: PlayerDatabase, name: "likes" | "hidden", now: () => number): MarkStore {
  return {
    list: () => database.getAll(name),
    has: async (itemId) => (await database.getKey(name, itemId)) !== undefined,
    set: async (itemId) => void (await database.put(name, { itemId, atMs: now() })),
    unset: (itemId) => database.delete(name, itemId),
  };
}
