import { statfs } from "node:fs/promises";
import { describeTrouble, isDiskTrouble, systemCode } from "./disk-trouble.ts";
import { OwedRemovals } from "./owed-removals.ts";
import { DiskVolume, type DiskVolumeOptions, FolderInUseError } from "./disk-volume.ts";
import type { SharingSliceStore, SliceFiles, SliceRun } from "./slice-sharing.ts";
import { assertSliceLength, assertSliceStoreOptions } from "./slice-store-options.ts";
import type {
  CachedObjectPage,
  ObjectRecord,
  Slice,
  SliceKey,
  SliceListOptions,
  SliceSelection,
  SliceStoreState,
  SliceTotals,
} from "./slice-store.ts";

const mebibyte = 1024 * 1024;
const tellShortageAfterMs = 60_000;
const nothing: SliceTotals = { objects: 0, slices: 0, bytes: 0 };

/** Options of {@link openDiskSliceStore}. */
export interface DiskSliceStoreOptions {
  /** The cache's own folder, made where there is none. All in it belongs to the cache. */
  readonly folder: string;
  /** Size of the grid, in bytes. What was kept on another grid is deleted. */
  readonly sliceBytes: number;
  /** Most bytes the folder may take on disk, sizes rounded up to 4 KiB, folders and files under way included. */
  readonly limitBytes: number;
  /** Memory for blocks that small reads come back to. @default 64 MiB */
  readonly memoryBytes?: number | undefined;
  /** Files that stay open after their last reader. @default 256 */
  readonly idleFiles?: number | undefined;
  /** How long the store stays off after the disk failed, in milliseconds. @default 30,000 */
  readonly retryAfterMs?: number | undefined;
  /** Told, once a minute at most, that something was not kept or read for want of descriptors or memory; the store stays on. */
  readonly onShortage?: ((reason: string) => void) | undefined;
}

/**
 * Opens a slice store in a folder. Answers at once, however much is held; what is held is found out in the background.
 *
 * Where the disk does not let it work, the store is `off`, and tries again by itself.
 *
 * @throws {FolderInUseError} where another process uses the folder
 */
export async function openDiskSliceStore(options: DiskSliceStoreOptions): Promise<SharingSliceStore> {
  assertSliceStoreOptions(options);
  const store = new DiskSliceStore(options);
  await store.start();
  return store;
}

class DiskSliceStore implements SharingSliceStore {
  readonly sliceBytes: number;
  readonly limitBytes: number;
  readonly counters = { evictions: 0, damaged: 0, failures: 0 };
  readonly #options: DiskSliceStoreOptions;
  #state: SliceStoreState = { kind: "on" };
  #volume: DiskVolume | undefined;
  /** The volume being closed; the next one waits for it. */
  #closing: Promise<void> = Promise.resolve();
  #retry: NodeJS.Timeout | undefined;
  #hasFailed = false;
  #isDisposed = false;
  #shortageToldAt = -Infinity;
  readonly #owed = new OwedRemovals();
  readonly #removalListeners: ((selection: SliceSelection) => void)[] = [];

  constructor(options: DiskSliceStoreOptions) {
    this.#options = options;
    this.sliceBytes = options.sliceBytes;
    this.limitBytes = options.limitBytes;
  }

  get state(): SliceStoreState {
    return this.#state;
  }

  async start(): Promise<void> {
    try {
      await this.#openVolume();
    } catch (error) {
      if (error instanceof FolderInUseError) {
        throw error;
      }
      this.counters.failures += 1;
      this.#turnOff("open", error);
    }
  }

  has(key: SliceKey): Promise<boolean> {
    return this.#attempt("read", (volume) => volume.has(key), false);
  }

  open(key: SliceKey): Promise<Slice | undefined> {
    return this.#attempt("read", (volume) => volume.open(key), undefined);
  }

  async put(key: SliceKey, bytes: Uint8Array): Promise<boolean> {
    assertSliceLength(bytes, this.sliceBytes);
    return await this.#attempt("write to", (volume) => volume.put(key, bytes), false);
  }

  readRecord(object: string): Promise<ObjectRecord | undefined> {
    return this.#attempt("read", (volume) => volume.readRecord(object), undefined);
  }

  writeRecord(record: ObjectRecord): Promise<void> {
    return this.#attempt("write to", (volume) => volume.writeRecord(record), undefined);
  }

  async remove(selection: SliceSelection): Promise<SliceTotals> {
    this.#announceRemoval(selection);
    if (selection.kind === "other-versions") {
      // Versions never meet: what stays of others takes room, no more, and goes when it is needed.
      return await this.#attempt("write to", (volume) => volume.remove(selection), nothing);
    }
    const volume = this.#volume;
    try {
      if (volume !== undefined) {
        return await volume.remove(selection);
      }
    } catch (error) {
      this.counters.failures += 1;
      if (volume === this.#volume) {
        // Off after a shortage too: what is to go must not be served meanwhile.
        this.#turnOff("write to", error);
      }
    }
    this.#owed.add(selection);
    return nothing;
  }

