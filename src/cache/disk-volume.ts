import { mkdir, rm, utimes } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { BootTags, type DiskContext } from "./disk-context.ts";
import { DiskFiles } from "./disk-files.ts";
import { readyFormat } from "./disk-format.ts";
import { HotBlocks } from "./disk-hot-blocks.ts";
import { bootTag, DiskLayout, fileCost } from "./disk-layout.ts";
import { DiskLoader } from "./disk-loader.ts";
import { type FolderLock, takeFolderLock } from "./disk-lock.ts";
import { DiskRoom } from "./disk-room.ts";
import { sharedFilesOf } from "./disk-sharing.ts";
import { DiskSlice } from "./disk-slice.ts";
import { DiskSpace } from "./disk-space.ts";
import { isDiskTrouble, systemCode } from "./disk-trouble.ts";
import { Turns } from "./disk-turns.ts";
import { DiskWriter } from "./disk-writer.ts";
import { type HeldObject, SliceIndex } from "./slice-index.ts";
import { isSelected, listHeld, selectObjects } from "./slice-listing.ts";
import type { SliceFiles, SliceRun } from "./slice-sharing.ts";
import { noSlot } from "./slice-slots.ts";
import type {
  CachedObjectPage,
  ObjectRecord,
  Slice,
  SliceKey,
  SliceListOptions,
  SliceSelection,
  SliceTotals,
} from "./slice-store.ts";

/** A small cache is read so quickly that it is better complete from the start. */
const patienceMs = 100;
/** After a shortage of descriptors or memory, what lies in the folder is read on. */
const loadAgainAfterMs = 1000;
/** How exactly the last use of an object is noted on disk, for the next process. */
const noteUseAfterMs = 600_000;

/** What a volume needs to know. */
export interface DiskVolumeOptions {
  readonly folder: string;
  readonly sliceBytes: number;
  readonly limitBytes: number;
  readonly memoryBytes: number;
  readonly idleFiles: number;
  readonly counters: { evictions: number; damaged: number };
  /** True after the disk has failed: the kernel may have lost what it had promised to write, so all is checked again. */
  readonly startsAfresh: boolean;
  /** Told of failures that no call waits for, or that a reader met. */
  readonly onTrouble: (volume: DiskVolume, doing: string, error: unknown) => void;
}

/** The folder is used by another store. */
export class FolderInUseError extends Error {
  override readonly name = "FolderInUseError";
}

/** A cache folder in use, from taking its lock to giving it back. Rejects where the disk fails; the store above then turns off. */
export class DiskVolume {
  readonly #options: DiskVolumeOptions;
  readonly #context: DiskContext;
  readonly #lock: FolderLock;
  readonly #space: DiskSpace;
  readonly #loader: DiskLoader;
  readonly #writer: DiskWriter;

  private constructor(options: DiskVolumeOptions, layout: DiskLayout, lock: FolderLock, salt: string) {
    const { sliceBytes, limitBytes, counters } = options;
    const index = new SliceIndex({ limitBytes, sliceBytes, costOf: fileCost });
    const boots = new BootTags(bootTag(salt));
    const tier = new HotBlocks(options.memoryBytes);
    const files = new DiskFiles({ layout, index, boots, tier, mostIdle: options.idleFiles });
    const room = new DiskRoom(layout, limitBytes);
    const turns = new Turns();
    this.#options = options;
    this.#context = { layout, sliceBytes, limitBytes, index, room, turns, boots, files, counters };
    this.#lock = lock;
    this.#space = new DiskSpace(this.#context);
    this.#loader = new DiskLoader(this.#context, this.#space);
    this.#writer = new DiskWriter(this.#context, this.#space);
  }

