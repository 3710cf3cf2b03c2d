import { setTimeout as sleep } from "node:timers/promises";
import { isCatalogError } from "./catalog-error.ts";
import type { Database } from "./tables.ts";

const attempts = 5;
const longestPauseMs = 50;

/**
 * Runs `work` in one transaction: all of it counts, or nothing. Anew where another was in its way (a deadlock that PostgreSQL ended, a file
 * another process writes to): nothing of the first attempt is left, so the second is as good.
 */
export async function inTransaction<T>(db: Database, work: (tx: Database) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (attempt === attempts || !isCatalogError(error, "busy")) {
        throw error;
      }
      await sleep(Math.random() * longestPauseMs * attempt);
    }
  }
}
