import { type Outline, type RandomBytes, SplicedBytes } from "./object-window.ts";

interface Box {
  readonly type: string;
  readonly start: number;
  /** Where its content begins. */
  readonly body: number;
  readonly end: number;
}

/** Boxes whose children are looked at. */
const containers = new Set(["moov", "trak", "mdia", "minf", "udta", "ilst"]);
/** Of the table of samples only what the samples are is copied; the tables that grow with the film follow it, empty. */
const emptyTables = ["stts", "stsc", "stsz", "stco"];
const largestKeptBytes = 64 * 1024;
const maxTopLevelBoxes = 64;
const maxChildren = 512;
const maxDepth = 8;

/**
 * The description of an MP4 or QuickTime file (ISO/IEC 14496-12) without its tables of samples: of a long film those are megabytes, and
 * duration, size and tags stand beside them. `undefined` where the file has no `moov`.
 */
export async function outlineMp4(file: RandomBytes): Promise<Outline | undefined> {
  const kept: Uint8Array[] = [];
  let position = 0;
  for (let count = 0; count < maxTopLevelBoxes && position < file.sizeBytes; count += 1) {
    const box = await readBox(file, position, file.sizeBytes);
    if (box === undefined) {
      return undefined;
    }
    if (box.type === "ftyp" && box.end - box.start <= largestKeptBytes) {
      kept.push(await file.bytes(box.start, box.end));
    } else if (box.type === "moov") {
      const cut = new BoxCutter(file);
      kept.push(await cut.cutDown(box, 0));
      return { bytes: new SplicedBytes(kept), hasPicture: cut.hasPicture };
    }
    position = box.end;
  }
  return undefined;
}

/** Copies boxes with what is large in them left out. */
class BoxCutter {
  hasPicture = false;
  readonly #file: RandomBytes;

  constructor(file: RandomBytes) {
    this.#file = file;
  }

  async cutDown(box: Box, depth: number): Promise<Uint8Array> {
    if (box.type === "covr") {
      this.hasPicture = true;
      return new Uint8Array(0);
    }
    if (box.type === "stbl") {
      const [description = new Uint8Array(0)] = await this.#cutDownChildren(box, box.body, depth, 1);
      return joinBox(box.type, [description, ...emptyTables.map(emptyTable)]);
    }
    if (containers.has(box.type)) {
      return joinBox(box.type, await this.#cutDownChildren(box, box.body, depth));
    }
    if (box.type === "meta") {
      return this.#cutDownTags(box, depth);
    }
    return box.end - box.start > largestKeptBytes ? new Uint8Array(0) : this.#file.bytes(box.start, box.end);
  }

  /** A full box in MP4, a plain one in QuickTime: the four bytes of flags are there or not. */
  async #cutDownTags(box: Box, depth: number): Promise<Uint8Array> {
    const isPlain = (await readBox(this.#file, box.body, box.end))?.type === "hdlr";
    const body = isPlain ? box.body : Math.min(box.body + 4, box.end);
    const flags = await this.#file.bytes(box.body, body);
    return joinBox(box.type, [flags, ...(await this.#cutDownChildren(box, body, depth))]);
  }

  async #cutDownChildren(box: Box, body: number, depth: number, limit: number = maxChildren): Promise<Uint8Array[]> {
    const children: Uint8Array[] = [];
    let position = body;
    while (position < box.end && children.length < limit && depth < maxDepth) {
      const child = await readBox(this.#file, position, box.end);
      if (child === undefined) {
        break;
      }
      children.push(await this.cutDown(child, depth + 1));
      position = child.end;
    }
    return children;
  }
}

async function readBox(file: RandomBytes, start: number, limit: number): Promise<Box | undefined> {
  const header = await file.bytes(start, Math.min(start + 16, limit));
  if (header.length < 8) {
    return undefined;
  }
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const type = String.fromCharCode(...header.subarray(4, 8));
  const size = view.getUint32(0);
  if (size === 0) {
    return { type, start, body: start + 8, end: limit };
  }
  const isLong = size === 1;
  if (isLong && header.length < 16) {
    return undefined;
  }
  const length = isLong ? Number(view.getBigUint64(8)) : size;
  const body = start + (isLong ? 16 : 8);
  return start + length < body || start + length > limit ? undefined : { type, start, body, end: start + length };
}

function joinBox(type: string, parts: readonly Uint8Array[]): Uint8Array {
  const length = 8 + parts.reduce((sum, part) => sum + part.length, 0);
  const box = new Uint8Array(length);
  new DataView(box.buffer).setUint32(0, length);
  box.set(
    Array.from(type, (letter) => letter.charCodeAt(0)),
    4,
  );
  let offset = 8;
  for (const part of parts) {
    box.set(part, offset);
    offset += part.length;
  }
  return box;
}

/** A full box that counts no entries; `stsz` has a sample size before its count. */
function emptyTable(type: string): Uint8Array {
  return joinBox(type, [new Uint8Array(type === "stsz" ? 12 : 8)]);
}
