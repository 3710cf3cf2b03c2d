import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Item } from "../../../src/api/contract.ts";
import type { PlayRecord } from "../core/play-record.ts";
import type { ItemMark, OwnPlaylist, ResumePosition, SearchRecord } from "../core/player-data.ts";
import type { SavedItem } from "./saved-item.ts";

/** What is known of an item. */
export interface KnownItem {
  readonly id: string;
  readonly item: Item;
  readonly seenAtMs: number;
}

/** What the server said goes with an item. */
export interface RelatedItems extends ItemMark {
  readonly relatedIds: readonly string[];
}

/** The stores. */
export interface PlayerSchema extends DBSchema {
  /** By name: `settings`, `queue`, `position`. */
  readonly values: { readonly key: string; readonly value: unknown };
  readonly items: { readonly key: string; readonly value: KnownItem; readonly indexes: { readonly bySeen: number } };
  readonly history: { readonly key: number; readonly value: PlayRecord; readonly indexes: { readonly byTime: number } };
  readonly likes: { readonly key: string; readonly value: ItemMark };
  readonly playlists: { readonly key: string; readonly value: OwnPlaylist };
  readonly resumePositions: { readonly key: string; readonly value: ResumePosition };
  readonly searches: { readonly key: number; readonly value: SearchRecord };
  readonly hidden: { readonly key: string; readonly value: ItemMark };
  readonly related: { readonly key: string; readonly value: RelatedItems };
  readonly saved: { readonly key: string; readonly value: SavedItem };
  /** Plays that the server has not counted yet. */
  readonly outbox: { readonly key: number; readonly value: PlayRecord };
}

/** The database, opened. */
export type PlayerDatabase = IDBPDatabase<PlayerSchema>;

/** Its name, for whoever deletes it. */
export const databaseName = "sluice";

/** One step from each version to the next. They stay as they are: a step that ran somewhere is history. */
const migrations: readonly ((database: PlayerDatabase) => void)[] = [
  (database) => {
    database.createObjectStore("values");
    database.createObjectStore("items", { keyPath: "id" }).createIndex("bySeen", "seenAtMs");
    database.createObjectStore("history", { autoIncrement: true }).createIndex("byTime", "startedAtMs");
    database.createObjectStore("likes", { keyPath: "itemId" });
    database.createObjectStore("playlists", { keyPath: "id" });
    database.createObjectStore("resumePositions", { keyPath: "itemId" });
    database.createObjectStore("searches", { autoIncrement: true });
    database.createObjectStore("hidden", { keyPath: "itemId" });
    database.createObjectStore("related", { keyPath: "itemId" });
    database.createObjectStore("saved", { keyPath: "itemId" });
    database.createObjectStore("outbox", { autoIncrement: true });
  },
];

/** A page that shows nothing for longer is taken for broken. */
const answersWithinMs = 3_000;

/**
 * Opens the database, bringing it to this version's shape.
 * @param onOutdated a newer version of the app in another tab wants to change the shape, or the browser closed it: this page should be
 * loaded again
 * @throws where it does not answer: WebKit may leave a transaction of a page that is gone unfinished, and then nobody reads anything
 * (bugs.webkit.org/show_bug.cgi?id=315804)
 */
export async function openPlayerDatabase(onOutdated: () => void = () => {}): Promise<PlayerDatabase> {
  const opening = openDatabase(onOutdated);
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("The browser's database does not answer.")), answersWithinMs);
  try {
    return await Promise.race([opening.then(assertAnswers), tooLate]);
  } catch (error) {
    // It may still come, when nobody wants it any more.
    opening.then((database) => database.close()).catch(() => {});
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function openDatabase(onOutdated: () => void): Promise<PlayerDatabase> {
  const database = await openDB<PlayerSchema>(databaseName, migrations.length, {
    upgrade(opened, oldVersion) {
      for (const migrate of migrations.slice(oldVersion)) {
        migrate(opened);
      }
    },
    blocking() {
      // Not closing would keep the other tab from starting at all.
      database.close();
      onOutdated();
    },
    terminated: onOutdated,
  });
  return database;
}

/** Over every store: each waits for what is written to it. */
async function assertAnswers(database: PlayerDatabase): Promise<PlayerDatabase> {
  await database.transaction(Array.from(database.objectStoreNames), "readonly").objectStore("values").count();
  return database;
}
