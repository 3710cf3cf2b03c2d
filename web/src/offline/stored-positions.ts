import type { ResumePositions } from "../core/playback-state.ts";
import type { PlayerDatabase } from "./player-database.ts";

/**
 * Reads where one was in long items. They are all held in memory: the player asks in the middle of an event that leaves no time to look
 * something up.
 * @param onError a position could not be written; playing goes on
 */
export async function readStoredPositions(
  database: PlayerDatabase,
  onError: (error: unknown) => void,
  now: () => number = Date.now,
): Promise<ResumePositions> {
  const stored = await database.getAll("resumePositions");
  const positions = new Map(stored.map(({ itemId, positionSeconds }) => [itemId, positionSeconds]));
  return {
    get: (itemId) => positions.get(itemId),
    set(itemId, positionSeconds) {
      positions.set(itemId, positionSeconds);
      database.put("resumePositions", { itemId, positionSeconds, atMs: now() }).catch(onError);
    },
    delete(itemId) {
      if (positions.delete(itemId)) {
        database.delete("resumePositions", itemId).catch(onError);
      }
    },
  };
}
