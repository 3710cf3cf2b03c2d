import type { CatalogScans, Scan, ScanOutcome } from "../catalog/index.ts";
import type { CallOptions } from "../source/index.ts";
import { type TimedProgress, ProgressMeter } from "./scan-progress.ts";

/** Options of {@link ScanRun}. */
export interface ScanRunOptions {
  readonly totalObjects: number | undefined;
  /** Items and playlists that the catalog holds of the source as the scan begins. */
  readonly heldObjects: number;
  /** Whether the scan before this one did. */
  readonly hasEndedWell: boolean;
  readonly options: CallOptions;
  readonly onProgress: (progress: TimedProgress) => void;
}

const progressEveryMs = 1000;

/** A scan under way: counts what it has done, tells it once a second, and remembers how far it came. */
export class ScanRun {
  readonly catalog: CatalogScans;
  readonly scan: Scan;
  readonly options: CallOptions;
  readonly heldObjects: number;
  readonly hasEndedWell: boolean;
  readonly #meter: ProgressMeter;
  readonly #onProgress: (progress: TimedProgress) => void;
  #failed = 0;
  #cursor: string | undefined;
  #toldAtMs = performance.now();

  constructor(catalog: CatalogScans, scan: Scan, options: ScanRunOptions) {
    this.catalog = catalog;
    this.scan = scan;
    this.options = options.options;
    this.heldObjects = options.heldObjects;
    this.hasEndedWell = options.hasEndedWell;
    this.#meter = new ProgressMeter(options.totalObjects, this.#toldAtMs);
    this.#onProgress = options.onProgress;
  }

  /** Counts objects that are in the catalog now; `cursor`, where all before it are. */
  async advance(counts: { readonly objects: number; readonly failed: number }, cursor?: string): Promise<void> {
    this.#meter.add(counts.objects);
    this.#failed += counts.failed;
    this.#cursor = cursor ?? this.#cursor;
    const nowMs = performance.now();
    if (nowMs - this.#toldAtMs < progressEveryMs) {
      return;
    }
    this.#toldAtMs = nowMs;
    if (this.#cursor !== undefined) {
      await this.catalog.saveScanCursor(this.scan, this.#cursor);
    }
    const progress = this.#meter.progress(nowMs);
    const { secondsLeft: _, ...saved } = progress;
    await this.catalog.saveScanProgress(this.scan, saved);
    this.#onProgress(progress);
  }

  outcome(result: ScanOutcome["result"], error?: string): ScanOutcome {
    return { result, objects: this.#meter.objects, failed: this.#failed, error };
  }
}
