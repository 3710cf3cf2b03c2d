import type { MediaLibrary, PictureFormat, PicturedItem } from "../media-library.ts";
import type { Source } from "../../source/index.ts";
import { ByteLimitedMap } from "./byte-limited-map.ts";
import { TurnQueue } from "./turn-queue.ts";

/** Sizes that pictures are made in: any size asked for would fill the memory with copies. */
export const pictureSizes: readonly number[] = [64, 128, 256, 512, 1024, 2048];

/** A picture, and what tells it from others and from another version of itself. */
export interface PictureName {
  readonly name: string;
  readonly source: Source;
  readonly item: PicturedItem;
}

/** Makes pictures in the sizes asked for, and remembers some. */
export interface Pictures {
  /** `undefined` where there is none that can be shown. @throws {SourceError} */
  picture(named: PictureName, sizePixels: number, format: PictureFormat): Promise<Uint8Array | undefined>;
}

const keptBytes = 32 * 1024 * 1024;
/** Each takes a core for a moment, and the cores have streams to serve. */
const maxRunning = 2;
const maxWaiting = 200;
const readTimeoutMs = 20_000;

/** Creates the maker of pictures. Who wants a picture that is being made shares it. */
export function createPictures(library: Pick<MediaLibrary, "readArtwork" | "resizeArtwork">): Pictures {
  const kept = new ByteLimitedMap(keptBytes);
  const running = new Map<string, Promise<Uint8Array | undefined>>();
  const turns = new TurnQueue(maxRunning, maxWaiting);

  async function make(
    { source, item }: PictureName,
    sizePixels: number,
    format: PictureFormat,
  ): Promise<Uint8Array | undefined> {
    // Not the asker's signal: others may have joined.
    const bytes = await library.readArtwork(source, item, { signal: AbortSignal.timeout(readTimeoutMs) });
    return bytes && library.resizeArtwork(bytes, { sizePixels, format });
  }

  return {
    async picture(named, wantedPixels, format) {
      const sizePixels = pictureSizes.find((size) => size >= wantedPixels) ?? 2048;
      const name = `${format} ${sizePixels} ${named.name}`;
      const held = kept.get(name);
      if (held !== undefined) {
        return held;
      }
      let making = running.get(name);
      if (making === undefined) {
        making = turns.run(() => make(named, sizePixels, format)).finally(() => running.delete(name));
        running.set(name, making);
      }
      const bytes = await making;
      if (bytes !== undefined) {
        kept.set(name, bytes);
      }
      return bytes;
    },
  };
}

/**
 * The format for what a client takes. WebP before AVIF where both are welcome: it is made ten times as fast, on cores that have streams to
 * serve.
 */
export function choosePictureFormat(accept: string | null): PictureFormat {
  const taken = (accept ?? "").toLowerCase();
  const isTaken = (type: string): boolean => new RegExp(`${type}(?!\\s*;\\s*q=0(?:\\.0*)?\\s*(?:,|$))`).test(taken);
  return isTaken("image/webp") ? "webp" : isTaken("image/avif") ? "avif" : "jpeg";
}
