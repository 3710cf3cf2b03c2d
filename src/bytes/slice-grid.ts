import type { ByteRange } from "./byte-range.ts";

/** The smallest and largest slice a cache may use, in bytes. */
export const sliceBytesLimits: { readonly least: number; readonly most: number } = {
  least: 256 * 1024,
  most: 16 * 1024 * 1024,
};

/** Index of the slice that holds the byte at `position`. */
export function sliceIndexAt(position: number, sliceBytes: number): number {
  return Math.floor(position / sliceBytes);
}

/** The bytes of an object that its `index`-th slice holds; the last slice ends with the object. */
export function sliceRange(index: number, sliceBytes: number, sizeBytes: number): ByteRange {
  return { start: index * sliceBytes, end: Math.min((index + 1) * sliceBytes, sizeBytes) };
}
