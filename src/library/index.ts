export { type FoundArtwork, readArtworkObject, readEmbeddedArtwork } from "./artwork.ts";
export { type FolderWatchOptions, watchFolder } from "./folder-watch.ts";
export { readCaptions } from "./read-captions.ts";
export { readMediaFacts } from "./read-media-facts.ts";
export { type ArtworkFormat, resizeArtwork } from "./resize-artwork.ts";
export type { ScanEvent, ScanReport } from "./scan-report.ts";
export { scheduleScans, type ScanScheduleOptions } from "./scan-schedule.ts";
export { type Feed, type ScannedSource, scannedSourceId } from "./scanned-source.ts";
export { createScanner, type Scanner, type ScannerOptions, type ScanOptions, type SourceChanges } from "./scanner.ts";
