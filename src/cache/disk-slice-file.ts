import { close, read } from "node:fs";
import { type HotBlock, type HotBlockOwner, hotBlockBytes, type HotBlocks } from "./disk-hot-blocks.ts";

let lastId = 0;

/**
 * A slice's open file, shared by all who read it. It stays open a while after the last reader left, because opening costs as much as a
 * small read; the {@link DiskFiles} it belongs to says how long.
 */
export class DiskSliceFile implements HotBlockOwner {
  readonly id: number;
  readonly path: string;
  readonly lengthBytes: number;
  readonly hotBlocks: Map<number, HotBlock> = new Map();
  readonly #descriptor: number;
  readonly #tier: HotBlocks;
  readonly #onIdle: (file: DiskSliceFile) => void;
  readonly #filling = new Set<number>();
  readonly #closed = Promise.withResolvers<void>();
  #users = 0;
  #retired = false;

  constructor(
    { path, lengthBytes, descriptor }: { path: string; lengthBytes: number; descriptor: number },
    tier: HotBlocks,
    onIdle: (file: DiskSliceFile) => void,
  ) {
    lastId += 1;
    this.id = lastId;
    this.path = path;
    this.lengthBytes = lengthBytes;
    this.#descriptor = descriptor;
    this.#tier = tier;
    this.#onIdle = onIdle;
  }

  get isInUse(): boolean {
    return this.#users > 0;
  }

  enter(): void {
    this.#users += 1;
  }

  leave(): void {
    this.#users -= 1;
    if (this.#users === 0) {
      if (this.#retired) {
        this.#close();
      } else {
        this.#onIdle(this);
      }
    }
  }

  /** Closes the file as soon as nobody uses it any more, and resolves then. */
  retire(): Promise<void> {
    if (!this.#retired) {
      this.#retired = true;
      this.#tier.forget(this);
      if (this.#users === 0) {
        this.#close();
      }
    }
    return this.#closed.promise;
  }

  /** Fills `buffer` from `position`; the file is known to be long enough. */
  async readAt(buffer: Uint8Array, position: number): Promise<void> {
    for (let filled = 0; filled < buffer.length;) {
      const count = await readFrom(this.#descriptor, buffer, filled, position + filled);
      if (count === 0) {
        throw new Error(`${this.path} became shorter`);
      }
      filled += count;
    }
  }

  /** Whether all blocks of a range are in memory. */
  isHot(start: number, end: number): boolean {
    for (let number = Math.floor(start / hotBlockBytes); number * hotBlockBytes < end; number += 1) {
      if (!this.hotBlocks.has(number)) {
        return false;
      }
    }
    return true;
  }

  /** Brings those blocks of a range into memory that are worth it. */
  async keepIfWorthIt(start: number, end: number): Promise<void> {
    for (let number = Math.floor(start / hotBlockBytes); number * hotBlockBytes < end; number += 1) {
      const mayKeep = !this.#retired && !this.#filling.has(number) && !this.hotBlocks.has(number);
      if (mayKeep && this.#tier.isWorthKeeping(this, number)) {
        await this.#keepBlock(number);
      }
    }
  }

  /** Copies bytes from memory; false where they are not all there. */
  copyHot(buffer: Uint8Array, start: number, end: number): boolean {
    if (!this.isHot(start, end)) {
      return false;
    }
    for (let position = start; position < end;) {
      const number = Math.floor(position / hotBlockBytes);
      const offset = position - number * hotBlockBytes;
      const length = Math.min(end - position, hotBlockBytes - offset);
      const block = this.hotBlocks.get(number);
      if (block !== undefined) {
        block.used = true;
        buffer.set(block.bytes.subarray(offset, offset + length), position - start);
      }
      position += length;
    }
    return true;
  }

  async #keepBlock(number: number): Promise<void> {
    this.#filling.add(number);
    try {
      const block = this.#tier.take();
      const start = number * hotBlockBytes;
      await this.readAt(block.bytes.subarray(0, Math.min(hotBlockBytes, this.lengthBytes - start)), start);
      if (!this.#retired) {
        this.#tier.keep(block, this, number);
      }
    } finally {
      this.#filling.delete(number);
    }
  }

  #close(): void {
    // Nothing can be done about an error here, and nothing was written.
    close(this.#descriptor, () => this.#closed.resolve());
  }
}

function readFrom(descriptor: number, buffer: Uint8Array, offset: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(descriptor, buffer, offset, buffer.length - offset, position, (error, count) => {
      if (error === null) {
        resolve(count);
      } else {
        reject(error);
      }
    });
  });
}
