import { close, open, write } from "node:fs";
import { promisify } from "node:util";
import { crc32 } from "node:zlib";

const openFile = promisify(open);
const closeFile = promisify(close);
const pieceBytes = 1024 * 1024;

/** Writes a new file and sums it up meanwhile. @returns the CRC-32 of `bytes` */
export async function writeChecked(path: string, bytes: Uint8Array): Promise<number> {
  const descriptor = await openFile(path, "wx");
  try {
    let checksum = 0;
    for (let position = 0; position < bytes.length; position += pieceBytes) {
      const piece = bytes.subarray(position, position + pieceBytes);
      const written = writeAll(descriptor, piece, position);
      checksum = crc32(piece, checksum);
      await written;
    }
    return checksum;
  } finally {
    await closeFile(descriptor);
  }
}

async function writeAll(descriptor: number, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += await new Promise<number>((resolve, reject) => {
      write(descriptor, bytes, done, bytes.length - done, position + done, (error, count) => {
        if (error === null) {
          resolve(count);
        } else {
          reject(error);
        }
      });
    });
  }
}
