export { catalogConformance } from "./catalog-conformance.ts";
export type { CatalogFixture, CatalogSubject, CatalogTestRunner } from "./catalog-subject.ts";
export { findPatternBreach, patternByte, patternBytes, patternView } from "./pattern-bytes.ts";
export { PoisoningSink, type PoisoningSinkOptions } from "./poisoning-sink.ts";
export { sourceConformance } from "./source-conformance.ts";
export type { ConformanceCase, SourceFixture, SourceSubject, TestRunner } from "./source-subject.ts";
export { sliceStoreConformance } from "./slice-store-conformance.ts";
export type {
  SliceStoreFixture,
  SliceStoreSubject,
  SliceStoreTestRunner,
  SliceStoreWish,
} from "./slice-store-subject.ts";
