import { rmSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

/** Held by one process at a time; the system lets go of it when the process ends, however it ends. */
export interface FolderLock {
  release(): void;
}

const busy = 5;

/**
 * Takes the lock file. Node has no file locks of its own, SQLite has: an exclusive transaction on an empty database is a POSIX lock, which the
 * kernel drops with its process (also after `kill -9`), and which is seen from other containers on the same machine.
 *
 * @returns `undefined` where another process, or another store in this one, holds it
 * @throws where the file cannot be made
 */
export function takeFolderLock(path: string): FolderLock | undefined {
  const database = openLockFile(path);
  try {
    // The memory journal keeps SQLite from making files beside the lock.
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    return { release: () => database.close() };
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === busy) {
      return undefined;
    }
    throw error;
  }
}

function openLockFile(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: 0 });
  } catch (error) {
    // SQLite does not say what the system had against it. The lock file itself must not be touched: to close it would free it.
    writeFileSync(`${path}.probe`, "");
    rmSync(`${path}.probe`);
    throw error;
  }
}
