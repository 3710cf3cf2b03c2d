import { close, open, write } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { crc32 } from "node:zlib";
import { formatAbout } from "./disk-about.ts";
import type { DiskContext } from "./disk-context.ts";
import { aboutName, fileCost, folderCost, formatSliceFileName } from "./disk-layout.ts";
import type { DiskSpace } from "./disk-space.ts";
import type { HeldObject, SliceEdition } from "./slice-index.ts";
import { isSelected } from "./slice-listing.ts";
import type { ObjectRecord, SliceKey, SliceSelection } from "./slice-store.ts";

const openFile = promisify(open);
const closeFile = promisify(close);
const pieceBytes = 1024 * 1024;
/** Slices written at once: the thread pool has four threads, and readers need some. */
const mostWriting = 2;
/** Room for what others may add to the file about an object between reserving and writing. */
const aboutSlackBytes = 4096;

interface PendingPut {
  readonly key: SliceKey;
  isCancelled: boolean;
  result: Promise<boolean>;
}

/** Writes slices and what is known of their objects: to a file in `incoming/` first, which then gets its name in one step. */
export class DiskWriter {
  readonly #context: DiskContext;
  readonly #space: DiskSpace;
  readonly #pending = new Map<string, PendingPut>();
  readonly #line: (() => void)[] = [];
  #writing = 0;
  #isClosed = false;

  constructor(context: DiskContext, space: DiskSpace) {
    this.#context = context;
    this.#space = space;
  }

  /** Puts a slice that is not held. Who puts the same slice meanwhile waits for this one. */
  put(key: SliceKey, bytes: Uint8Array): Promise<boolean> {
    const name = `${key.index} ${key.version.length} ${key.version}${key.object}`;
    const running = this.#pending.get(name);
    if (this.#isClosed) {
      return Promise.resolve(false);
    }
    if (running !== undefined && !running.isCancelled) {
      return running.result;
    }
    const pending: PendingPut = { key, isCancelled: false, result: Promise.resolve(false) };
    pending.result = this.#put(pending, bytes, running?.result).finally(() => {
      if (this.#pending.get(name) === pending) {
        this.#pending.delete(name);
      }
    });
    this.#pending.set(name, pending);
    return pending.result;
  }

  /** Sees to it that puts under way of what is being removed come to nothing. */
  cancel(selection: SliceSelection): void {
    for (const pending of this.#pending.values()) {
      if (isSelected(selection, pending.key.object, pending.key.version)) {
        pending.isCancelled = true;
      }
    }
  }

  async writeRecord(record: ObjectRecord): Promise<void> {
    if (this.#isClosed) {
      return;
    }
    await this.#withObject(record.object, async (object) => {
      const before = object.record;
      object.record = structuredClone(record);
      if (!(await this.#fileAbout(object)) && object.storedBytes === 0) {
        object.record = before;
      }
    });
  }

  /** Brings the file about an object up to date, where the object stays although things of it went. */
  async refile(object: HeldObject): Promise<void> {
    await this.#withObject(object.name, (same) => this.#fileAbout(same));
  }

  /** Takes nothing more, and resolves when nothing is being put any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled([...this.#pending.values()].map((pending) => pending.result));
  }

  async #put(pending: PendingPut, bytes: Uint8Array, before: Promise<boolean> | undefined): Promise<boolean> {
    const { object: name, version } = pending.key;
    // One that was cancelled still has to take its file away, which has the same name.
    await before?.catch(() => false);
    return await this.#withObject(name, async (object) => {
      const edition = this.#context.index.ensureEdition(object, version);
      const cost = fileCost(bytes.length);
      if (!(await this.#space.reserve(cost))) {
        return false;
      }
      let isKept = false;
      try {
        isKept =
          (edition.isFiled || (await this.#fileAbout(object))) && (await this.#writeSlice(pending, edition, bytes));
        return isKept;
      } finally {
        if (!isKept) {
          this.#context.room.release(cost);
        }
      }
    });
  }

  /** Holds the object while `action` runs; afterwards it is forgotten if nothing came of it. */
  async #withObject<Result>(name: string, action: (object: HeldObject) => Promise<Result>): Promise<Result> {
    const object = this.#context.index.ensureObject(name);
    object.writers += 1;
    try {
      return await action(object);
    } finally {
      object.writers -= 1;
      await this.#space.settle(object);
    }
  }

  async #writeSlice(pending: PendingPut, edition: SliceEdition, bytes: Uint8Array): Promise<boolean> {
    const { layout, turns, index, boots } = this.#context;
    const { object, tag } = edition;
    const path = layout.nextIncoming();
    try {
      const checksum = await this.#inLine(() => writeChecked(path, bytes));
      const name = formatSliceFileName({
        tag,
        index: pending.key.index,
        lengthBytes: bytes.length,
        checksum,
        boot: boots.textOf(0),
      });
      const target = `${layout.objectFolder(object.hash)}/${name}`;
      await turns.run(object.hash, async () => {
        if (!pending.isCancelled) {
          await rename(path, target);
        }
      });
      if (pending.isCancelled) {
        await turns.run(object.hash, () => rm(target, { force: true }));
        await rm(path, { force: true });
        return false;
      }
      const slot = index.add(edition, pending.key.index, bytes.length);
      index.slots.checksum[slot] = checksum;
      index.slots.trusted[slot] = 1;
      return true;
    } catch (error) {
      await rm(path, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  /**
   * Writes the file about an object, and makes its folder; false where there is no room. The room is reserved before the object's turn
   * comes: making room may need a turn of the same object.
   */
  async #fileAbout(object: HeldObject): Promise<boolean> {
    const { room, turns } = this.#context;
    const reserved =
      (object.storedBytes === 0 ? folderCost : 0) + fileCost(Buffer.byteLength(formatAbout(object)) + aboutSlackBytes);
    if (!(await this.#space.reserve(reserved))) {
      return false;
    }
    let takenBytes = 0;
    try {
      return await turns.run(object.hash, async () => {
        takenBytes = await this.#writeAbout(object, reserved);
        return takenBytes > 0;
      });
    } finally {
      room.release(reserved - takenBytes);
    }
  }

  /** @returns what of `reserved` is in use now, the file that was replaced having been released; 0 where it would not fit */
  async #writeAbout(object: HeldObject, reserved: number): Promise<number> {
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

  async #inLine<Result>(action: () => Promise<Result>): Promise<Result> {
    if (this.#writing >= mostWriting) {
      await new Promise<void>((resolve) => {
        this.#line.push(resolve);
      });
    } else {
      this.#writing += 1;
    }
    try {
      return await action();
    } finally {
      const next = this.#line.shift();
      if (next === undefined) {
        this.#writing -= 1;
      } else {
        next();
      }
    }
  }
}

/** Writes a new file and sums it up meanwhile. @returns the CRC-32 of `bytes` */
async function writeChecked(path: string, bytes: Uint8Array): Promise<number> {
  const descriptor = await openFile(path, "wx");
  try {
    let checksum = 0;
    for (let position = 0; position < bytes.length; position += pieceBytes) {
      const piece = bytes.subarray(position, position + pieceBytes);
      const written = writeAll(descriptor, piece, position);
      checksum = crc32(piece, checksum);
      await written;
    }
    return checksum;
  } finally {
    await closeFile(descriptor);
  }
}

async function writeAll(descriptor: number, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += await new Promise<number>((resolve, reject) => {
      write(descriptor, bytes, done, bytes.length - done, position + done, (error, count) => {
        if (error === null) {
          resolve(count);
        } else {
          reject(error);
        }
      });
    });
  }
}
