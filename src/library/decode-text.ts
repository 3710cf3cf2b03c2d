/** Names encodings by the bytes a text begins with. */
const byteOrderMarks: readonly (readonly [string, readonly number[]])[] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

/**
 * Decodes the text of a playlist, caption or feed whose encoding nobody tells: by its byte order mark, by the zero bytes of UTF-16, as UTF-8, and
 * where it is none of these as Windows-1252, in which every byte means something.
 */
export function decodeText(bytes: Uint8Array): string {
  const marked = byteOrderMarks.find(([, mark]) => mark.every((byte, index) => bytes[index] === byte));
  if (marked !== undefined) {
    return new TextDecoder(marked[0]).decode(bytes);
  }
  const guess = guessUtf16(bytes);
  if (guess !== undefined) {
    return new TextDecoder(guess).decode(bytes);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** Text of ASCII letters in UTF-16 has a zero in every second byte; no text in another encoding has any. */
function guessUtf16(bytes: Uint8Array): string | undefined {
  const sample = bytes.subarray(0, 512);
  const zeros = [0, 0];
  for (const [index, byte] of sample.entries()) {
    if (byte === 0) {
      zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
    }
  }
  const [even = 0, odd = 0] = zeros;
  if (Math.max(even, odd) < sample.length / 6) {
    return undefined;
  }
  return odd > even ? "utf-16le" : "utf-16be";
}
