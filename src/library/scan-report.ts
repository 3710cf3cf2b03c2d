import type { CatalogSource, ScanOutcome } from "../catalog/index.ts";
import type { TimedProgress } from "./scan-progress.ts";

/**
 * How a scan ended:
 * - as the catalog's outcomes: `complete`, `partial`, `failed`, `unreachable`
 * - `aborted`: it was told to stop, and goes on from there next time
 * - `busy`: another node, or another scan of this one, is at it
 * - `unsupported`: such a source cannot be listed, so there is nothing to scan
 */
export type ScanResult = ScanOutcome["result"] | "aborted" | "busy" | "unsupported";

/** What came of a scan. */
export interface ScanReport {
  readonly result: ScanResult;
  readonly sourceId: string;
  readonly objects: number;
  /** Objects kept with an issue, or not readable. */
  readonly failed: number;
  /** In plain words, for all but `complete` and `partial`. */
  readonly error?: string | undefined;
  /** As it is now; absent where nothing was done. */
  readonly source?: CatalogSource | undefined;
}

/** What happens during a scan, for those who watch. */
export type ScanEvent =
  | { readonly type: "started"; readonly sourceId: string; readonly name: string; readonly isResumed: boolean }
  | { readonly type: "progress"; readonly sourceId: string; readonly name: string; readonly progress: TimedProgress }
  | { readonly type: "finished"; readonly sourceId: string; readonly name: string; readonly report: ScanReport };
