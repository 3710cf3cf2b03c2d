import { folderNameOf, type SegmentStore } from "./segment-store.ts";

/** In the origin's private file system. */
export const opfsFolderName = "sluice-saved";

/** The origin's private file system; `undefined` where files in it cannot be had, or not be written from here. */
export async function openPrivateFolder(): Promise<FileSystemDirectoryHandle | undefined> {
  if (!("FileSystemFileHandle" in globalThis) || !("createWritable" in FileSystemFileHandle.prototype)) {
    return undefined;
  }
  try {
    return await navigator.storage.getDirectory();
  } catch {
    // Firefox refuses it in private windows.
    return undefined;
  }
}

/**
 * Creates a store in the origin's private file system. One file for each piece: a writable stream works on a copy of its file, which
 * would mean to copy gigabytes for every piece of one large file.
 */
export function createOpfsSegmentStore(root: FileSystemDirectoryHandle): SegmentStore {
  const saved = (): Promise<FileSystemDirectoryHandle> => root.getDirectoryHandle(opfsFolderName, { create: true });

  async function openFolder(itemId: string, create: boolean): Promise<FileSystemDirectoryHandle> {
    const folder = await saved();
    return await folder.getDirectoryHandle(await folderNameOf(itemId), { create });
  }
  return {
    kind: "opfs",
    async put(itemId, index, bytes) {
      const folder = await openFolder(itemId, true);
      const file = await folder.getFileHandle(`${index}`, { create: true });
      const writable = await file.createWritable();
      try {
        await writable.write(bytes);
        await writable.close();
      } catch (error) {
        // What was there before stays; an empty file would look like a piece.
        await writable.abort().catch(() => {});
        await folder.removeEntry(`${index}`).catch(() => {});
        throw error;
      }
    },
    async get(itemId, index) {
      return await orAbsent(async () => {
        const folder = await openFolder(itemId, false);
        const file = await folder.getFileHandle(`${index}`);
        return await file.getFile();
      });
    },
    async delete(itemId) {
      const name = await folderNameOf(itemId);
      await orAbsent(async () => (await saved()).removeEntry(name, { recursive: true }));
    },
    async deleteExcept(keptItemIds) {
      const kept = new Set(await Promise.all(Array.from(keptItemIds, folderNameOf)));
      const folder = await saved();
      const dropped: string[] = [];
      for await (const name of folder.keys()) {
        if (!kept.has(name)) dropped.push(name);
      }
      for (const name of dropped) {
        await folder.removeEntry(name, { recursive: true });
      }
      return dropped.length;
    },
  };
}

async function orAbsent<Result>(find: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof DOMException && error.name === "NotFoundError") {
      return undefined;
    }
    throw error;
  }
}
