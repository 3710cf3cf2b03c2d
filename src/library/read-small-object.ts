import { CollectingSink } from "../bytes/index.ts";
import type { CallOptions, Source } from "../source/index.ts";

/** Reads a whole object that is expected to be small: a playlist, captions. `undefined` where it is larger than `maxBytes`. */
export async function readSmallObject(
  source: Source,
  key: string,
  maxBytes: number,
  options: CallOptions = {},
): Promise<Uint8Array | undefined> {
  const intent = { kind: "bounded", start: 0, end: maxBytes } as const;
  await using object = await source.open(key, { ...options, intent });
  if (object.sizeBytes === undefined || object.sizeBytes > maxBytes) {
    return undefined;
  }
  const sink = new CollectingSink();
  await object.read({ start: 0, end: object.sizeBytes }, sink, { ...options, isCertain: true });
  return sink.bytes();
}
