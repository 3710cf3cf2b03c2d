import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdtemp, mkdir, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MIB = 1024 * 1024;
const BLOCK_BYTES = 4 * MIB;
/** The object is this many bytes over and over. An odd length, so that the same offset within every MiB holds different bytes and a wrong one shows. */
export const PATTERN_BYTES: number = BLOCK_BYTES - 4093;

/** The path below every server's root, and below `/` in every address. */
export const OBJECT_PATH = "media/x/big.bin";

/** One large file that all servers of a run read, and a folder for their configurations. */
export interface Fixture extends AsyncDisposable {
  /** Folder that holds `media/x/big.bin`. */
  readonly root: string;
  readonly workFolder: string;
  readonly sizeBytes: number;
}

/**
 * Random bytes, one block of them over and over: no server or file system may find holes or compress it, and making a GiB
 * of fresh randomness takes seconds.
 */
export async function createFixture(sizeBytes: number): Promise<Fixture> {
  const workFolder = await mkdtemp(join(tmpdir(), "sluice-bench-"));
  // Also where a signal ends the run: a GiB must not stay behind.
  process.once("exit", () => rmSync(workFolder, { recursive: true, force: true }));
  const root = join(workFolder, "root");
  await mkdir(join(root, "media/x"), { recursive: true });
  await writeBlocks(join(root, OBJECT_PATH), sizeBytes);
  return {
    root,
    workFolder,
    sizeBytes,
    [Symbol.asyncDispose]: () => rm(workFolder, { recursive: true, force: true }),
  };
}

/** Reads the object once: a virtual machine may be made to give page cache back, and then the disk is what is measured. */
export async function readIntoPageCache({ root, sizeBytes }: Fixture): Promise<void> {
  await using file = await open(join(root, OBJECT_PATH));
  const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
  for (let position = 0; position < sizeBytes; position += buffer.length) {
    await file.read(buffer, 0, buffer.length, position);
  }
}

async function writeBlocks(path: string, sizeBytes: number): Promise<void> {
  const block = randomBytes(PATTERN_BYTES);
  await using file = await open(path, "w");
  for (let written = 0; written < sizeBytes; written += block.length) {
    await file.write(block, 0, Math.min(block.length, sizeBytes - written), written);
  }
}
