import { watch } from "chokidar";
import { sep } from "node:path";
import type { ScanReport } from "./scan-report.ts";
import type { SourceChanges } from "./scanner.ts";
import type { ChangedFolder } from "./source-scan.ts";

/** Options of {@link watchFolder}. */
export interface FolderWatchOptions {
  readonly root: string;
  /**
   * Called with what changed, never twice at a time; the next changes are gathered meanwhile. What meets a scan that is under way (`busy`)
   * comes again later.
   */
  readonly onChanges: (changes: SourceChanges) => Promise<Pick<ScanReport, "result">>;
  /** Watching does not work (any more): too many folders for the system's limit, say. Scans have to do. */
  readonly onError: (error: Error) => void;
  /** Quiet to wait for, in milliseconds: files are written in pieces. @default 1500 */
  readonly quietMs?: number | undefined;
  /** Where it is never quiet, changes are passed on after so long. @default 30000 */
  readonly longestWaitMs?: number | undefined;
}

const defaultQuietMs = 1500;
const busyWaitMs = 5000;

/** Watches a local folder. Resolves once it does; dispose of it to stop. */
export async function watchFolder(options: FolderWatchOptions): Promise<AsyncDisposable> {
  const changes = new PendingChanges(options);
  const root = options.root.endsWith(sep) ? options.root.slice(0, -1) : options.root;
  const watcher = watch(root, {
    ignoreInitial: true,
    followSymlinks: false,
    // Hidden names do not exist for the source either.
    ignored: (path) => path.slice(root.length).includes(`${sep}.`),
  });
  const keyOf = (path: string): string => path.slice(root.length + 1).replaceAll(sep, "/");
  watcher.on("add", (path) => changes.addPresent(keyOf(path)));
  watcher.on("change", (path) => changes.addPresent(keyOf(path)));
  watcher.on("unlink", (path) => changes.addRemoved(keyOf(path)));
  watcher.on("addDir", (path) => changes.addFolder(`${keyOf(path)}/`, true));
  watcher.on("error", (error) => options.onError(error instanceof Error ? error : new Error(String(error))));
  await new Promise<void>((resolve) => {
    watcher.once("ready", () => resolve());
  });
  return {
    [Symbol.asyncDispose]: async () => {
      changes.stop();
      await watcher.close();
      await changes.settled();
    },
  };
}

function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf("/") + 1);
}

/** Gathers changes until it is quiet. */
class PendingChanges {
  readonly #options: FolderWatchOptions;
  readonly #folders = new Map<string, boolean>();
  readonly #removed = new Set<string>();
  /** Keys that were seen to come since the last changes were passed on. */
  readonly #present = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #sinceMs: number | undefined;
  #running: Promise<void> | undefined;
  #isStopped = false;

  constructor(options: FolderWatchOptions) {
    this.#options = options;
  }

  addFolder(prefix: string, isRecursive: boolean): void {
    this.#folders.set(prefix === "/" ? "" : prefix, isRecursive || this.#folders.get(prefix) === true);
    this.#wait();
  }

  /** Many programs replace a file by removing it first. */
  addPresent(key: string): void {
    this.#removed.delete(key);
    this.#present.add(key);
    this.addFolder(folderOf(key), false);
  }

  addRemoved(key: string): void {
    this.#removed.add(key);
    this.#present.delete(key);
    // What lies beside it may have lost its captions or cover with it.
    this.addFolder(folderOf(key), false);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  /** Resolves once what was being passed on is done with. */
  async settled(): Promise<void> {
    await this.#running;
  }

  #wait(quietMs: number = this.#options.quietMs ?? defaultQuietMs): void {
    if (this.#isStopped || this.#running !== undefined) {
      return;
    }
    const { longestWaitMs = 30_000 } = this.#options;
    const nowMs = performance.now();
    this.#sinceMs ??= nowMs;
    clearTimeout(this.#timer);
    const waitMs = Math.min(quietMs, Math.max(0, this.#sinceMs + longestWaitMs - nowMs));
    this.#timer = setTimeout(() => {
      this.#running = this.#pass();
    }, waitMs);
  }

  async #pass(): Promise<void> {
    const folders: ChangedFolder[] = [...this.#folders].map(([prefix, isRecursive]) => ({ prefix, isRecursive }));
    const removedKeys = [...this.#removed];
    this.#folders.clear();
    this.#removed.clear();
    this.#present.clear();
    this.#sinceMs = undefined;
    let waitMs = this.#options.quietMs ?? defaultQuietMs;
    try {
      const { result } = await this.#options.onChanges({ folders, removedKeys });
      if (result === "busy") {
        this.#takeBack({ folders, removedKeys });
        waitMs = busyWaitMs;
      }
    } catch (error) {
      this.#options.onError(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#running = undefined;
      if (this.#folders.size > 0) {
        this.#wait(waitMs);
      }
    }
  }

  /** What has been seen since counts for more: a file may have come back. */
  #takeBack({ folders, removedKeys }: SourceChanges): void {
    for (const { prefix, isRecursive } of folders) {
      this.#folders.set(prefix, isRecursive || this.#folders.get(prefix) === true);
    }
    for (const key of removedKeys) {
      if (!this.#present.has(key)) {
        this.#removed.add(key);
      }
    }
  }
}