  /** @throws {FolderInUseError} and what the disk says */
  static async open(options: DiskVolumeOptions): Promise<DiskVolume> {
    const layout = new DiskLayout(options.folder);
    await mkdir(layout.folder, { recursive: true });
    const lock = takeFolderLock(layout.lock);
    if (lock === undefined) {
      throw new FolderInUseError(
        `Cannot use the cache folder ${options.folder}: another process is using it. Stop that one, or give each its own folder.`,
      );
    }
    try {
      await rm(layout.incoming, { recursive: true, force: true });
      await mkdir(layout.incoming);
      const volume = new DiskVolume(options, layout, lock, await readyFormat(layout, options));
      await volume.#start();
      return volume;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  async has(key: SliceKey): Promise<boolean> {
    return (await this.#find(key)) !== noSlot;
  }

  async open(key: SliceKey): Promise<Slice | undefined> {
    const known = this.#context.index.find(key.object, key.version, key.index);
    const slot = known === noSlot ? await this.#find(key) : known;
    if (slot === noSlot) {
      return undefined;
    }
    const { index, files, counters } = this.#context;
    index.use(slot);
    this.#noteUse(index.slots.owner[slot]?.object);
    const opening = files.open(slot);
    const file = opening instanceof Promise ? await opening : opening;
    if (typeof file === "string") {
      if (file !== "gone") {
        counters.damaged += file === "damaged" ? 1 : 0;
        await this.#dropKey(key);
      }
      return undefined;
    }
    const name = `slice ${key.index} of "${key.object}"`;
    return new DiskSlice(name, file, (error) => this.#onReadTrouble(key, error));
  }

  async put(key: SliceKey, bytes: Uint8Array): Promise<boolean> {
    return (await this.#find(key)) === noSlot ? await this.#writer.put(key, bytes) : true;
  }

  async readRecord(object: string): Promise<ObjectRecord | undefined> {
    await this.#loader.ensure(object);
    return this.#context.index.objects.get(object)?.record;
  }

  async writeRecord(record: ObjectRecord): Promise<void> {
    await this.#loader.ensure(record.object);
    await this.#writer.writeRecord(record);
  }

  async remove(selection: SliceSelection): Promise<SliceTotals> {
    await (selection.kind === "prefix" ? this.#loader.all() : this.#loader.ensure(selection.object));
    this.#writer.cancel(selection);
    const totals = { objects: 0, slices: 0, bytes: 0 };
    for (const object of await selectObjects(this.#context.index, selection)) {
      const drops: Promise<void>[] = [];
      for (const edition of object.editions.values()) {
        if (isSelected(selection, object.name, edition.version)) {
          totals.slices += edition.slots.size;
          totals.bytes += edition.bytes;
          drops.push(...[...edition.slots.values()].map((slot) => this.#space.drop(slot)));
        }
      }
      await this.#forgetRecord(object, selection);
      await Promise.all(drops);
      totals.objects += (await this.#space.settle(object)) ? 1 : 0;
    }
    return totals;
  }

  async filesOf(object: string, version: string, run: SliceRun): Promise<SliceFiles> {
    await this.#loader.ensure(object);
    return sharedFilesOf(this.#context, object, version, run);
  }

  noteUses(object: string, version: string, indexes: readonly number[]): void {
    const { index } = this.#context;
    for (const number of indexes) {
      const slot = index.find(object, version, number);
      if (slot !== noSlot) {
        index.use(slot);
        this.#noteUse(index.slots.owner[slot]?.object);
      }
    }
  }

  async list(options?: SliceListOptions): Promise<CachedObjectPage> {
    await this.#loader.all();
    return await listHeld(this.#context.index, options);
  }

  async stat(): Promise<SliceTotals> {
    await this.#loader.all();
    return this.#context.index.totals;
  }

  /** Lets go of the folder. Slices that are open stay readable until they are disposed of. */
  async close(): Promise<void> {
    this.#loader.stop();
    await this.#writer.close();
    await this.#loader.all().catch(() => undefined);
    await this.#context.turns.idle();
    await this.#context.files.close();
    await this.#context.room.close().catch(() => undefined);
    this.#lock.release();
  }

  async #start(): Promise<void> {
    const { layout, room } = this.#context;
    await Promise.all(layout.fanFolders().map((fan) => mkdir(fan, { recursive: true })));
    await room.open();
    await Promise.race([this.#load(), sleep(patienceMs, undefined, { ref: false })]);
  }

  async #load(): Promise<void> {
    try {
      await this.#loader.all();
    } catch (error) {
      this.#options.onTrouble(this, "read", error);
      if (!isDiskTrouble(error)) {
        await sleep(loadAgainAfterMs, undefined, { ref: false });
        await this.#load();
      }
    }
  }

  async #find({ object, version, index }: SliceKey): Promise<number> {
    const slot = this.#context.index.find(object, version, index);
    if (slot !== noSlot || this.#loader.isComplete) {
      return slot;
    }
    await this.#loader.ensure(object);
    return this.#context.index.find(object, version, index);
  }

  async #dropKey({ object, version, index }: SliceKey): Promise<void> {
    await this.#space.drop(this.#context.index.find(object, version, index));
    const held = this.#context.index.objects.get(object);
    if (held !== undefined) {
      await this.#space.settle(held);
    }
  }

  async #forgetRecord(object: HeldObject, selection: SliceSelection): Promise<void> {
    if (selection.kind !== "other-versions" && object.record !== undefined) {
      object.record = undefined;
      if (object.writers > 0) {
        await this.#writer.refile(object);
      }
    }
  }

  #noteUse(object: HeldObject | undefined): void {
    const nowMs = Date.now();
    if (object !== undefined && nowMs - object.notedAtMs > noteUseAfterMs) {
      object.notedAtMs = nowMs;
      // No more than a hint for the next start.
      utimes(this.#context.layout.objectFolder(object.hash), nowMs / 1000, nowMs / 1000).catch(() => undefined);
    }
  }

  #onReadTrouble(key: SliceKey, error: unknown): void {
    if (systemCode(error) === undefined) {
      this.#context.counters.damaged += 1;
      this.#dropKey(key).catch((trouble: unknown) => this.#options.onTrouble(this, "write to", trouble));
    } else {
      this.#options.onTrouble(this, "read", error);
    }
  }
}
