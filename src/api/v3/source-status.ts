import type { CatalogSource } from "../../catalog/index.ts";
import type { ApiSource } from "../api-source.ts";
import type { ScanOutcome, SourceStatus } from "../contract.ts";

/** A source as clients see it. @param held what the catalog knows of it, if anything */
export function presentSource({ name, label, searchable }: ApiSource, held: CatalogSource | undefined): SourceStatus {
  return {
    name,
    label,
    state: held === undefined || isUntouched(held) ? "unscanned" : held.state,
    searchable: searchable !== undefined,
    itemCount: held?.counts.items ?? 0,
    playlistCount: held?.counts.playlists ?? 0,
    lastScan: presentScan(held?.lastScan),
    lastError: held?.lastError,
    progress: held?.progress,
  };
}

function isUntouched({ state, lastScan, counts }: CatalogSource): boolean {
  return state === "idle" && lastScan === undefined && counts.items === 0;
}

function presentScan(scan: CatalogSource["lastScan"]): ScanOutcome | undefined {
  return scan && { ...scan, startedAt: scan.startedAt.toISOString(), finishedAt: scan.finishedAt.toISOString() };
}
