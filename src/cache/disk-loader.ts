import { readdir, readFile, rm, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type DiskAbout, parseAbout } from "./disk-about.ts";
import type { DiskContext } from "./disk-context.ts";
import { aboutName, fileCost, folderCost, parseSliceFileName } from "./disk-layout.ts";
import type { DiskSpace } from "./disk-space.ts";
import { unlessMissing } from "./disk-trouble.ts";
import type { HeldObject, SliceEdition } from "./slice-index.ts";
import { hashName } from "./slice-names.ts";

/** Names taken up before others may use the process again: about a millisecond's work. */
const stepNames = 1000;
/** Objects read at once; the thread pool has four threads, and viewers come first. */
const loadersCount = 2;
const hourMs = 3_600_000;

/**
 * Finds out what an earlier process left: object by object, all of them in the background, and any at once when it is asked for. An
 * object takes three calls, a slice none.
 */
export class DiskLoader {
  readonly #context: DiskContext;
  readonly #space: DiskSpace;
  /** What happens in the folder must be known before its slices count: by hash, only until all are loaded. */
  readonly #loaded = new Set<string>();
  #isComplete = false;
  readonly #stopped = Promise.withResolvers<void>();
  #isStopped = false;
  #all: Promise<void> | undefined;

  constructor(context: DiskContext, space: DiskSpace) {
    this.#context = context;
    this.#space = space;
  }

  /** Whether the index knows all there is. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Resolves when the index knows of the object what there is to know. */
  async ensure(object: string): Promise<void> {
    if (!this.#isComplete) {
      await this.#loadObject(hashName(object));
    }
  }

  /** Loads all there is, and trims it to the limit. Resolves also where it is stopped; where it fails, the next call tries again. */
  all(): Promise<void> {
    this.#all ??= this.#loadAll().catch((error: unknown) => {
      this.#all = undefined;
      throw error;
    });
    return this.#all;
  }

  stop(): void {
    this.#isStopped = true;
    this.#stopped.resolve();
  }

  async #loadAll(): Promise<void> {
    const { layout, room } = this.#context;
    await Promise.race([rm(layout.trash, { recursive: true, force: true }), this.#stopped.promise]);
    for (const fan of layout.fanFolders()) {
      const hashes = await readdir(fan);
      await Promise.all(Array.from({ length: loadersCount }, () => this.#loadInTurn(hashes)));
      if (this.#isStopped) {
        return;
      }
    }
    room.noteAllFound();
    this.#isComplete = true;
    this.#loaded.clear();
    await this.#space.trim(() => this.#isStopped);
  }

  async #loadInTurn(hashes: string[]): Promise<void> {
    for (let hash = hashes.pop(); hash !== undefined && !this.#isStopped; hash = hashes.pop()) {
      await this.#loadObject(hash);
    }
  }

  async #loadObject(hash: string): Promise<void> {
    if (!this.#loaded.has(hash)) {
      const object = await this.#context.turns.run(hash, () => this.#readFolder(hash));
      if (object !== undefined) {
        await this.#space.settle(object);
      }
    }
  }

  /** @returns the object where this call found it */
  async #readFolder(hash: string): Promise<HeldObject | undefined> {
    if (this.#loaded.has(hash)) {
      return undefined;
    }
    const folder = this.#context.layout.objectFolder(hash);
    const names = await unlessMissing(readdir(folder));
    const about = names === undefined ? undefined : await readAbout(folder, hash);
    if (about === undefined) {
      // Without the file about it nobody can tell whose slices these are.
      await rm(folder, { recursive: true, force: true });
      this.#loaded.add(hash);
      return undefined;
    }
    const { mtimeMs } = await stat(folder);
    const object = await this.#takeUp(about, names ?? [], usesGuessedAt(mtimeMs));
    this.#loaded.add(hash);
    return object;
  }

  async #takeUp({ about, lengthBytes }: ReadAbout, names: readonly string[], uses: number): Promise<HeldObject> {
    const { index, room, layout } = this.#context;
    const object = index.ensureObject(about.object);
    // Held until all its slices are known, so that making room does not forget it in between.
    object.writers += 1;
    object.record = about.record;
    object.storedBytes = folderCost + fileCost(lengthBytes);
    room.noteFound(object.storedBytes);
    const editions = new Map(about.versions.map((version) => [index.ensureEdition(object, version).tag, version]));
    for (const [number, name] of names.entries()) {
      if (number % stepNames === stepNames - 1) {
        await nextTurn();
      }
      if (name !== aboutName && !this.#addSlice(object, editions, name, uses)) {
        await unlessMissing(unlink(join(layout.objectFolder(object.hash), name)));
      }
    }
    for (const edition of object.editions.values()) {
      edition.isFiled = true;
    }
    object.writers -= 1;
    return object;
  }

  #addSlice(object: HeldObject, editions: ReadonlyMap<string, string>, name: string, uses: number): boolean {
    const { index, room, boots, sliceBytes } = this.#context;
    const parsed = parseSliceFileName(name);
    const version = parsed === undefined ? undefined : editions.get(parsed.tag);
    const boot = parsed === undefined ? undefined : boots.numberOf(parsed.boot);
    if (parsed === undefined || version === undefined || boot === undefined || parsed.lengthBytes > sliceBytes) {
      return false;
    }
    const edition: SliceEdition = index.ensureEdition(object, version);
    if (edition.slots.has(parsed.index)) {
      return false;
    }
    const slot = index.add(edition, parsed.index, parsed.lengthBytes, uses);
    index.slots.checksum[slot] = parsed.checksum;
    index.slots.boot[slot] = boot;
    index.slots.trusted[slot] = boot === 0 ? 1 : 0;
    room.noteFound(fileCost(parsed.lengthBytes));
    return true;
  }
}

interface ReadAbout {
  readonly about: DiskAbout;
  readonly lengthBytes: number;
}

async function readAbout(folder: string, hash: string): Promise<ReadAbout | undefined> {
  const text = await unlessMissing(readFile(join(folder, aboutName), "utf8"));
  const about = text === undefined ? undefined : parseAbout(text, hash);
  return text === undefined || about === undefined ? undefined : { about, lengthBytes: Buffer.byteLength(text) };
}

/** What was used last is told by the folder's time, to the hour; all that the eviction needs is a start. */
function usesGuessedAt(mtimeMs: number): number {
  const ageMs = Date.now() - mtimeMs;
  return ageMs < hourMs ? 2 : ageMs < 24 * hourMs ? 1 : 0;
}
