import { SourceError } from "../../source/index.ts";
import type { UpstreamResponse } from "./upstream-response.ts";

/**
 * Reads a body to its end.
 * @throws {SourceError} `bad-upstream` where it is larger than `maxBytes`: it is refused then, not cut
 */
export async function collectBody(
  response: UpstreamResponse,
  name: string,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let lengthBytes = response.lengthBytes ?? 0;
  if (lengthBytes <= maxBytes) {
    lengthBytes = 0;
    for (let chunk = await response.read(); chunk !== undefined; chunk = await response.read()) {
      lengthBytes += chunk.length;
      if (lengthBytes > maxBytes) {
        break;
      }
      // Chunks are lent until the next read.
      chunks.push(chunk.slice());
    }
  }
  if (lengthBytes > maxBytes) {
    throw new SourceError("bad-upstream", `Cannot fetch ${name}: it is larger than ${maxBytes} bytes`);
  }
  const bytes = new Uint8Array(lengthBytes);
  chunks.reduce((offset, chunk) => (bytes.set(chunk, offset), offset + chunk.length), 0);
  return bytes;
}
