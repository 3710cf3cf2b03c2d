import { constants, fstat, open } from "node:fs";
import { access } from "node:fs/promises";
import { promisify } from "node:util";
import { crc32 } from "node:zlib";
import { sharedBuffers } from "../bytes/buffer-pool.ts";
import { type BootTags, slicePath } from "./disk-context.ts";
import type { HotBlocks } from "./disk-hot-blocks.ts";
import type { DiskLayout } from "./disk-layout.ts";
import { DiskSliceFile } from "./disk-slice-file.ts";
import { unlessMissing } from "./disk-trouble.ts";
import type { SliceIndex } from "./slice-index.ts";

const openFile = promisify(open);
const statFile = promisify(fstat);

/** What {@link DiskFiles} works with. */
export interface DiskFilesOptions {
  readonly layout: DiskLayout;
  readonly index: SliceIndex;
  readonly boots: BootTags;
  readonly tier: HotBlocks;
  /** How many files may stay open unread. */
  readonly mostIdle: number;
}

/** How opening a slice's file ended: `lost` and `damaged` ones must be dropped; a `gone` one was dropped meanwhile. */
export type OpenOutcome = DiskSliceFile | "lost" | "damaged" | "gone";

/** The open files of slices, by slot. Those nobody reads stay open up to a number, the ones left longest ago close first. */
export class DiskFiles {
  readonly #options: DiskFilesOptions;
  readonly #files = new Map<number, DiskSliceFile>();
  /** In the order in which their last readers left. */
  readonly #idle = new Map<number, DiskSliceFile>();
  readonly #opening = new Map<number, Promise<"open" | "lost" | "damaged">>();

  constructor(options: DiskFilesOptions) {
    this.#options = options;
  }

  /** The slice's file, entered for the caller, who leaves it. */
  open(slot: number): OpenOutcome | Promise<OpenOutcome> {
    return this.#enter(slot) ?? this.#openAndEnter(slot);
  }

  /** Whether somebody reads it, or is about to. */
  isInUse(slot: number): boolean {
    return this.#opening.has(slot) || this.#files.get(slot)?.isInUse === true;
  }

  /** Takes the file away from its slot, for good. Whoever reads it goes on; `retire` it to see it closed. */
  detach(slot: number): DiskSliceFile | undefined {
    const file = this.#files.get(slot);
    this.#files.delete(slot);
    this.#idle.delete(slot);
    this.#opening.delete(slot);
    return file;
  }

  /** Closes what nobody reads, and the rest when its last reader leaves. */
  async close(): Promise<void> {
    const closing: Promise<void>[] = [];
    for (const [slot, file] of this.#files) {
      this.detach(slot);
      const closed = file.retire();
      if (!file.isInUse) {
        closing.push(closed);
      }
    }
    await Promise.all(closing);
  }

  #enter(slot: number): DiskSliceFile | undefined {
    const file = this.#files.get(slot);
    if (file !== undefined) {
      this.#idle.delete(slot);
      file.enter();
    }
    return file;
  }

  async #openAndEnter(slot: number): Promise<OpenOutcome> {
    const { slots } = this.#options.index;
    const owner = slots.owner[slot];
    const number = slots.index[slot];
    const outcome = await (this.#opening.get(slot) ?? this.#startOpening(slot));
    if (slots.owner[slot] !== owner || slots.index[slot] !== number) {
      return "gone";
    }
    return outcome === "open" ? (this.#enter(slot) ?? "gone") : outcome;
  }

  #startOpening(slot: number): Promise<"open" | "lost" | "damaged"> {
    const isWanted = (): boolean => this.#opening.get(slot) === opening;
    const opening: Promise<"open" | "lost" | "damaged"> = this.#openOnce(slot, isWanted).finally(() => {
      if (this.#opening.get(slot) === opening) {
        this.#opening.delete(slot);
      }
    });
    this.#opening.set(slot, opening);
    return opening;
  }

  async #openOnce(slot: number, isWanted: () => boolean): Promise<"open" | "lost" | "damaged"> {
    const { index, layout, tier } = this.#options;
    const path = slicePath(this.#options, slot);
    const lengthBytes = index.slots.lengthBytes[slot] ?? 0;
    const checksum = index.slots.trusted[slot] === 1 ? undefined : index.slots.checksum[slot];
    const descriptor = await unlessMissing(openFile(path, constants.O_RDONLY));
    if (descriptor === undefined) {
      // One slice may be lost; without the folder there is no cache at all, and this rejects.
      await access(layout.incoming);
      return "lost";
    }
    const file = new DiskSliceFile({ path, lengthBytes, descriptor }, tier, (idle) => this.#rest(slot, idle));
    let isGood = false;
    try {
      const stats = await statFile(descriptor);
      isGood = stats.size === lengthBytes && (checksum === undefined || (await checksumOf(file)) === checksum);
    } finally {
      if (isGood && isWanted()) {
        index.slots.trusted[slot] = 1;
        this.#files.set(slot, file);
        // Held until all who waited for it have entered.
        file.enter();
        setImmediate(() => file.leave());
      } else {
        void file.retire();
      }
    }
    return isGood ? "open" : "damaged";
  }

  #rest(slot: number, file: DiskSliceFile): void {
    this.#idle.set(slot, file);
    for (const [oldest, idle] of this.#idle) {
      if (this.#idle.size <= this.#options.mostIdle) {
        break;
      }
      this.#files.delete(oldest);
      this.#idle.delete(oldest);
      void idle.retire();
    }
  }
}

async function checksumOf(file: DiskSliceFile): Promise<number> {
  const buffer = sharedBuffers.take("fast");
  try {
    let checksum = 0;
    for (let position = 0; position < file.lengthBytes; position += buffer.length) {
      const piece = buffer.subarray(0, Math.min(buffer.length, file.lengthBytes - position));
      await file.readAt(piece, position);
      checksum = crc32(piece, checksum);
    }
    return checksum;
  } finally {
    sharedBuffers.give(buffer);
  }
}
