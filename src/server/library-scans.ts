import type { Catalog } from "../catalog/index.ts";
import {
  createScanner,
  type ScanEvent,
  type ScannedSource,
  scannedSourceId,
  type ScanReport,
  scheduleScans,
  watchFolder,
} from "../library/index.ts";
import type { Logger } from "./log.ts";

/** A source to scan, and its folder where it is one that can be watched. */
export interface ScanTarget {
  readonly scanned: ScannedSource;
  readonly root: string | undefined;
}

/** Options of {@link LibraryScans}. */
export interface LibraryScansOptions {
  readonly catalog: Catalog;
  readonly targets: readonly ScanTarget[];
  readonly logger: Logger;
  /** From the end of a scan to the next; 0: only at the start, and where somebody asks. */
  readonly intervalSeconds: number;
  /** Told of a source whose state may have changed. */
  readonly onChanged: (sourceId: string) => void;
}

/** In seconds; no scan is ever this far away. */
const never = 10 ** 6;

/** Keeps the catalog true: scans at the start and on a schedule, watches folders, and scans when somebody asks. */
export class LibraryScans implements AsyncDisposable {
  readonly #options: LibraryScansOptions;
  readonly #scanner;
  readonly #stop = new AbortController();
  readonly #resources = new AsyncDisposableStack();
  readonly #running = new Set<Promise<unknown>>();

  constructor(options: LibraryScansOptions) {
    this.#options = options;
    this.#scanner = createScanner({ catalog: options.catalog, onEvent: (event) => this.#note(event) });
  }

  /** Begins the schedule and the watching. */
  start(): void {
    const { targets, intervalSeconds, logger } = this.#options;
    this.#resources.use(
      scheduleScans({
        sources: targets.map(({ scanned }) => scanned),
        scan: (scanned, signal) => this.#scanner.scan(scanned, { signal }),
        intervalSeconds: intervalSeconds === 0 ? never : intervalSeconds,
        onError: (error) => logger.warn({ err: error }, "a scan stopped"),
      }),
    );
    targets.forEach((target) => this.#keep(this.#watch(target)));
  }

  /** Begins a scan of a source, unless one is under way. @returns false where it cannot be scanned */
  scan(sourceId: string): boolean {
    const target = this.#options.targets.find(({ scanned }) => scannedSourceId(scanned) === sourceId);
    if (target === undefined) {
      return false;
    }
    this.#keep(this.#scanner.scan(target.scanned, { signal: this.#stop.signal }));
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled(this.#running);
    await this.#resources.disposeAsync();
  }

  async #watch({ scanned, root }: ScanTarget): Promise<void> {
    if (root === undefined) {
      return;
    }
    const { name } = scanned;
    const watcher = await watchFolder({
      root,
      onChanges: (changes) => this.#scanner.scanChanges(scanned, changes, { signal: this.#stop.signal }),
      onError: (error) =>
        this.#options.logger.warn({ err: error, source: name }, "changes of the folder are seen by scans only"),
    });
    if (this.#stop.signal.aborted) {
      await watcher[Symbol.asyncDispose]();
    } else {
      this.#resources.use(watcher);
    }
  }

  /** Work that nobody waits for until the end; what stops it is told to the log. */
  #keep(work: Promise<unknown>): void {
    const kept = work.catch((error: unknown) => this.#options.logger.warn({ err: error }, "a scan stopped"));
    this.#running.add(kept);
    void kept.finally(() => this.#running.delete(kept));
  }

  #note(event: ScanEvent): void {
    this.#options.onChanged(event.sourceId);
    if (event.type === "finished") {
      this.#log(event.name, event.report);
    }
  }

  #log(source: string, { result, objects, failed, error }: ScanReport): void {
    const { logger } = this.#options;
    if (result === "failed" || result === "unreachable") {
      logger.warn({ source, objects, failed }, `the scan of "${source}" ended early: ${error ?? result}`);
    } else if (result === "complete") {
      logger.info({ source, objects, failed }, "scanned");
    }
  }
}
