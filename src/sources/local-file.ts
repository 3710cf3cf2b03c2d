import { type BigIntStats, closeSync, constants, fstatSync, open, read, readlinkSync, realpath, stat } from "node:fs";
import { sep } from "node:path";
import { promisify } from "node:util";
import { assertRangeWithin, type ByteRange } from "../bytes/byte-range.ts";
import type { ByteSink } from "../bytes/byte-sink.ts";
import { copyRange } from "../bytes/range-copy.ts";
import { type CallOptions, type MediaObject, SourceError, throwIfAborted, type Validator } from "../source/index.ts";

const openFile = promisify(open);
const statFile = promisify(stat);
// The native one asks the system once; the other walks the path in JavaScript, one `lstat` a step.
const realPath = promisify(realpath.native);

/** An open file and the facts its version is pinned by. */
export interface PinnedFile {
  readonly descriptor: number;
  readonly version: BigIntStats;
}

/**
 * Opens `root/key` if that is a regular file below `root` once all links are resolved.
 *
 * Where the file lies is asked of the descriptor, after opening: whatever was swapped in between, what is checked is what will be
 * read. The look before opening keeps us from waking a device, and `O_NONBLOCK` from hanging on a FIFO that has just come.
 */
export async function openRegularFile(root: string, key: string): Promise<PinnedFile> {
  const path = `${root}${sep}${key}`;
  if (!(await statFile(path)).isFile()) {
    throw new SourceError("not-found", `Cannot open "${key}" in ${root}: not a regular file`);
  }
  const descriptor = await openFile(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const version = fstatSync(descriptor, { bigint: true });
    const truePath = await pathOf(descriptor, version, path);
    if (!version.isFile() || truePath?.startsWith(root.endsWith(sep) ? root : root + sep) !== true) {
      throw new SourceError("not-found", `Cannot open "${key}" in ${root}: it leads outside the folder`);
    }
    return { descriptor, version };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** The path of an open file without links; `undefined` where it cannot be told for certain. */
async function pathOf(descriptor: number, version: BigIntStats, path: string): Promise<string | undefined> {
  if (process.platform === "linux") {
    // The kernel's own answer, out of its memory.
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  }
  const resolved = await realPath(path);
  const found = await statFile(resolved, { bigint: true });
  return found.ino === version.ino && found.dev === version.dev ? resolved : undefined;
}

/** A file pinned to the version it had when it was opened. */
export class LocalObject implements MediaObject {
  readonly sizeBytes: number;
  readonly validator: Validator;
  readonly mediaType = undefined;
  readonly modifiedAt: Date;
  readonly #name: string;
  readonly #file: PinnedFile;
  #readers = 0;
  #disposed = false;

  constructor(key: string, location: string, file: PinnedFile) {
    this.#name = `"${key}" in ${location}`;
    this.#file = file;
    this.sizeBytes = Number(file.version.size);
    this.modifiedAt = new Date(Number(file.version.mtimeMs));
    this.validator = { etag: tagOf(file.version), derived: false, joinable: true };
  }

  async read(range: ByteRange, sink: ByteSink, options: CallOptions = {}): Promise<void> {
    assertRangeWithin(range, this.sizeBytes);
    if (this.#disposed) {
      throw new SourceError("aborted", `Cannot read ${this.#name}: it was closed`);
    }
    this.#readers += 1;
    try {
      const check = (): void => throwIfAborted(options.signal, `Cannot read ${this.#name}`);
      const fill = (buffer: Uint8Array, position: number): Promise<void> => this.#fill(buffer, position);
      await copyRange(range, { fill, check }, sink);
    } finally {
      this.#readers -= 1;
      this.#closeWhenUnused();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#disposed) {
      this.#disposed = true;
      this.#closeWhenUnused();
    }
  }

  /** A descriptor closed under a running read could be reused by another file: the last reader closes it. */
  #closeWhenUnused(): void {
    if (this.#disposed && this.#readers === 0) {
      this.#readers = -1;
      // Nothing was written, so nothing is waited for.
      closeSync(this.#file.descriptor);
    }
  }

  async #fill(buffer: Uint8Array, position: number): Promise<void> {
    let filled = 0;
    while (filled < buffer.length) {
      const count = await readAt(this.#file.descriptor, buffer, filled, buffer.length - filled, position + filled);
      if (count === 0) {
        throw new SourceError("changed", `Cannot read ${this.#name}: the file became shorter while it was read`);
      }
      filled += count;
    }
    this.#assertUnchanged();
  }

  /**
   * Checked after each chunk is read and before it is handed on. Synchronous because `fstat` on an open descriptor asks the kernel's
   * memory, not the disk: a round trip through the thread pool would cost ten times as much.
   */
  #assertUnchanged(): void {
    const now = fstatSync(this.#file.descriptor, { bigint: true });
    const then = this.#file.version;
    if (now.mtimeNs !== then.mtimeNs || now.size !== then.size) {
      throw new SourceError("changed", `Cannot read ${this.#name}: the file was written to while it was read`);
    }
  }
}

/**
 * Strong: two versions can share it only by being the same inode with the same size and the same nanosecond of change. The time of
 * modification alone can be set back, as `rsync --inplace --times` and `touch -r` do; that of the last change cannot.
 */
function tagOf(version: BigIntStats): string {
  const facts = [version.size, version.mtimeNs, version.ctimeNs, version.ino].map((fact) => fact.toString(36));
  return `"${facts.join("-")}"`;
}

function readAt(
  descriptor: number,
  buffer: Uint8Array,
  offset: number,
  length: number,
  position: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    read(descriptor, buffer, offset, length, position, (error, count) => {
      if (error === null) {
        resolve(count);
      } else {
        reject(error);
      }
    });
  });
}
