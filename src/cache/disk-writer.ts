import { rename, rm } from "node:fs/promises";
import { DiskAboutWriter } from "./disk-about-writer.ts";
import { writeChecked } from "./disk-checked-write.ts";
import type { DiskContext } from "./disk-context.ts";
import { fileCost, formatSliceFileName } from "./disk-layout.ts";
import type { DiskSpace } from "./disk-space.ts";
import type { HeldObject, SliceEdition } from "./slice-index.ts";
import { isSelected } from "./slice-listing.ts";
import type { ObjectRecord, SliceKey, SliceSelection } from "./slice-store.ts";

/** Slices written at once: the thread pool has four threads, and readers need some. */
const mostWriting = 2;

interface PendingPut {
  readonly key: SliceKey;
  isCancelled: boolean;
  result: Promise<boolean>;
}

/** Writes slices and what is known of their objects: to a file in `incoming/` first, which then gets its name in one step. */
export class DiskWriter {
  readonly #context: DiskContext;
  readonly #space: DiskSpace;
  readonly #about: DiskAboutWriter;
  readonly #pending = new Map<string, PendingPut>();
  readonly #line: (() => void)[] = [];
  readonly #underWay = new Set<Promise<unknown>>();
  #writing = 0;
  #isClosed = false;

  constructor(context: DiskContext, space: DiskSpace) {
    this.#context = context;
    this.#space = space;
    this.#about = new DiskAboutWriter(context, space);
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
      if (!(await this.#about.write(object)) && object.storedBytes === 0) {
        object.record = before;
      }
    });
  }

  /** Brings the file about an object up to date, where the object stays although things of it went. */
  async refile(object: HeldObject): Promise<void> {
    await this.#withObject(object.name, (same) => this.#about.write(same));
  }

  /** Takes nothing more, and resolves when nothing is being put any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled([...this.#pending.values()].map((pending) => pending.result));
    await Promise.allSettled(this.#underWay);
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
          (edition.isFiled || (await this.#about.write(object))) && (await this.#writeSlice(pending, edition, bytes));
        return isKept;
      } finally {
        if (!isKept) {
          this.#context.room.release(cost);
        }
      }
    });
  }

  #withObject<Result>(name: string, action: (object: HeldObject) => Promise<Result>): Promise<Result> {
    const running = this.#holdingObject(name, action).finally(() => this.#underWay.delete(running));
    this.#underWay.add(running);
    return running;
  }

  /** Holds the object while `action` runs; afterwards it is forgotten if nothing came of it. */
  async #holdingObject<Result>(name: string, action: (object: HeldObject) => Promise<Result>): Promise<Result> {
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
