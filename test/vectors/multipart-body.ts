import { parseResponseHead, fieldValue } from "../wire/response-head.ts";

/** One part of a `multipart/byteranges` body; positions are inclusive, as in the header. */
export interface BodyPart {
  readonly contentType: string | undefined;
  readonly first: number;
  readonly last: number;
  readonly total: number;
  readonly bytes: Uint8Array;
}

/**
 * Parses a `multipart/byteranges` body (RFC 9110 section 14.6, RFC 2046 section 5.1.1) strictly: each part is as long as its
 * Content-Range says, delimiters stand exactly there and nowhere else, nothing follows the last one but one CRLF.
 *
 * @returns the parts, or what is wrong.
 */
export function parseMultipartBody(contentType: string, body: Uint8Array): readonly BodyPart[] | string {
  const boundary = boundaryOf(contentType);
  if (boundary === undefined) {
    return `no valid boundary in Content-Type ${contentType}`;
  }
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const delimiter = `--${boundary}`;
  let position = startsWithAt(bytes, "\r\n", 0) ? 2 : 0;
  const parts: BodyPart[] = [];
  for (;;) {
    if (!startsWithAt(bytes, delimiter, position)) {
      return `no delimiter at byte ${position}, after ${parts.length} parts`;
    }
    position += delimiter.length;
    if (startsWithAt(bytes, "--", position)) {
      return checkEnd(bytes, position + 2, parts, delimiter);
    }
    if (!startsWithAt(bytes, "\r\n", position)) {
      return `no CRLF after the delimiter at byte ${position}`;
    }
    const parsed = parsePart(bytes, position + 2);
    if (typeof parsed === "string") {
      return `part ${parts.length + 1}: ${parsed}`;
    }
    parts.push(parsed.part);
    position = parsed.end;
  }
}

function boundaryOf(contentType: string): string | undefined {
  const match = /^multipart\/byteranges; ?boundary=(?:"([^"\\]{1,70})"|([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,70}))$/i.exec(
    contentType,
  );
  const boundary = match?.[1] ?? match?.[2];
  return boundary === undefined || boundary.endsWith(" ") ? undefined : boundary;
}

function parsePart(bytes: Buffer, start: number): { part: BodyPart; end: number } | string {
  const headEnd = bytes.indexOf("\r\n\r\n", start, "latin1");
  if (headEnd === -1) {
    return "its head does not end";
  }
  // Only to reuse the strict field parser, which wants a status line.
  const { fields } = parseResponseHead(`HTTP/1.1 206 Part\r\n${bytes.toString("latin1", start, headEnd)}`);
  const range = fieldValue(fields, "Content-Range") ?? "";
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(range);
  if (match === null) {
    return `its Content-Range is ${JSON.stringify(range)}`;
  }
  const [first = 0, last = 0, total = 0] = match.slice(1).map(Number);
  const bodyStart = headEnd + 4;
  const bodyEnd = bodyStart + last - first + 1;
  if (first > last || last >= total || bodyEnd > bytes.length) {
    return `its Content-Range ${range} does not fit its ${bytes.length - bodyStart} bytes`;
  }
  if (!startsWithAt(bytes, "\r\n", bodyEnd)) {
    return `it is not ${last - first + 1} bytes long, as ${range} says`;
  }
  const part = {
    contentType: fieldValue(fields, "Content-Type"),
    first,
    last,
    total,
    bytes: bytes.subarray(bodyStart, bodyEnd),
  };
  return { part, end: bodyEnd + 2 };
}

function checkEnd(bytes: Buffer, end: number, parts: BodyPart[], delimiter: string): readonly BodyPart[] | string {
  const epilogue = bytes.toString("latin1", end);
  if (epilogue !== "" && epilogue !== "\r\n") {
    return `${epilogue.length} bytes after the last delimiter`;
  }
  if (parts.some((part) => Buffer.from(part.bytes).includes(delimiter, 0, "latin1"))) {
    return "the delimiter occurs inside a part";
  }
  return parts.length === 0 ? "no parts" : parts;
}

function startsWithAt(bytes: Buffer, text: string, position: number): boolean {
  return bytes.toString("latin1", position, position + text.length) === text;
}
