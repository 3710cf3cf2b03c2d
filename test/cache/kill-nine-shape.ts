import type { SliceKey } from "../../src/cache/slice-store.ts";

/** The store that is killed: small slices and a small bound, so that much happens in the milliseconds between two kills. */
export const killGrid = {
  sliceBytes: 64 * 1024,
  limitBytes: 6 * 1024 * 1024,
  memoryBytes: 1024 * 1024,
  objects: 12,
  versions: 2,
  indexes: 16,
} as const;

/** One of the slices that are put. */
export interface KillKey {
  readonly object: number;
  readonly version: number;
  readonly index: number;
}

/** Length and content follow from the key, so that any process can tell whether a slice is right. */
export function shapeOf({ object, version, index }: KillKey): {
  readonly length: number;
  /** Where in the pattern its bytes begin. */
  readonly position: number;
  readonly sliceKey: SliceKey;
} {
  const position = object * 37 + version * 11 + index * 3;
  return {
    length: index % 3 === 0 ? 1 + ((position * 7919) % killGrid.sliceBytes) : killGrid.sliceBytes,
    position,
    sliceKey: { object: `films/${object}.mp4`, version: `"v${version}"`, index },
  };
}

/** Every slice there can be. */
export function allKeys(): KillKey[] {
  const keys: KillKey[] = [];
  for (let object = 0; object < killGrid.objects; object += 1) {
    for (let version = 0; version < killGrid.versions; version += 1) {
      for (let index = 0; index < killGrid.indexes; index += 1) {
        keys.push({ object, version, index });
      }
    }
  }
  return keys;
}
