import { createScanner, type ScanEvent } from "../library/index.ts";
import type { Source } from "../source/index.ts";
import type { ServerConfig } from "./config.ts";
import { openCatalog } from "./open-library.ts";
import type { SourceConfig } from "./source-config.ts";
import { scannedSourceOf } from "./scanned-source-of.ts";
import { StartError } from "./start-error.ts";

/** How {@link runScanCommand} reaches the world around it. */
export interface ScanCommandContext {
  readonly createSource: (entry: SourceConfig) => Source;
  readonly print: (line: string) => void;
  /** Shows a line that the next one takes the place of; absent where nobody watches. */
  readonly show: ((line: string) => void) | undefined;
  /** Stops the scan; the next one goes on from there. */
  readonly signal: AbortSignal;
}

/**
 * `sluice scan [options] [[name=]location ...]`: scans every source once, also while a server runs on the same catalog.
 * @returns whether all could be scanned
 * @throws {StartError} where there is no library
 */
export async function runScanCommand(config: ServerConfig, context: ScanCommandContext): Promise<boolean> {
  const { library, sources } = config;
  if (library.kind === "off") {
    throw new StartError(2, "There is no library to scan into: --database is off. Leave it out, or name a file.");
  }
  await using catalog = await openCatalog(library).catch((error: unknown) => {
    throw new StartError(1, error instanceof Error ? error.message : String(error), { cause: error });
  });
  const scanner = createScanner({ catalog, onEvent: (event) => showProgress(event, context.show) });
  let isAllWell = true;
  for (const entry of sources) {
    await using source = context.createSource(entry);
    const { result, objects, failed, error } = await scanner.scan(scannedSourceOf(entry, source), {
      signal: context.signal,
    });
    const isWell = result === "complete" || result === "unsupported";
    isAllWell &&= isWell;
    const count = `${objects} object${objects === 1 ? "" : "s"}${failed === 0 ? "" : `, ${failed} with something wrong`}`;
    context.print(
      isWell
        ? `ok    ${entry.name}: ${result === "complete" ? count : error}`
        : `FAIL  ${entry.name}: ${error ?? result}`,
    );
    if (context.signal.aborted) {
      return false;
    }
  }
  return isAllWell;
}

const barWidth = 24;

function showProgress(event: ScanEvent, show: ((line: string) => void) | undefined): void {
  if (show === undefined || event.type !== "progress") {
    return;
  }
  const { objects, totalObjects, ratePerSecond, secondsLeft } = event.progress;
  const rate = `${Math.round(ratePerSecond)}/s`;
  // How many there are is known from the last scan alone; the folder may have grown.
  if (totalObjects === undefined || totalObjects === 0) {
    show(`${event.name}  ${objects} objects  ${rate}`);
    return;
  }
  const share = Math.min(1, objects / totalObjects);
  const bar = "#".repeat(Math.round(share * barWidth)).padEnd(barWidth, "-");
  const left = secondsLeft === undefined ? "" : `  ${Math.ceil(secondsLeft)} s left`;
  show(`${event.name}  [${bar}] ${objects} of about ${totalObjects}  ${rate}${left}`);
}
