import type { ByteRange } from "../../../bytes/index.ts";

/** Where the fragments of an MP4 file lie, as its `sidx` box says (ISO/IEC 14496-12 section 8.16.3). */
export interface SegmentIndex {
  /** What comes before all fragments: the boxes `ftyp` and `moov`. */
  readonly head: ByteRange;
  /** One after the other, to the end of the file; each begins where a decoder can. */
  readonly segments: readonly { readonly range: ByteRange; readonly durationSeconds: number }[];
}

/** What the beginning of a file tells. */
export type IndexSearch =
  | { readonly kind: "found"; readonly index: SegmentIndex }
  /** Not yet anything: the bytes of `range` are needed, the box it begins with being the next. */
  | { readonly kind: "more"; readonly range: ByteRange }
  | { readonly kind: "none"; readonly why: string };

/** An index of a day in pieces of a second takes 1 MiB. */
const maxIndexBytes = 2 * 1024 * 1024;
/** Boxes before the first fragment: there are three. */
const maxBoxes = 32;
const boxHeadBytes = 16;

/**
 * Looks for the index in bytes of a file from `position` on, where a box begins.
 */
export function findSegmentIndex(bytes: Uint8Array, position: number, sizeBytes: number): IndexSearch {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  for (let count = 0; count < maxBoxes; count += 1) {
    const box = readBoxHead(view, at);
    if (box === undefined) {
      return needed(position + at, boxHeadBytes, sizeBytes);
    }
    const start = position + at;
    if (box.lengthBytes < box.headBytes || start + box.lengthBytes > sizeBytes) {
      return { kind: "none", why: `its box "${box.type}" has an impossible length` };
    }
    if (box.type === "moof" || box.type === "mdat") {
      return { kind: "none", why: "it has no index of its fragments (sidx) before them" };
    }
    if (box.type === "sidx") {
      if (box.lengthBytes > maxIndexBytes) {
        return { kind: "none", why: `its index takes ${box.lengthBytes} bytes, more than is read` };
      }
      if (at + box.lengthBytes > bytes.length) {
        return needed(start, box.lengthBytes, sizeBytes);
      }
      const body = new DataView(bytes.buffer, bytes.byteOffset + at + box.headBytes, box.lengthBytes - box.headBytes);
      return readIndex(body, { start, end: start + box.lengthBytes }, sizeBytes);
    }
    at += box.lengthBytes;
  }
  return { kind: "none", why: "it begins with too many boxes" };
}

function needed(start: number, lengthBytes: number, sizeBytes: number): IndexSearch {
  const range = { start, end: Math.min(start + lengthBytes, sizeBytes) };
  return start + 8 > sizeBytes ? { kind: "none", why: "it holds no fragments" } : { kind: "more", range };
}

interface BoxHead {
  readonly type: string;
  readonly lengthBytes: number;
  readonly headBytes: number;
}

/** `undefined` where its head is not all there. */
function readBoxHead(view: DataView, at: number): BoxHead | undefined {
  if (at + 8 > view.byteLength) {
    return undefined;
  }
  const short = view.getUint32(at);
  const type = String.fromCharCode(...[4, 5, 6, 7].map((offset) => view.getUint8(at + offset)));
  if (short !== 1) {
    // A length of 0 means "to the end of the file": only media lasts that long.
    return { type, lengthBytes: short === 0 ? Number.MAX_SAFE_INTEGER : short, headBytes: 8 };
  }
  return at + boxHeadBytes > view.byteLength
    ? undefined
    : { type, lengthBytes: Number(view.getBigUint64(at + 8)), headBytes: boxHeadBytes };
}

/** Reads the fields after a `sidx` box's head. */
function readIndex(body: DataView, box: ByteRange, sizeBytes: number): IndexSearch {
  const isLong = body.byteLength > 0 && body.getUint8(0) !== 0;
  const fieldsBytes = isLong ? 32 : 24;
  if (body.byteLength < fieldsBytes) {
    return { kind: "none", why: "its index is cut short" };
  }
  const timescale = body.getUint32(8);
  const firstOffset = isLong ? Number(body.getBigUint64(20)) : body.getUint32(16);
  const count = body.getUint16(fieldsBytes - 2);
  if (timescale === 0 || count === 0 || body.byteLength < fieldsBytes + count * 12) {
    return { kind: "none", why: "its index is malformed" };
  }
  const segments: SegmentIndex["segments"][number][] = [];
  let start = box.end + firstOffset;
  for (let at = fieldsBytes; at < fieldsBytes + count * 12; at += 12) {
    const reference = body.getUint32(at);
    const end = start + (reference & 0x7fff_ffff);
    if (reference >>> 31 === 1) {
      return { kind: "none", why: "its index is one of further indexes" };
    }
    if (end <= start || end > sizeBytes) {
      return { kind: "none", why: "its index points outside the file" };
    }
    segments.push({ range: { start, end }, durationSeconds: body.getUint32(at + 4) / timescale });
    start = end;
  }
  return { kind: "found", index: { head: { start: 0, end: box.start }, segments } };
}
