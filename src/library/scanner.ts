import { type Catalog, type CatalogSource, isCatalogError, type ScanOutcome } from "../catalog/index.ts";
import { isSourceError, type UpstreamMeter } from "../source/index.ts";
import { scanFeed } from "./feed-scan.ts";
import type { ScanEvent, ScanReport } from "./scan-report.ts";
import { ScanRun } from "./scan-run.ts";
import { type ScannedSource, scannedSourceId } from "./scanned-source.ts";
import { type ChangedFolder, outcomeIfEmptied, scanFolders, scanWholeSource } from "./source-scan.ts";

/** Options of {@link createScanner}. */
export interface ScannerOptions {
  readonly catalog: Catalog;
  /** Told what happens; must not throw. */
  readonly onEvent?: ((event: ScanEvent) => void) | undefined;
  /** Objects read at a time. @default 16 */
  readonly concurrency?: number | undefined;
}

/** Options of a scan. */
export interface ScanOptions {
  /** Stops it; the next scan goes on from there. */
  readonly signal?: AbortSignal | undefined;
  /** Counts what the scan costs upstream. */
  readonly meter?: UpstreamMeter | undefined;
}

/** What somebody who watches a source saw change. */
export interface SourceChanges {
  readonly folders: readonly ChangedFolder[];
  readonly removedKeys: readonly string[];
}

/** Brings what sources hold into the catalog. */
export interface Scanner {
  /** Scans all of a source; resumes the last scan of it where that was cut. Rejects only where the catalog fails. */
  scan(scanned: ScannedSource, options?: ScanOptions): Promise<ScanReport>;
  /** Looks at what is known to have changed, and at nothing else. */
  scanChanges(scanned: ScannedSource, changes: SourceChanges, options?: ScanOptions): Promise<ScanReport>;
}

/** Creates a scanner. It holds nothing between scans; any number of them may work on one catalog. */
export function createScanner(options: ScannerOptions): Scanner {
  const { concurrency = 16 } = options;
  return {
    scan: (scanned, callOptions = {}) =>
      scanLocked(options, scanned, callOptions, {}, (run) =>
        "feed" in scanned ? scanFeed(scanned.feed, run) : scanWholeSource(scanned.source, run, concurrency),
      ),
    scanChanges: (scanned, { folders, removedKeys }, callOptions = {}) =>
      scanLocked(options, scanned, callOptions, { partial: true }, async (run) => {
        if ("source" in scanned) {
          // To those who watch, a disk that is unmounted is a folder whose files are all removed.
          const emptied = removedKeys.length === 0 ? undefined : await outcomeIfEmptied(scanned.source, run);
          if (emptied !== undefined) {
            return emptied;
          }
          await scanFolders(scanned.source, folders, run, concurrency);
        }
        return { ...run.outcome("partial"), removedKeys };
      }),
  };
}

/** Runs a scan while no other node scans the source, and says how it ended, whatever happens. */
async function scanLocked(
  { catalog, onEvent }: ScannerOptions,
  scanned: ScannedSource,
  options: ScanOptions,
  kind: { readonly partial?: boolean },
  work: (run: ScanRun) => Promise<ScanOutcome>,
): Promise<ScanReport> {
  const sourceId = scannedSourceId(scanned);
  const { name } = scanned;
  const nothing = { sourceId, objects: 0, failed: 0 };
  const scanOnce = async (): Promise<ScanReport> => {
    const source = await catalog.saveSource({ identity: scanned.identity, name });
    const unsupported = await refusal(scanned, options);
    if (unsupported !== undefined) {
      return { ...nothing, result: "unsupported", error: unsupported };
    }
    const scan = await catalog.beginScan(sourceId, kind);
    onEvent?.({ type: "started", sourceId, name, isResumed: scan.cursor !== undefined });
    const run = new ScanRun(catalog, scan, {
      totalObjects: totalOf(source, kind),
      heldObjects: source.counts.items + source.counts.playlists,
      hasEndedWell: source.state === "idle" && source.lastScan !== undefined,
      options,
      onProgress: (progress) => onEvent?.({ type: "progress", sourceId, name, progress }),
    });
    return finish(catalog, run, work);
  };
  try {
    const report = await catalog.withScanLock(sourceId, scanOnce);
    onEvent?.({ type: "finished", sourceId, name, report });
    return report;
  } catch (error) {
    if (isCatalogError(error, "busy")) {
      return { ...nothing, result: "busy", error: `${name} is being scanned already` };
    }
    throw error;
  }
}

async function finish(
  catalog: Catalog,
  run: ScanRun,
  work: (run: ScanRun) => Promise<ScanOutcome>,
): Promise<ScanReport> {
  const { sourceId } = run.scan;
  let outcome: ScanOutcome;
  try {
    outcome = await work(run);
  } catch (error) {
    if (run.options.signal?.aborted === true) {
      // Not finished: the cursor that was saved is where the next scan goes on.
      await catalog.setSourceState(sourceId, "idle");
      const { objects, failed } = run.outcome("partial");
      return { result: "aborted", sourceId, objects, failed, error: "It was stopped" };
    }
    outcome = outcomeOf(error, run);
  }
  const source = await catalog.finishScan(run.scan, outcome);
  const { result, objects, failed, error } = outcome;
  return { result, sourceId, objects, failed, error, source };
}

/** A source that cannot be reached loses nothing; neither does one at which something broke, were it our own code. */
function outcomeOf(error: unknown, run: ScanRun): ScanOutcome {
  if (isCatalogError(error)) {
    throw error;
  }
  if (!isSourceError(error)) {
    return run.outcome("failed", `The scan broke: ${error instanceof Error ? error.message : String(error)}`);
  }
  const isBroken = error.code === "bad-upstream" || error.code === "changed" || error.code === "invalid-key";
  return run.outcome(isBroken ? "failed" : "unreachable", error.message);
}

/** Why a source cannot be scanned at all, if so. */
async function refusal(scanned: ScannedSource, { signal }: ScanOptions): Promise<string | undefined> {
  if ("feed" in scanned) {
    return undefined;
  }
  try {
    await scanned.source.list("", { limit: 1, signal });
    return undefined;
  } catch (error) {
    // Anything else is found again by the scan itself, which says what it means.
    return isSourceError(error, "unsupported") ? error.message : undefined;
  }
}

function totalOf(source: CatalogSource, { partial = false }: { readonly partial?: boolean }): number | undefined {
  return partial ? undefined : source.lastScan?.objects;
}
