import type { Item } from "../../../src/api/contract.ts";

/** A file of this device that the app was opened with: it plays from where it lies, and is no part of any library. */
export interface OpenedFile {
  readonly item: Item;
  /** Good for as long as the page lives. */
  readonly url: string;
}

/** Opened files by their ids. */
export type OpenedFiles = Map<string, OpenedFile>;

/** What the ids of such items begin with, and no other's do. */
export const openedFilePrefix = "file:";

/** Whether an id is one of an opened file, this time or the last. */
export function isOpenedFile(itemId: string): boolean {
  return itemId.startsWith(openedFilePrefix);
}
