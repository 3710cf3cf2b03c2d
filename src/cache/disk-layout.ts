import { readFileSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { hashName } from "./slice-names.ts";

/** What the smallest file takes on disk; sizes are rounded up to it, because the limit is about the disk, not about contents. */
const blockBytes = 4096;
/** What a name takes in its folder, generously. */
const nameBytes = 128;

/** What a file with `lengthBytes` takes on disk. */
export function fileCost(lengthBytes: number): number {
  return Math.ceil(lengthBytes / blockBytes) * blockBytes + nameBytes;
}

/** What an empty folder takes on disk. */
export const folderCost: number = blockBytes + nameBytes;
/** Objects are spread over so many folders, all made at start. */
const fanNames: readonly string[] = Array.from({ length: 16 }, (_, number) => number.toString(16));
/** The store's own files and folders, whatever it holds. */
export const fixedCost: number = (4 + fanNames.length) * folderCost + 4 * fileCost(1);

/**
 * Where things lie:
 *
 *     lock             held by the one process that uses the folder
 *     format           what the grid is: another grid's slices are of no use; and a salt for boot tags
 *     total            never less than the bytes stored
 *     incoming/        files being written; emptied at every start
 *     trash/           folders being deleted
 *     objects/a/ab…/   an object, by the hash of its name
 *       about.json     its name, its versions, its record
 *       <version>.<index>.<length>.<checksum>.<boot>
 *
 * A slice's name tells all there is to know of it, so that a million are counted by reading folders, without touching a file.
 */
export class DiskLayout {
  readonly folder: string;
  readonly lock: string;
  readonly format: string;
  readonly total: string;
  readonly incoming: string;
  readonly trash: string;
  readonly objects: string;
  #incomingCount = 0;

  constructor(folder: string) {
    this.folder = folder;
    this.lock = join(folder, "lock");
    this.format = join(folder, "format");
    this.total = join(folder, "total");
    this.incoming = join(folder, "incoming");
    this.trash = join(folder, "trash");
    this.objects = join(folder, "objects");
  }

  /** A path for a file being written, never given out twice. */
  nextIncoming(): string {
    this.#incomingCount += 1;
    return `${this.incoming}/${this.#incomingCount}`;
  }

  /** The folders that object folders lie in. */
  fanFolders(): string[] {
    return fanNames.map((name) => `${this.objects}/${name}`);
  }

  objectFolder(hash: string): string {
    return `${this.objects}/${hash.slice(0, 1)}/${hash}`;
  }
}

/** The file in an object's folder that tells which object it is. */
export const aboutName = "about.json";

/** What a slice's file name tells. */
export interface SliceFileName {
  readonly tag: string;
  readonly index: number;
  readonly lengthBytes: number;
  /** CRC-32 of the bytes. */
  readonly checksum: number;
  /** The boot of the machine in which it was written: see {@link bootTag}. */
  readonly boot: string;
}

export function formatSliceFileName({ tag, index, lengthBytes, checksum, boot }: SliceFileName): string {
  return `${tag}.${index.toString(36)}.${lengthBytes.toString(36)}.${checksum.toString(36)}.${boot}`;
}

const sliceFileName = /^([0-9a-f]{24})\.([0-9a-z]{1,7})\.([0-9a-z]{1,7})\.([0-9a-z]{1,7})\.([0-9a-f]{8})$/;

/** @returns `undefined` where `name` is not one that {@link formatSliceFileName} makes */
export function parseSliceFileName(name: string): SliceFileName | undefined {
  const [, tag, index, length, checksum, boot] = sliceFileName.exec(name) ?? [];
  if (
    tag === undefined ||
    index === undefined ||
    length === undefined ||
    checksum === undefined ||
    boot === undefined
  ) {
    return undefined;
  }
  const numbers = [index, length, checksum].map((digits) => Number.parseInt(digits, 36));
  const [indexNumber = 0, lengthBytes = 0, checksumNumber = 0] = numbers;
  const isSane = numbers.every((number) => number <= 0xffff_ffff) && lengthBytes > 0;
  return isSane ? { tag, index: indexNumber, lengthBytes, checksum: checksumNumber, boot } : undefined;
}

/**
 * Names the machine's present boot. What was written in it is in the kernel's memory or on disk; what was written in another may
 * have been lost half way when the power went. Where the system does not tell, every process counts as a boot.
 *
 * @param salt changes when the disk has failed: the kernel may then have lost what it had promised to write
 */
export function bootTag(salt: string): string {
  let boot: string;
  try {
    boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8");
  } catch {
    boot = randomUUID();
  }
  return hashName(`${boot}${salt}`).slice(0, 8);
}
