import type { Sidecar } from "../catalog/index.ts";
import type { CallOptions, Source } from "../source/index.ts";
import { decodeText } from "./decode-text.ts";
import { readSmallObject } from "./read-small-object.ts";
import { toWebVtt, type WebVtt } from "./web-vtt.ts";

/** Ten times the captions of a long film. */
const maxCaptionBytes = 2 * 1024 * 1024;

/**
 * Reads an item's captions or lyrics as WebVTT, from whatever format and encoding they are in.
 * @throws {SourceError} where the object cannot be read
 */
export async function readCaptions(
  source: Source,
  { key, format }: Pick<Sidecar, "key" | "format">,
  options: CallOptions = {},
): Promise<WebVtt> {
  const bytes = await readSmallObject(source, key, maxCaptionBytes, options);
  return bytes === undefined
    ? { problem: `It is larger than ${maxCaptionBytes / 1024 / 1024} MiB` }
    : toWebVtt(decodeText(bytes), format);
}
