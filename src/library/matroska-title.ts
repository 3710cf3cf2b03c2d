import type { RandomBytes } from "./object-window.ts";

/** Element ids of Matroska (RFC 9559), with their length markers. */
const ebmlHeader = 0x1a45dfa3;
const segment = 0x18538067;
const segmentInfo = 0x1549a966;
const title = 0x7ba9;
const firstCluster = 0x1f43b675;
const maxElements = 64;
const maxTitleBytes = 4096;

/** The title of a Matroska or WebM file, from its segment's information: the library reads only those in tags. */
export async function readMatroskaTitle(file: RandomBytes): Promise<string | undefined> {
  let position = 0;
  let end = file.sizeBytes;
  for (let count = 0; count < maxElements && position < end; count += 1) {
    const element = await readElement(file, position);
    if (element === undefined || element.id === firstCluster || (count === 0 && element.id !== ebmlHeader)) {
      return undefined;
    }
    const { id, body, size } = element;
    if (id === title) {
      return new TextDecoder().decode(await file.bytes(body, body + Math.min(size, maxTitleBytes))).replace(/\0+$/, "");
    }
    if (id === segment || id === segmentInfo) {
      position = body;
      end = Math.min(end, body + size);
    } else {
      position = body + size;
    }
  }
  return undefined;
}

/** An element's id, where its content begins, and its length (endless where the file was streamed). */
async function readElement(
  file: RandomBytes,
  start: number,
): Promise<{ id: number; body: number; size: number } | undefined> {
  const bytes = await file.bytes(start, start + 12);
  const idLength = Math.clz32(bytes[0] ?? 0) - 23;
  const sizeLength = Math.clz32(bytes[idLength] ?? 0) - 23;
  if (idLength < 1 || idLength > 4 || sizeLength < 1 || sizeLength > 8 || bytes.length < idLength + sizeLength) {
    return undefined;
  }
  const id = bytes.subarray(0, idLength).reduce((value, byte) => value * 256 + byte, 0);
  const digits = bytes.subarray(idLength, idLength + sizeLength);
  const marker = 0x100 >> sizeLength;
  const size = digits.reduce((value, byte, index) => (index === 0 ? byte & (marker - 1) : value * 256 + byte), 0);
  const isEndless = size >= 2 ** (7 * sizeLength) - 1;
  return { id, body: start + idLength + sizeLength, size: isEndless ? Number.POSITIVE_INFINITY : size };
}
