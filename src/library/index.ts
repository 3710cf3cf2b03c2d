export { type FoundArtwork, readArtworkObject, readEmbeddedArtwork } from "./artwork.ts";
export { watchFolder } from "./folder-watch.ts";
export { readCaptions } from "./read-captions.ts";
export { readMediaFacts } from "./read-media-facts.ts";
export { type ArtworkFormat, resizeArtwork } from "./resize-artwork.ts";
export type { ScanEvent, ScanReport } from "./scan-report.ts";
export { scheduleScans } from "./scan-schedule.ts";
export { type ScannedSource, scannedSourceId } from "./scanned-source.ts";
export { createScanner, type Scanner } from "./scanner.ts";
