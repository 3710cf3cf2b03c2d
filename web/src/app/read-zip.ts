/** A file in an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly sizeBytes: number;
  /** Read, and unpacked, when it is asked for. */
  readonly read: () => Promise<ArrayBuffer>;
}

const localHead = 0x04034b50;
const centralHead = 0x02014b50;
const endMark = 0x06054b50;
const longestEnd = 65_557;

/**
 * Lists a ZIP archive by its directory; nothing of it is unpacked before it is asked for.
 * @returns `undefined` where the file is none
 * @throws where it is damaged, or packed in a way that browsers cannot unpack
 */
export async function readZip(file: Blob): Promise<readonly ZipEntry[] | undefined> {
  const tailStart = Math.max(0, file.size - longestEnd);
  const tail = new DataView(await file.slice(tailStart).arrayBuffer());
  const head = new DataView(await file.slice(0, 4).arrayBuffer());
  if (head.byteLength < 4 || (head.getUint32(0, true) !== localHead && head.getUint32(0, true) !== endMark)) {
    return undefined;
  }
  const end = findEnd(tail);
  if (end === undefined) {
    throw new Error("The archive is cut off: its list of files is missing.");
  }
  const count = tail.getUint16(end + 10, true);
  const directoryBytes = tail.getUint32(end + 12, true);
  const directoryStart = tail.getUint32(end + 16, true);
  if (directoryStart + directoryBytes > file.size) {
    throw new Error("The archive is damaged, or larger than 4 GB: unpack it, and import the files in it.");
  }
  const directory = new DataView(await file.slice(directoryStart, directoryStart + directoryBytes).arrayBuffer());
  return listEntries(directory, count, file);
}

function findEnd(tail: DataView): number | undefined {
  for (let at = tail.byteLength - 22; at >= 0; at -= 1) {
    if (tail.getUint32(at, true) === endMark) return at;
  }
  return undefined;
}

function listEntries(directory: DataView, count: number, file: Blob): readonly ZipEntry[] {
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > directory.byteLength || directory.getUint32(at, true) !== centralHead) {
      throw new Error("The archive is damaged: its list of files breaks off.");
    }
    const method = directory.getUint16(at + 10, true);
    const packedBytes = directory.getUint32(at + 20, true);
    const sizeBytes = directory.getUint32(at + 24, true);
    const nameBytes = directory.getUint16(at + 28, true);
    const restBytes = directory.getUint16(at + 30, true) + directory.getUint16(at + 32, true);
    const start = directory.getUint32(at + 42, true);
    const name = new TextDecoder().decode(new Uint8Array(directory.buffer, at + 46, nameBytes));
    entries.push({ name, sizeBytes, read: () => unpack(file, { name, start, packedBytes, method }) });
    at += 46 + nameBytes + restBytes;
  }
  return entries;
}

async function unpack(
  file: Blob,
  {
    name,
    start,
    packedBytes,
    method,
  }: { readonly name: string; readonly start: number; readonly packedBytes: number; readonly method: number },
): Promise<ArrayBuffer> {
  // The head before the file has a name and fields of its own length.
  const head = new DataView(await file.slice(start, start + 30).arrayBuffer());
  const from = start + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  const packed = file.slice(from, from + packedBytes);
  if (method === 0) {
    return await packed.arrayBuffer();
  }
  if (method !== 8) {
    throw new Error(`"${name}" is packed in a way that browsers cannot unpack.`);
  }
  return await new Response(packed.stream().pipeThrough(new DecompressionStream("deflate-raw"))).arrayBuffer();
}
