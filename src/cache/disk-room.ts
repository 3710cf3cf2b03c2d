import { readFile, rename, writeFile } from "node:fs/promises";
import { fixedCost, type DiskLayout } from "./disk-layout.ts";

const mebibyte = 1024 * 1024;

/**
 * Keeps the account of bytes on disk. Room is reserved before anything is written, and given back when it is gone from the disk.
 *
 * What lies in a folder at start is only known once all of it has been read. Until then the account stands on a bound kept in a file: it is
 * raised, in large steps, before the bytes stored exceed it, so after any `kill -9` there are never more.
 */
export class DiskRoom {
  readonly #layout: DiskLayout;
  readonly #limitBytes: number;
  readonly #stepBytes: number;
  /** Bytes of all we know. */
  #knownBytes = fixedCost;
  /** At most so many more lie in folders that were not read yet. */
  #unreadBytes = 0;
  #boundBytes = 0;
  #raising: Promise<void> | undefined;

  constructor(layout: DiskLayout, limitBytes: number) {
    this.#layout = layout;
    this.#limitBytes = limitBytes;
    this.#stepBytes = Math.min(64 * mebibyte, Math.ceil(limitBytes / 16));
  }

  /** Never less than what is on disk. */
  get usedBytes(): number {
    return this.#knownBytes + this.#unreadBytes;
  }

  /** Bytes that have to go before anything may come. */
  get excessBytes(): number {
    return this.usedBytes - this.#limitBytes;
  }

  /** Reads the bound that an earlier process left; where there is none, the folder counts as full. */
  async open(): Promise<void> {
    const bound = (await readStoredBound(this.#layout)) ?? this.#limitBytes;
    this.#boundBytes = bound;
    this.#unreadBytes = Math.max(0, bound - this.#knownBytes);
  }

  /** Takes `bytes` of what is free, or answers false. */
  tryReserve(bytes: number): boolean {
    if (this.usedBytes + bytes > this.#limitBytes) {
      return false;
    }
    this.#knownBytes += bytes;
    return true;
  }

  /** Resolves when the bound covers all that is reserved; only then may it be written. */
  async confirm(): Promise<void> {
    while (this.usedBytes > this.#boundBytes) {
      this.#raising ??= this.#writeBound(Math.min(this.usedBytes + this.#stepBytes, this.#limitBytes)).finally(() => {
        this.#raising = undefined;
      });
      await this.#raising;
    }
  }

  release(bytes: number): void {
    this.#knownBytes -= bytes;
  }

  /** Counts what was found on disk. */
  noteFound(bytes: number): void {
    this.#knownBytes += bytes;
    this.#unreadBytes = Math.max(0, this.#unreadBytes - bytes);
  }

  /** All has been read: from now on the account is exact. */
  noteAllFound(): void {
    this.#unreadBytes = 0;
  }

  /** Leaves the next process a bound that is close. */
  async close(): Promise<void> {
    await this.#writeBound(this.usedBytes);
  }

  async #writeBound(bytes: number): Promise<void> {
    const bound = Math.max(bytes, this.usedBytes);
    const path = this.#layout.nextIncoming();
    await writeFile(path, `${bound}\n`);
    await rename(path, this.#layout.total);
    this.#boundBytes = bound;
  }
}

/** The bound that an earlier process left, near what it stored and never less; `undefined` where there is none. */
export async function readStoredBound(layout: DiskLayout): Promise<number | undefined> {
  const text = await readFile(layout.total, "utf8").catch(() => "");
  return /^\d{1,15}\n$/.test(text) ? Number(text) : undefined;
}
