import type { PlayerDatabase } from "./player-database.ts";
import type { SavedItem } from "./saved-item.ts";

/** Where it is written down what is saved. */
export interface SavedRecords {
  list(): Promise<readonly SavedItem[]>;
  get(itemId: string): Promise<SavedItem | undefined>;
  put(saved: SavedItem): Promise<void>;
  delete(itemId: string): Promise<void>;
}

/** Creates the records in the player's database. */
export function createSavedRecords(database: PlayerDatabase): SavedRecords {
  return {
    list: () => database.getAll("saved"),
    get: (itemId) => database.get("saved", itemId),
    put: async (saved) => void (await database.put("saved", saved)),
    delete: (itemId) => database.delete("saved", itemId),
  };
}
