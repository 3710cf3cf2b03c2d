/** What a source is doing, or why it is not. */
export type CatalogSourceState = "idle" | "scanning" | "failed" | "unreachable";

/** How a source is made known to the catalog. */
export interface SourceRecord {
  /** Where it lies, in one fixed spelling; ids derive from it. Holds no credentials. */
  readonly identity: string;
  /** For people; may change without any id changing. */
  readonly name: string;
}

/** How far a scan has come. */
export interface ScanProgress {
  readonly objects: number;
  /** Of the last whole scan: what there is likely to be. */
  readonly totalObjects?: number | undefined;
  readonly ratePerSecond: number;
}

/** What a scan did, in objects. */
export interface ScanCounts {
  readonly objects: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly failed: number;
}

/** A scan that has ended. */
export interface ScanSummary extends ScanCounts {
  readonly startedAt: Date;
  readonly finishedAt: Date;
}

/** A source, as the catalog knows it. */
export interface CatalogSource extends SourceRecord {
  readonly id: string;
  readonly state: CatalogSourceState;
  readonly counts: { readonly items: number; readonly playlists: number };
  readonly lastScan?: ScanSummary | undefined;
  /** Of the last scan, in plain words; absent once one has succeeded. */
  readonly lastError?: string | undefined;
  /** While it is being scanned. */
  readonly progress?: ScanProgress | undefined;
}

/**
 * A scan under way: a generation of the source. What it does not see is removed when it ends, provided it saw the whole listing.
 */
export interface Scan {
  readonly sourceId: string;
  readonly generation: number;
  readonly startedAt: Date;
  /** Of a part only: says nothing of what it does not see, and is not counted as a scan of the source. */
  readonly partial: boolean;
  /** Where {@link CatalogScans.saveScanCursor} left off in a scan that was cut (a crash); then this is that scan, resumed. */
  readonly cursor?: string | undefined;
}

/** How a scan ended. */
export interface ScanOutcome {
  /**
   * - `complete`: the whole listing was read; what was not seen is removed
   * - `partial`: a part was read (a folder that changed, an aborted scan); nothing is removed but what {@link removedKeys} names
   * - `failed`: something broke; nothing is removed
   * - `unreachable`: the source does not answer; nothing is removed
   */
  readonly result: "complete" | "partial" | "failed" | "unreachable";
  /** Listed and looked at, changed or not. */
  readonly objects: number;
  /** Kept with an issue, or not readable at all. */
  readonly failed: number;
  /** Keys known to be gone (a watcher saw them go), whatever the result. */
  readonly removedKeys?: readonly string[] | undefined;
  /** In plain words; for `failed` and `unreachable`. */
  readonly error?: string | undefined;
}
