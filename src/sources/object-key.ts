import { SourceError } from "../source/index.ts";

/** S3's limit, in UTF-8 bytes; file systems and URLs allow no more that matters. */
const maxKeyBytes = 1024;

/**
 * Refuses keys that could mean something else to a file system, a URL or a log than they seem to: empty and dot segments, NUL and other
 * control characters, lone surrogates. Keys that a source merely does not hold pass.
 * @throws {SourceError} `invalid-key`
 */
export function assertUsableKey(key: string, location: string): void {
  const fault = faultOfKey(key);
  if (fault !== undefined) {
    const shown = key.length > 80 ? `${key.slice(0, 80)}…` : key;
    throw new SourceError("invalid-key", `Cannot open ${JSON.stringify(shown)} in ${location}: ${fault}`);
  }
}

function faultOfKey(key: string): string | undefined {
  if (key === "") return "the key is empty";
  if (!key.isWellFormed()) return "the key is not valid Unicode";
  if (/\p{Cc}/u.test(key)) return "the key contains a control character";
  if (new TextEncoder().encode(key).length > maxKeyBytes) return `the key is longer than ${maxKeyBytes} bytes`;
  for (const segment of key.split("/")) {
    if (segment === "") return "the key has an empty segment, or starts or ends with a slash";
    if (segment === "." || segment === "..") return "the key has a dot segment";
  }
  return undefined;
}
