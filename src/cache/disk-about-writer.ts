import { mkdir, rename, writeFile } from "node:fs/promises";
import { formatAbout } from "./disk-about.ts";
import type { DiskContext } from "./disk-context.ts";
import { aboutName, fileCost, folderCost } from "./disk-layout.ts";
import type { DiskSpace } from "./disk-space.ts";
import type { HeldObject } from "./slice-index.ts";

/** Room for what others may add to the file about an object between reserving and writing. */
const aboutSlackBytes = 4096;

/** Writes the files that tell which object a folder belongs to, and what is known of it. */
export class DiskAboutWriter {
  readonly #context: DiskContext;
  readonly #space: DiskSpace;

  constructor(context: DiskContext, space: DiskSpace) {
    this.#context = context;
    this.#space = space;
  }

  /**
   * Writes the file about an object, and makes its folder; false where there is no room. The room is reserved before the object's turn
   * comes: making room may need a turn of the same object.
   */
  async write(object: HeldObject): Promise<boolean> {
    const { room, turns } = this.#context;
    const reserved =
      (object.storedBytes === 0 ? folderCost : 0) + fileCost(Buffer.byteLength(formatAbout(object)) + aboutSlackBytes);
    if (!(await this.#space.reserve(reserved))) {
      return false;
    }
    let takenBytes = 0;
    try {
      return await turns.run(object.hash, async () => {
        takenBytes = await this.#writeFile(object, reserved);
        return takenBytes > 0;
      });
    } finally {
      room.release(reserved - takenBytes);
    }
  }

  /** @returns what of `reserved` is in use now, the file that was replaced having been released; 0 where it would not fit */
  async #writeFile(object: HeldObject, reserved: number): Promise<number> {
    const { layout, room } = this.#context;
    const isNew = object.storedBytes === 0;
    const editions = [...object.editions.values()];
    const text = formatAbout(object);
    const cost = fileCost(Buffer.byteLength(text));
    const takenBytes = cost + (isNew ? folderCost : 0);
    if (takenBytes > reserved) {
      return 0;
    }
    const folder = layout.objectFolder(object.hash);
    if (isNew) {
      await mkdir(folder, { recursive: true });
    }
    const path = layout.nextIncoming();
    await writeFile(path, text);
    await rename(path, `${folder}/${aboutName}`);
    for (const edition of editions) {
      edition.isFiled = true;
    }
    room.release(isNew ? 0 : object.storedBytes - folderCost);
    object.storedBytes = folderCost + cost;
    return takenBytes;
  }
}
