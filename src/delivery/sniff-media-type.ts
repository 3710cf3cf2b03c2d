import { fileTypeFromBuffer } from "file-type";
import { BoundedMap } from "../bytes/bounded-map.ts";
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
  readonly #sniffed = new BoundedMap<string>(rememberedTypes);

  /** The type, where no byte has to be read for it. */
  known(key: string, object: MediaObject): string | undefined {
    const type = mediaTypeOfKey(key) ?? (isGenericMediaType(object.mediaType) ? undefined : object.mediaType);
    if (type !== undefined) {
      return type;
    }
    // Of an object without a size nothing can be read ahead.
    const isUnreadable = object.sizeBytes === undefined || object.sizeBytes === 0;
    return isUnreadable ? unknownType : this.#sniffed.get(versionName(key, object));
  }

  /** Reads the object's beginning and recognises it by its signature. */
  async sniff(key: string, object: MediaObject, options: CallOptions): Promise<string> {
    const head = new CollectingSink();
    await object.read({ start: 0, end: Math.min(sniffedBytes, object.sizeBytes ?? 0) }, head, options);
    const type = (await fileTypeFromBuffer(head.bytes()))?.mime ?? unknownType;
    if (object.validator !== undefined) {
      this.#sniffed.set(versionName(key, object), type);
    }
    return type;
  }
}

function versionName(key: string, object: MediaObject): string {
  return `${object.validator?.etag ?? ""} ${key}`;
}
