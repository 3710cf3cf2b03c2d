/** What an address under `/media/` or `/browse/` names. */
export interface MediaPath {
  readonly kind: "path";
  readonly source: string;
  /** Decoded once. Ends in `/`, or is empty, only where folders are allowed. */
  readonly key: string;
}

/** Why an address can name nothing here; `detail` is for the person who made it. */
export interface RefusedPath {
  readonly kind: "refused";
  readonly status: 400 | 404 | 414;
  readonly detail: string;
}

/** Options of {@link parseMediaTarget}. */
export interface MediaPathOptions {
  /** What the path starts with: `/media/`. */
  readonly mount: string;
  /** Whether an empty key, or one that ends in `/`, is an answer. @default false */
  readonly allowFolder?: boolean;
  /** Longest key in UTF-8 bytes. @default 1024, S3's limit; sources refuse longer ones too. */
  readonly maxKeyBytes?: number;
}

const slash = 0x2f;
const backslash = 0x5c;
const percent = 0x25;
// ignoreBOM keeps a leading U+FEFF: dropping it would name another key.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads `{mount}{source}/{key}` from a raw request path: percent-decoding exactly once, then UTF-8, then refusals. Sources guard
 * themselves too; refusing here keeps every spelling of `..` from ever reaching one, and gives all sources one answer. Keys that
 * S3 allows but no address can carry safely (`a//b`, `../a`, a backslash) are refused for every source alike.
 *
 * @param path as it came over the wire, without the query; it must start with `mount`.
 */
export function parseMediaTarget(path: string, options: MediaPathOptions): MediaPath | RefusedPath {
  const bytes = decodePercent(path.slice(options.mount.length));
  if (typeof bytes === "string") {
    return refused(400, bytes);
  }
  const text = decodeUtf8(bytes);
  if (text === undefined) {
    return refused(400, "The path is not UTF-8 once its percent-encoding is decoded.");
  }
  // C1 controls too: terminals act on them, and no one names a file with one.
  if (/\p{Cc}/u.test(text)) {
    return refused(400, "The path holds a control character.");
  }
  return resolvePath(text, options);
}

function resolvePath(text: string, options: MediaPathOptions): MediaPath | RefusedPath {
  const cut = text.indexOf("/");
  const source = cut === -1 ? text : text.slice(0, cut);
  const key = cut === -1 ? "" : text.slice(cut + 1);
  if (source === "") {
    return refused(404, "The path names no source.");
  }
  const folder = key === "" || key.endsWith("/");
  const segments = [source, ...(folder ? key.slice(0, -1) : key).split("/")];
  if (segments.some((segment) => segment === "." || segment === "..")) {
    return refused(400, 'The path holds a "." or ".." segment.');
  }
  if (key !== "" && segments.includes("")) {
    return refused(400, "The path holds an empty segment.");
  }
  const maxKeyBytes = options.maxKeyBytes ?? 1024;
  if (Buffer.byteLength(key) > maxKeyBytes) {
    return refused(414, `The path is longer than ${maxKeyBytes} bytes.`);
  }
  if (folder && options.allowFolder !== true) {
    return refused(404, "The path names a folder, not a file.");
  }
  return { kind: "path", source, key };
}

/** The bytes that a raw path stands for, or why it is refused. */
function decodePercent(raw: string): Uint8Array | string {
  const bytes = new Uint8Array(raw.length);
  let length = 0;
  for (let index = 0; index < raw.length; index += 1) {
    let byte = raw.charCodeAt(index);
    // Node's parser refuses such requests already; whoever puts another in front must not change what a path means.
    if (byte > 0x7f) {
      return "The path holds a character beyond ASCII that is not percent-encoded.";
    }
    if (byte === percent) {
      const hex = raw.slice(index + 1, index + 3);
      if (!/^[0-9A-Fa-f]{2}$/.test(hex)) {
        return 'The path holds a "%" that is not followed by two hexadecimal digits; write "%25" for a percent sign.';
      }
      byte = Number.parseInt(hex, 16);
      // An encoded slash is data to some programs and a separator to others in front of us: whoever guesses wrong serves
      // the wrong file.
      if (byte === slash) {
        return 'The path holds an encoded slash ("%2F"); write it as "/".';
      }
      index += 2;
    }
    if (byte === backslash) {
      return "The path holds a backslash.";
    }
    bytes[length] = byte;
    length += 1;
  }
  return bytes.subarray(0, length);
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

function refused(status: RefusedPath["status"], detail: string): RefusedPath {
  return { kind: "refused", status, detail };
}
