import type { SluiceClient } from "../../../src/api/sluice-client.ts";
import type { PlayerDatabase } from "./player-database.ts";

/**
 * Tells the server of the plays that it has not heard of, those made offline included. One tab at a time: two would count them twice.
 * Stops where the server is out of reach; what it refuses for good is dropped.
 * @returns how many were counted
 */
export async function sendOutbox(
  database: PlayerDatabase,
  client: Pick<SluiceClient, "recordPlay">,
  locks: LockManager = navigator.locks,
): Promise<number> {
  return await locks.request("sluice-outbox", { ifAvailable: true }, async (lock) => {
    const keys = lock === null ? [] : await database.getAllKeys("outbox");
    let counted = 0;
    for (const key of keys) {
      const play = await database.get("outbox", key);
      if (play !== undefined) {
        try {
          const { previousItemId } = play;
          await client.recordPlay(play.itemId, previousItemId === undefined ? {} : { previousItemId });
          counted += 1;
        } catch (error) {
          if (!isRefusal(error)) {
            return counted;
          }
        }
        await database.delete("outbox", key);
      }
    }
    return counted;
  });
}

/** The item is gone, or is none of this server's: asking again changes nothing. */
function isRefusal(error: unknown): boolean {
  const status = error instanceof Error && "status" in error ? Number(error.status) : Number.NaN;
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}
