/** Where pieces of saved media lie. A piece is written whole or not at all. */
export interface SegmentStore {
  readonly kind: "opfs" | "cache";
  put(itemId: string, index: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** As a blob: what is read of it is read then, not before. */
  get(itemId: string, index: number): Promise<Blob | undefined>;
  /** All pieces of an item; fine where there are none. */
  delete(itemId: string): Promise<void>;
  /** All pieces of all items that are not kept. @returns how many items were dropped */
  deleteExcept(keptItemIds: ReadonlySet<string>): Promise<number>;
}

/** A name for an item's folder: ids may be longer than file names, and may hold anything. */
export async function folderNameOf(itemId: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(itemId));
  return Array.from(new Uint8Array(digest, 0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
