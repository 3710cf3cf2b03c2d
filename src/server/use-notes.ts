import type { SliceUses } from "./worker-messages.ts";

interface VersionUses {
  readonly object: string;
  readonly version: string;
  readonly indexes: Set<number>;
}

/** Which slices were read since somebody last asked. One that is read a thousand times is noted once: eviction would not count it more often. */
export class UseNotes {
  #versions = new Map<string, VersionUses>();

  add(object: string, version: string, index: number): void {
    const key = `${version}\n${object}`;
    let uses = this.#versions.get(key);
    if (uses === undefined) {
      uses = { object, version, indexes: new Set() };
      this.#versions.set(key, uses);
    }
    uses.indexes.add(index);
  }

  take(): readonly SliceUses[] {
    const taken = Array.from(this.#versions.values(), ({ object, version, indexes }) => ({
      object,
      version,
      indexes: [...indexes],
    }));
    this.#versions = new Map();
    return taken;
  }
}
