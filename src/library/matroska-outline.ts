import { type EbmlElement, ebmlChildren, readEbmlElement, readUnsigned } from "./ebml-element.ts";
import { type Outline, type RandomBytes, SplicedBytes } from "./object-window.ts";

/** Ids of Matroska's elements (RFC 9559). */
const ids = {
  header: 0x1a45dfa3,
  segment: 0x18538067,
  seekHead: 0x114d9b74,
  seek: 0x4dbb,
  seekId: 0x53ab,
  seekPosition: 0x53ac,
  info: 0x1549a966,
  title: 0x7ba9,
  tracks: 0x1654ae6b,
  tags: 0x1254c367,
  attachments: 0x1941a469,
  attachedFile: 0x61a7,
  mediaType: 0x4660,
  cluster: 0x1f43b675,
} as const;

const describing: readonly number[] = [ids.info, ids.tracks, ids.tags];
const largestKeptBytes = 256 * 1024;
const maxElements = 64;
/** Fonts are attached by the dozen, and each costs a read to look past. */
const maxAttachedFiles = 2;
const maxTitleBytes = 4096;

/**
 * What describes a Matroska or WebM file, without its clusters, its cues and what is attached to it: fonts for captions are megabytes.
 * `undefined` where it is none.
 */
export async function outlineMatroska(file: RandomBytes): Promise<Outline | undefined> {
  const header = await readEbmlElement(file, 0);
  const segment = header?.id === ids.header ? await readEbmlElement(file, header.end) : undefined;
  if (header === undefined || segment?.id !== ids.segment) {
    return undefined;
  }
  const found = await findElements(file, segment);
  const kept: Uint8Array[] = [];
  for (const id of describing) {
    const element = found.get(id);
    if (element !== undefined && element.end - element.start <= largestKeptBytes) {
      kept.push(await file.bytes(element.start, element.end));
    }
  }
  const attachments = found.get(ids.attachments);
  const hasPicture = attachments !== undefined && (await holdsPicture(file, attachments));
  const length = kept.reduce((sum, bytes) => sum + bytes.length, 0);
  const pieces = [await file.bytes(0, header.end), segmentHead(length), ...kept];
  return { bytes: new SplicedBytes(pieces), hasPicture };
}

/** The elements before the first cluster, and those behind it that the index names. */
async function findElements(file: RandomBytes, segment: EbmlElement): Promise<Map<number, EbmlElement>> {
  const found = new Map<number, EbmlElement>();
  const indexed = new Map<number, number>();
  for await (const element of ebmlChildren(file, segment, maxElements)) {
    if (element.id === ids.cluster) {
      break;
    }
    found.set(element.id, element);
    if (element.id === ids.seekHead) {
      await readIndex(file, element, indexed);
    }
  }
  for (const [id, position] of indexed) {
    const isWanted = describing.includes(id) || id === ids.attachments;
    const element = isWanted && !found.has(id) ? await readEbmlElement(file, segment.body + position) : undefined;
    if (element?.id === id) {
      found.set(id, element);
    }
  }
  return found;
}

async function readIndex(file: RandomBytes, seekHead: EbmlElement, indexed: Map<number, number>): Promise<void> {
  for await (const seek of ebmlChildren(file, seekHead, maxElements)) {
    const entry = new Map<number, number>();
    for await (const field of ebmlChildren(file, seek, 4)) {
      entry.set(field.id, readUnsigned(await file.bytes(field.body, Math.min(field.end, field.body + 8))));
    }
    const [id, position] = [entry.get(ids.seekId), entry.get(ids.seekPosition)];
    if (seek.id === ids.seek && id !== undefined && position !== undefined) {
      indexed.set(id, position);
    }
  }
}

async function holdsPicture(file: RandomBytes, attachments: EbmlElement): Promise<boolean> {
  for await (const attached of ebmlChildren(file, attachments, maxAttachedFiles)) {
    for await (const { id, body, end } of ebmlChildren(file, attached, 8)) {
      const isPicture =
        id === ids.mediaType && textOf(await file.bytes(body, Math.min(end, body + 64))).startsWith("image/");
      if (isPicture && attached.id === ids.attachedFile) {
        return true;
      }
    }
  }
  return false;
}

function segmentHead(length: number): Uint8Array {
  const head = new Uint8Array(12);
  const view = new DataView(head.buffer);
  view.setUint32(0, ids.segment);
  view.setBigUint64(4, BigInt(length));
  view.setUint8(4, 1);
  return head;
}

/** The title of a Matroska or WebM file, from its segment's information: the library reads only those in tags. */
export async function readMatroskaTitle(file: RandomBytes): Promise<string | undefined> {
  const header = await readEbmlElement(file, 0);
  const segment = header?.id === ids.header ? await readEbmlElement(file, header.end) : undefined;
  if (segment?.id !== ids.segment) {
    return undefined;
  }
  for await (const element of ebmlChildren(file, segment, maxElements)) {
    for await (const field of ebmlChildren(
      file,
      element.id === ids.info ? element : { body: 0, end: 0 },
      maxElements,
    )) {
      if (field.id === ids.title) {
        return textOf(await file.bytes(field.body, Math.min(field.end, field.body + maxTitleBytes)));
      }
    }
    if (element.id === ids.cluster) {
      break;
    }
  }
  return undefined;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replace(/\0+$/, "");
}
