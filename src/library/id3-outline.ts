import { type Outline, type RandomBytes, SplicedBytes } from "./object-window.ts";

/** A tag up to this size is read as it is. */
const smallTagBytes = 256 * 1024;
/** So much of a larger one is: what is large in it are pictures, which most writers put last. */
const keptTagBytes = 64 * 1024;

/**
 * A file whose ID3v2 tag is cut to its beginning where it is large (ID3v2.4 section 3.1), so that a cover of 100 MB costs no more to
 * scan than one of 100 kB. `undefined` where there is no such tag.
 */
export async function outlineId3(file: RandomBytes): Promise<Outline | undefined> {
  const header = await file.bytes(0, 10);
  if (header.length < 10 || String.fromCharCode(...header.subarray(0, 3)) !== "ID3") {
    return undefined;
  }
  const tagBytes = readSynchsafe(header.subarray(6, 10));
  if (tagBytes <= smallTagBytes) {
    return undefined;
  }
  const head = (await file.bytes(0, 10 + keptTagBytes)).slice();
  writeSynchsafe(head, 6, head.length - 10);
  const audioStart = Math.min(10 + tagBytes, file.sizeBytes);
  return { bytes: new SplicedBytes([head, { of: file, start: audioStart, end: file.sizeBytes }]), hasPicture: true };
}

function readSynchsafe(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => (value << 7) | (byte & 0x7f), 0);
}

function writeSynchsafe(target: Uint8Array, offset: number, value: number): void {
  for (let index = 0; index < 4; index += 1) {
    target[offset + index] = (value >> (7 * (3 - index))) & 0x7f;
  }
}
