/** Grain of the memory tier. */
export const hotBlockBytes = 65_536;

/** One block in memory. */
export interface HotBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Whose block it is, until another needs its place. */
  owner: HotBlockOwner | undefined;
  number: number;
  used: boolean;
}

/** A file whose blocks may be kept; it lets go of one when told. */
export interface HotBlockOwner {
  /** Unique in the process. */
  readonly id: number;
  readonly hotBlocks: Map<number, HotBlock>;
}

/**
 * The memory tier: blocks of slices that small reads come back to. For a small read the thread pool's round trip costs more than all
 * the rest; from here it is a copy. A block is kept at the second look within the last few thousand, and the clock algorithm
 * decides which goes.
 */
export class HotBlocks {
  readonly #mostBlocks: number;
  readonly #blocks: HotBlock[] = [];
  readonly #seen: Uint32Array;
  #hand = 0;

  constructor(budgetBytes: number) {
    this.#mostBlocks = Math.floor(budgetBytes / hotBlockBytes);
    this.#seen = new Uint32Array(2 ** Math.ceil(Math.log2(Math.max(1024, this.#mostBlocks * 4))));
  }

  /** Notes a look at a block that is not in memory; true where it should be kept. */
  isWorthKeeping(owner: HotBlockOwner, number: number): boolean {
    if (this.#mostBlocks === 0) {
      return false;
    }
    const mark = (Math.imul(owner.id, 0x9e37_79b1) ^ Math.imul(number + 1, 0x85eb_ca6b)) >>> 0;
    const place = (mark ^ (mark >>> 15)) & (this.#seen.length - 1);
    const isSecond = this.#seen[place] === mark;
    this.#seen[place] = isSecond ? 0 : mark;
    return isSecond;
  }

  /** A place to read a block into; it belongs to nobody until {@link keep}. */
  take(): HotBlock {
    if (this.#blocks.length < this.#mostBlocks) {
      const block: HotBlock = { bytes: new Uint8Array(hotBlockBytes), owner: undefined, number: 0, used: false };
      return block;
    }
    for (;;) {
      const block = this.#blocks[this.#hand];
      if (block === undefined) {
        this.#hand = 0;
        continue;
      }
      if (block.used && block.owner !== undefined) {
        block.used = false;
        this.#hand += 1;
        continue;
      }
      this.#removeAt(this.#hand);
      block.owner?.hotBlocks.delete(block.number);
      block.owner = undefined;
      return block;
    }
  }

  keep(block: HotBlock, owner: HotBlockOwner, number: number): void {
    if (this.#blocks.length >= this.#mostBlocks || owner.hotBlocks.has(number)) {
      return;
    }
    block.owner = owner;
    block.number = number;
    block.used = true;
    owner.hotBlocks.set(number, block);
    this.#blocks.push(block);
  }

  /** Lets go of all blocks of a file that is closed; their memory serves others. */
  forget(owner: HotBlockOwner): void {
    for (const block of owner.hotBlocks.values()) {
      block.owner = undefined;
    }
    owner.hotBlocks.clear();
  }

  #removeAt(place: number): void {
    const last = this.#blocks.pop();
    if (last !== undefined && place < this.#blocks.length) {
      this.#blocks[place] = last;
    }
  }
}