  list(options?: SliceListOptions): Promise<CachedObjectPage> {
    return this.#attempt("read", (volume) => volume.list(options), { entries: [] });
  }

  stat(): Promise<SliceTotals> {
    return this.#attempt("read", (volume) => volume.stat(), nothing);
  }

  filesOf(object: string, version: string, run: SliceRun): Promise<SliceFiles> {
    const none: SliceFiles = { folder: "", names: [] };
    return this.#attempt("read", (volume) => volume.filesOf(object, version, run), none);
  }

  noteUses(object: string, version: string, indexes: readonly number[]): void {
    this.#volume?.noteUses(object, version, indexes);
  }

  watchRemovals(listener: (selection: SliceSelection) => void): void {
    this.#removalListeners.push(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    clearTimeout(this.#retry);
    this.#state = { kind: "off", reason: `The cache folder ${this.#options.folder} was closed` };
    this.#closeVolume();
    await this.#closing;
  }

  /** Disk trouble is no error for those above: the store is off, and what they asked for is not held. */
  async #attempt<Result>(
    doing: string,
    action: (volume: DiskVolume) => Promise<Result>,
    otherwise: Result,
  ): Promise<Result> {
    const volume = this.#volume;
    if (volume === undefined) {
      return otherwise;
    }
    try {
      return await action(volume);
    } catch (error) {
      this.#onTrouble(volume, doing, error);
      return otherwise;
    }
  }

  #onTrouble(volume: DiskVolume, doing: string, error: unknown): void {
    this.counters.failures += 1;
    if (!isDiskTrouble(error)) {
      this.#tellShortage(doing, error);
    } else if (volume === this.#volume) {
      this.#turnOff(doing, error);
    }
  }

  #tellShortage(doing: string, error: unknown): void {
    const now = performance.now();
    if (now - this.#shortageToldAt >= tellShortageAfterMs) {
      this.#shortageToldAt = now;
      this.#options.onShortage?.(describeTrouble(doing, this.#options.folder, error));
    }
  }

  #turnOff(doing: string, error: unknown): void {
    const reason =
      error instanceof FolderInUseError ? error.message : describeTrouble(doing, this.#options.folder, error);
    this.#state = { kind: "off", reason };
    this.#hasFailed ||= systemCode(error) === "EIO";
    this.#announceRemoval({ kind: "prefix", prefix: "" });
    this.#closeVolume();
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#reopen(), this.#options.retryAfterMs ?? 30_000);
    this.#retry.unref();
  }

  #announceRemoval(selection: SliceSelection): void {
    this.#removalListeners.forEach((listener) => listener(selection));
  }

  #closeVolume(): void {
    const volume = this.#volume;
    this.#volume = undefined;
    if (volume !== undefined) {
      const before = this.#closing;
      this.#closing = before.then(() => volume.close());
    }
  }

  async #reopen(): Promise<void> {
    await this.#closing;
    if (this.#isDisposed || this.#volume !== undefined) {
      return;
    }
    try {
      await this.#assertFreeSpace();
      await this.#openVolume();
    } catch (error) {
      if (!this.#isDisposed) {
        this.#turnOff("open", error);
      }
    }
  }

  /** Without this, a store on a full disk would go on and off for ever. */
  async #assertFreeSpace(): Promise<void> {
    const { bavail, bsize } = await statfs(this.#options.folder).catch(() => ({ bavail: Infinity, bsize: 1 }));
    if (bavail * bsize < Math.max(4 * this.sliceBytes, mebibyte)) {
      throw Object.assign(new Error("the disk is full"), { code: "ENOSPC" });
    }
  }

  async #openVolume(): Promise<void> {
    const options: DiskVolumeOptions = {
      folder: this.#options.folder,
      sliceBytes: this.sliceBytes,
      limitBytes: this.limitBytes,
      memoryBytes: this.#options.memoryBytes ?? 64 * mebibyte,
      idleFiles: this.#options.idleFiles ?? 256,
      counters: this.counters,
      startsAfresh: this.#hasFailed,
      onTrouble: (volume, doing, error) => this.#onTrouble(volume, doing, error),
    };
    const volume = await DiskVolume.open(options);
    try {
      await this.#owed.settle(volume);
    } catch (error) {
      await volume.close();
      throw error;
    }
    if (this.#isDisposed) {
      await volume.close();
      return;
    }
    this.#volume = volume;
    this.#hasFailed = false;
    this.#state = { kind: "on" };
  }
}
