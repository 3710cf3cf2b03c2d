import { openPrivateFolder } from "./opfs-segment-store.ts";

/** How much may be kept, and how much is. */
export interface StorageEstimate {
  readonly quotaBytes: number;
  readonly usageBytes: number;
}

/** Whether something fits. */
export type RoomVerdict =
  | { readonly kind: "fits" }
  | {
      readonly kind: "no-room";
      readonly neededBytes: number;
      /** Absent where the browser says only that it is too little. */
      readonly freeBytes?: number | undefined;
    };

/** Left free: a quota that is met to the byte makes the database fail next. */
const reserveBytes = 32 * 1024 * 1024;

/**
 * Decides before the first byte whether media fits.
 * @param promisedBytes of other downloads that have not come yet
 */
export function checkRoom(neededBytes: number, estimate: StorageEstimate, promisedBytes: number): RoomVerdict {
  const freeBytes = Math.max(0, estimate.quotaBytes - estimate.usageBytes - promisedBytes - reserveBytes);
  return neededBytes <= freeBytes ? { kind: "fits" } : { kind: "no-room", neededBytes, freeBytes };
}

/** What the browser says of this origin; endless where it says nothing. */
export async function estimateStorage(): Promise<StorageEstimate> {
  const { quota, usage } = (await navigator.storage?.estimate?.()) ?? {};
  return { quotaBytes: quota ?? Infinity, usageBytes: usage ?? 0 };
}

/**
 * Asks the quota itself whether it takes so many bytes more, by growing a file that is then dropped: nothing is written. The estimate is no
 * more than a hint: Chromium tells every page of 10 GiB, whatever the disk has left.
 */
export async function hasRoomFor(neededBytes: number): Promise<boolean> {
  const root = await openPrivateFolder();
  if (root === undefined) {
    return true;
  }
  const name = `room-for-${crypto.randomUUID()}`;
  try {
    const file = await root.getFileHandle(name, { create: true });
    const writable = await file.createWritable();
    await writable.truncate(neededBytes + reserveBytes);
    await writable.abort();
    return true;
  } catch (error) {
    // Whatever else is wrong, saving itself will tell.
    return !isQuotaError(error);
  } finally {
    await root.removeEntry(name).catch(() => {});
  }
}

/** `persist` is there in pages alone, where a user may be asked. */
interface AskingStorage extends StorageManager {
  persist?(): Promise<boolean>;
}

/** Asks the browser not to clear what is saved; best on a gesture, when the first thing is saved. @returns whether it agreed */
export async function askToPersist(): Promise<boolean> {
  const storage: AskingStorage | undefined = navigator.storage;
  return (await storage?.persisted?.()) === true || ((await storage?.persist?.()) ?? false);
}

/** Whether a write failed for want of room. */
export function isQuotaError(error: unknown): boolean {
  return error instanceof Error && error.name === "QuotaExceededError";
}
