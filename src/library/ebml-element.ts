import type { RandomBytes } from "./object-window.ts";

/** An element of EBML (RFC 8794), of which Matroska and WebM are made. */
export interface EbmlElement {
  /** With its length marker, as the specifications write it. */
  readonly id: number;
  readonly start: number;
  /** Where its content begins. */
  readonly body: number;
  /** `Infinity` where its writer did not know yet. */
  readonly end: number;
}

/** Reads the head of the element at `start`; `undefined` where there is none. */
export async function readEbmlElement(file: RandomBytes, start: number): Promise<EbmlElement | undefined> {
  const bytes = await file.bytes(start, start + 12);
  const idLength = Math.clz32(bytes[0] ?? 0) - 23;
  const sizeLength = Math.clz32(bytes[idLength] ?? 0) - 23;
  if (idLength < 1 || idLength > 4 || sizeLength < 1 || sizeLength > 8 || bytes.length < idLength + sizeLength) {
    return undefined;
  }
  const digits = bytes.subarray(idLength, idLength + sizeLength);
  const marker = 0x100 >> sizeLength;
  const size = digits.reduce((value, byte, index) => (index === 0 ? byte & (marker - 1) : value * 256 + byte), 0);
  const isEndless = size >= 2 ** (7 * sizeLength) - 1;
  const body = start + idLength + sizeLength;
  return { id: readUnsigned(bytes.subarray(0, idLength)), start, body, end: isEndless ? Infinity : body + size };
}

/** The elements within `parent`, at most `limit`; nothing after one without an end. */
export async function* ebmlChildren(
  file: RandomBytes,
  parent: Pick<EbmlElement, "body" | "end">,
  limit: number,
): AsyncGenerator<EbmlElement> {
  const end = Math.min(parent.end, file.sizeBytes);
  let position = parent.body;
  for (let count = 0; count < limit && position < end; count += 1) {
    const element = await readEbmlElement(file, position);
    if (element === undefined) {
      return;
    }
    yield element;
    position = element.end;
  }
}

/** A number of any length, most significant byte first. */
export function readUnsigned(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}
