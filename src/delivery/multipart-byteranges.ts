import { type ByteRange, rangeLength } from "../bytes/byte-range.ts";
import { formatContentRange } from "../http/index.ts";
import type { ReplyPart } from "./reply.ts";

/** The body of a 206 with several ranges (RFC 9110 section 14.6). */
export interface MultipartByteranges {
  readonly contentType: string;
  readonly lengthBytes: number;
  readonly parts: readonly ReplyPart[];
}

/** Frames ranges of one object as `multipart/byteranges`; the length is exact, so the answer needs no chunking. */
export function frameMultipartByteranges(
  ranges: readonly ByteRange[],
  sizeBytes: number,
  mediaType: string,
): MultipartByteranges {
  const boundary = `sluice-${crypto.randomUUID()}`;
  const parts: ReplyPart[] = [];
  let lengthBytes = 0;
  for (const [index, range] of ranges.entries()) {
    const framing = encode(
      `${index === 0 ? "" : "\r\n"}--${boundary}\r\n` +
        `Content-Type: ${mediaType}\r\nContent-Range: ${formatContentRange(range, sizeBytes)}\r\n\r\n`,
    );
    parts.push({ kind: "framing", bytes: framing }, { kind: "range", range });
    lengthBytes += framing.length + rangeLength(range);
  }
  const closing = encode(`\r\n--${boundary}--\r\n`);
  parts.push({ kind: "framing", bytes: closing });
  return {
    contentType: `multipart/byteranges; boundary=${boundary}`,
    lengthBytes: lengthBytes + closing.length,
    parts,
  };
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
