export { BoundedMap } from "./bounded-map.ts";
export { BufferPool, chunkSizes, sharedBuffers } from "./buffer-pool.ts";
export {
  assertRangeWithin,
  type ByteRange,
  rangeContains,
  rangeLength,
  type RangeSpec,
  resolveRangeSpec,
} from "./byte-range.ts";
export { type ByteSink, CollectingSink } from "./byte-sink.ts";
export { type Pace, PaceMeter } from "./pace-meter.ts";
export { copyRange, type RangeReader } from "./range-copy.ts";
export { sliceBytesLimits, sliceIndexAt, sliceRange } from "./slice-grid.ts";
