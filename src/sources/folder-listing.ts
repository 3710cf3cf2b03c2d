import type { Dirent } from "node:fs";
import { opendir } from "node:fs/promises";
import { type ListEntry, type ListOptions, type ListPage, throwIfAborted } from "../source/index.ts";
import { pageLimit } from "./key-listing.ts";

/** Entries of a folder that are sorted at a time; twice as many are held at most, however many there are. */
const usualRunEntries = 50_000;
/** Runs that are remembered for the pages to come, and for how long. */
const rememberedRuns = 4;
const freshMs = 60_000;

/** A folder, as the source that lists it sees it. */
export interface ListedFolder {
  /** What its keys begin with: `""`, or a path that ends in `/`. */
  readonly prefix: string;
  readonly path: string;
  /** What a name is to be listed as; nothing where it is not to be seen. */
  readonly entriesOf: (entry: Dirent) => readonly ListEntry[];
}

/** Consecutive entries of a folder, in the order of their keys. */
interface Run {
  readonly prefix: string;
  /** The key it begins behind; `""` at the folder's beginning. */
  readonly after: string;
  readonly entries: readonly ListEntry[];
  readonly isLast: boolean;
  readonly readAtMs: number;
}

/**
 * Lists folders page by page without holding a large one in memory: the system gives names in no order, so the next many thousand in order
 * are picked out of all, and serve the pages that follow. Reading a million names anew for each of a thousand pages would take hours.
 */
export class FolderListing {
  #runs: readonly Run[] = [];
  readonly #runEntries: number;

  constructor(runEntries: number = usualRunEntries) {
    this.#runEntries = runEntries;
  }

  /** The page after `options.cursor`, which is the last key of the page before: pages stay right when entries come and go. */
  async page(folder: ListedFolder, options: ListOptions): Promise<ListPage> {
    const after = options.cursor;
    const { prefix } = folder;
    const run = this.#remembered(prefix, after) ?? (await this.#read(folder, after, options.signal));
    const start = after === undefined ? 0 : run.entries.findIndex(({ key }) => key > after);
    const end = start + pageLimit(options);
    const entries = start === -1 ? [] : run.entries.slice(start, end);
    const isSpent = start === -1 || end >= run.entries.length;
    this.#remember(run, { isSpent, isAnew: after === undefined });
    const last = entries.at(-1);
    return last === undefined || (isSpent && run.isLast) ? { entries } : { entries, nextCursor: last.key };
  }

  /** First pages are always read anew: who asks for one wants to know how it is now. */
  #remembered(prefix: string, after: string | undefined): Run | undefined {
    const now = performance.now();
    this.#runs = this.#runs.filter(({ readAtMs }) => now - readAtMs < freshMs);
    if (after === undefined) {
      return undefined;
    }
    return this.#runs.find((run) => {
      const last = run.entries.at(-1)?.key;
      return run.prefix === prefix && run.after <= after && last !== undefined && after < last;
    });
  }

  /**
   * Only what holds a page to come is kept: the small folders within a large one, listed between its pages, would push it out. A walk that begins
   * anew drops what an earlier one read of the folder, or it would meet older entries further on.
   */
  #remember(run: Run, { isSpent, isAnew }: { readonly isSpent: boolean; readonly isAnew: boolean }): void {
    const others = this.#runs.filter((other) => other !== run && !(isAnew && other.prefix === run.prefix));
    this.#runs = (isSpent ? others : [run, ...others]).slice(0, rememberedRuns);
  }

  async #read({ prefix, path, entriesOf }: ListedFolder, after = "", signal?: AbortSignal): Promise<Run> {
    const readAtMs = performance.now();
    let nearest: ListEntry[] = [];
    let farthest: string | undefined;
    for await (const dirent of await opendir(path, { bufferSize: 1024 })) {
      throwIfAborted(signal, `Cannot list "${prefix}"`);
      const wanted = entriesOf(dirent).filter(({ key }) => key > after && (farthest === undefined || key <= farthest));
      nearest.push(...wanted);
      if (nearest.length >= 2 * this.#runEntries) {
        nearest = nearest.sort(byKey).slice(0, this.#runEntries);
        farthest = nearest.at(-1)?.key;
      }
    }
    const entries = nearest.sort(byKey).slice(0, this.#runEntries);
    // Once one was passed over there are more, and the run is cut at its length.
    const isLast = farthest === undefined && entries.length === nearest.length;
    return { prefix, after, entries, isLast, readAtMs };
  }
}

function byKey(a: ListEntry, b: ListEntry): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
