import { type Outline, type RandomBytes, SplicedBytes } from "./object-window.ts";

const streamInfo = 0;
const vorbisComment = 4;
const picture = 6;
const maxBlocks = 128;

/** The blocks of a FLAC file that describe it, without pictures and seek tables; `undefined` where it is none (RFC 9639 section 8). */
export async function outlineFlac(file: RandomBytes): Promise<Outline | undefined> {
  const signature = await file.bytes(0, 4);
  if (String.fromCharCode(...signature) !== "fLaC") {
    return undefined;
  }
  const kept: Uint8Array[] = [signature];
  let hasPicture = false;
  let position = 4;
  for (let count = 0; count < maxBlocks; count += 1) {
    const header = await file.bytes(position, position + 4);
    const [flags = 0, high = 0, middle = 0, low = 0] = header;
    const start = position + 4;
    const end = start + ((high << 16) | (middle << 8) | low);
    if (header.length < 4 || end > file.sizeBytes) {
      break;
    }
    const type = flags & 0x7f;
    if (type === streamInfo || type === vorbisComment) {
      kept.push((await file.bytes(position, end)).slice());
    } else if (type === picture) {
      hasPicture = true;
    }
    position = end;
    if ((flags & 0x80) !== 0) {
      break;
    }
  }
  markLast(kept);
  // The audio that follows tells the bitrate; a parser reads no byte of it.
  return { bytes: new SplicedBytes([...kept, { of: file, start: position, end: file.sizeBytes }]), hasPicture };
}

function markLast(blocks: readonly Uint8Array[]): void {
  for (const [index, block] of blocks.entries()) {
    if (index > 0) {
      block[0] = ((block[0] ?? 0) & 0x7f) | (index === blocks.length - 1 ? 0x80 : 0);
    }
  }
}
