import type { SliceSelection, SliceStore } from "./slice-store.ts";

/** More than these, and everything goes: to forget is always allowed. */
const most = 1000;

/** What was to be dropped while the disk failed, and must not be served from it afterwards. */
export class OwedRemovals {
  #selections: SliceSelection[] = [];

  add(selection: SliceSelection): void {
    this.#selections.push(selection);
    if (this.#selections.length > most) {
      this.#selections = [{ kind: "prefix", prefix: "" }];
    }
  }

  /** Drops it now. What fails stays owed. */
  async settle(store: Pick<SliceStore, "remove">): Promise<void> {
    for (let next = this.#selections[0]; next !== undefined; next = this.#selections[0]) {
      await store.remove(next);
      this.#selections = this.#selections.filter((selection) => selection !== next);
    }
  }
}
