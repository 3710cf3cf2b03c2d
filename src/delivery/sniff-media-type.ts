import { fileTypeFromBuffer } from "file-type";
import { CollectingSink } from "../bytes/byte-sink.ts";
import { isGenericMediaType, mediaTypeOfKey } from "../http/index.ts";
import type { CallOptions, MediaObject } from "../source/index.ts";

/** Bytes the library wants for its signatures. */
const sniffedBytes = 4100;
const unknownType = "application/octet-stream";
const rememberedTypes = 2048;

/**
 * Decides what an object is: by its extension, else by what the source says, else by its first bytes. Only the last costs a read, and is
 * remembered by version.
 */
export class MediaTypeResolver {
  readonly #sniffed = new Map<string, string>();

  async resolve(key: string, object: MediaObject, options: CallOptions): Promise<string> {
    const known = mediaTypeOfKey(key) ?? (isGenericMediaType(object.mediaType) ? undefined : object.mediaType);
    // Of an object without a size nothing can be read ahead.
    if (known !== undefined || object.sizeBytes === undefined || object.sizeBytes === 0) {
      return known ?? unknownType;
    }
    const version = object.validator === undefined ? undefined : `${object.validator.etag} ${key}`;
    const remembered = version === undefined ? undefined : this.#sniffed.get(version);
    return remembered ?? this.#remember(version, await sniff(object, object.sizeBytes, options));
  }

  #remember(version: string | undefined, type: string): string {
    if (version !== undefined) {
      const oldest = this.#sniffed.keys().next();
      if (this.#sniffed.size >= rememberedTypes && oldest.done !== true) {
        this.#sniffed.delete(oldest.value);
      }
      this.#sniffed.set(version, type);
    }
    return type;
  }
}

async function sniff(object: MediaObject, sizeBytes: number, options: CallOptions): Promise<string> {
  const head = new CollectingSink();
  await object.read({ start: 0, end: Math.min(sniffedBytes, sizeBytes) }, head, options);
  return (await fileTypeFromBuffer(head.bytes()))?.mime ?? unknownType;
}
