import type { CatalogSource } from "../../catalog/index.ts";
import type { SitesHealth } from "../../source/index.ts";
import type { ApiSource } from "../api-source.ts";
import type { ScanOutcome, SourceStatus } from "../contract.ts";

/** Errors' own words are made for operators: they name hosts, folders and buckets. */
const errorsForViewers: Readonly<Record<CatalogSource["state"], string | undefined>> = {
  idle: undefined,
  scanning: undefined,
  failed: "The last scan failed. The server's log tells why.",
  unreachable: "The source cannot be reached.",
};

/**
 * A source as clients see it.
 * @param held what the catalog knows of it, if anything
 */
export function presentSource(
  { name, label, searchable }: ApiSource,
  held: CatalogSource | undefined,
  { forOperator }: { readonly forOperator: boolean },
): SourceStatus {
  return {
    name,
    label,
    state: held === undefined || isUntouched(held) ? "unscanned" : held.state,
    searchable: searchable !== undefined,
    itemCount: held?.counts.items ?? 0,
    playlistCount: held?.counts.playlists ?? 0,
    lastScan: presentScan(held?.lastScan),
    lastError: forOperator ? held?.lastError : held && errorsForViewers[held.state],
    progress: held?.progress,
  };
}

/** How the sites behind a source fare, as clients see it. */
export function presentHealth(
  health: SitesHealth | undefined,
  { forOperator }: { readonly forOperator: boolean },
): Pick<SourceStatus, "health" | "sites"> {
  return {
    health: health?.words,
    sites: health?.sites.map(({ extractor, resolves, failures, failuresByReason, medianMs, lastError }) => ({
      name: extractor,
      resolves,
      failures,
      failuresByReason,
      medianMs,
      lastError: forOperator && lastError ? { message: lastError.message, at: lastError.at.toISOString() } : undefined,
    })),
  };
}

function isUntouched({ state, lastScan, counts }: CatalogSource): boolean {
  return state === "idle" && lastScan === undefined && counts.items === 0;
}

function presentScan(scan: CatalogSource["lastScan"]): ScanOutcome | undefined {
  return scan && { ...scan, startedAt: scan.startedAt.toISOString(), finishedAt: scan.finishedAt.toISOString() };
}
