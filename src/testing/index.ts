export { findPatternBreach, patternByte, patternBytes, patternView } from "./pattern-bytes.ts";
export { PoisoningSink, type PoisoningSinkOptions } from "./poisoning-sink.ts";
export { sourceConformance } from "./source-conformance.ts";
export type { ConformanceCase, SourceFixture, SourceSubject, TestRunner } from "./source-subject.ts";
