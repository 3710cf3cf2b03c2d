import { constants, fstat, open } from "node:fs";
import { promisify } from "node:util";
import { HotBlocks } from "./disk-hot-blocks.ts";
import { DiskSliceFile } from "./disk-slice-file.ts";

const openFile = promisify(open);
const statFile = promisify(fstat);

/** How often it is seen to that nothing stays open that was dropped: it takes room on the disk until then. */
const checkEveryMs = 2000;

/** Options of {@link HeldFiles}. */
export interface HeldFilesOptions {
  /** Memory for blocks that small reads come back to. */
  readonly memoryBytes: number;
  /** Files that stay open after their last reader. @default 256 */
  readonly mostIdle?: number;
}

interface OpenFile {
  readonly file: DiskSliceFile;
  readonly descriptor: number;
}

/** Slices' files of a folder that another process holds, open for as long as they are read, and then until they are dropped or others need the place. */
export class HeldFiles implements AsyncDisposable {
  readonly #tier: HotBlocks;
  readonly #mostIdle: number;
  readonly #files = new Map<string, OpenFile>();
  /** In the order in which their last readers left. */
  readonly #idle = new Map<string, OpenFile>();
  readonly #opening = new Map<string, Promise<DiskSliceFile | undefined>>();
  readonly #timer: NodeJS.Timeout;

  constructor({ memoryBytes, mostIdle = 256 }: HeldFilesOptions) {
    this.#tier = new HotBlocks(memoryBytes);
    this.#mostIdle = mostIdle;
    this.#timer = setInterval(() => void this.#closeDropped(), checkEveryMs).unref();
  }

  /**
   * The slice's file, entered for the caller, who leaves it; `undefined` where it cannot be had, for whatever reason: then he who
   * holds the folder knows what to do.
   */
  enter(path: string, lengthBytes: number): DiskSliceFile | Promise<DiskSliceFile | undefined> {
    return this.#enterOpen(path) ?? this.#openAndEnter(path, lengthBytes);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([...this.#idle.values()].map(({ file }) => file.retire()));
  }

  #enterOpen(path: string): DiskSliceFile | undefined {
    const file = this.#files.get(path)?.file;
    if (file !== undefined) {
      this.#idle.delete(path);
      file.enter();
    }
    return file;
  }

  async #openAndEnter(path: string, lengthBytes: number): Promise<DiskSliceFile | undefined> {
    let opening = this.#opening.get(path);
    if (opening === undefined) {
      opening = this.#open(path, lengthBytes).finally(() => this.#opening.delete(path));
      this.#opening.set(path, opening);
    }
    return (await opening) === undefined ? undefined : this.#enterOpen(path);
  }

  async #open(path: string, lengthBytes: number): Promise<DiskSliceFile | undefined> {
    const descriptor = await openFile(path, constants.O_RDONLY).catch(() => undefined);
    if (descriptor === undefined) {
      return undefined;
    }
    const file = new DiskSliceFile({ path, lengthBytes, descriptor }, this.#tier, (idle) => this.#rest(idle));
    const stats = await statFile(descriptor).catch(() => undefined);
    if (stats?.size !== lengthBytes) {
      await file.retire();
      return undefined;
    }
    this.#files.set(path, { file, descriptor });
    this.#rest(file);
    return file;
  }

  #rest(file: DiskSliceFile): void {
    const open = this.#files.get(file.path);
    if (open?.file === file) {
      this.#idle.set(file.path, open);
    }
    if (this.#idle.size > this.#mostIdle) {
      const [oldest] = this.#idle.values();
      this.#close(oldest?.file);
    }
  }

  async #closeDropped(): Promise<void> {
    for (const { file, descriptor } of [...this.#idle.values()]) {
      // Entered, so that its descriptor does not come to mean another file while the system looks.
      const entered = this.#enterOpen(file.path);
      const stats = entered === file ? await statFile(descriptor).catch(() => undefined) : undefined;
      if (stats?.nlink === 0) {
        this.#close(file);
      }
      entered?.leave();
    }
  }

  #close(file: DiskSliceFile | undefined): void {
    if (file !== undefined) {
      this.#files.delete(file.path);
      this.#idle.delete(file.path);
      void file.retire();
    }
  }
}
