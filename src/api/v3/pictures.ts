import { type ArtworkFormat, type FoundArtwork, resizeArtwork } from "../../library/index.ts";
import type { LibraryServices } from "../library-services.ts";
import { ByteLimitedMap } from "./byte-limited-map.ts";
import { type PicturedItem, type PictureSource, readPicture } from "./picture-reader.ts";
import { TurnQueue } from "./turn-queue.ts";

/** Sizes that pictures are made in: any size asked for would fill the memory with copies. */
const largestSize = 2048;
export const pictureSizes: readonly number[] = [64, 128, 256, 512, 1024, largestSize];

/** A picture, and what tells it from others and from another version of itself. */
export interface PictureName {
  readonly name: string;
  readonly source: PictureSource;
  readonly item: PicturedItem;
}

/** Makes pictures in the sizes asked for, and remembers some. */
export interface Pictures {
  /** @throws {SourceError} where what holds it cannot be read */
  picture(named: PictureName, sizePixels: number, format: ArtworkFormat): Promise<FoundArtwork>;
}

const keptBytes = 32 * 1024 * 1024;
/** Each takes a core for a moment, and the cores have streams to serve. */
const maxRunning = 2;
const maxWaiting = 200;
const readTimeoutMs = 20_000;

/** Creates the maker of pictures. Who wants a picture that is being made shares it. */
export function createPictures(services: Pick<LibraryServices, "fetchPicture">): Pictures {
  const kept = new ByteLimitedMap(keptBytes);
  const running = new Map<string, Promise<FoundArtwork>>();
  const turns = new TurnQueue(maxRunning, maxWaiting);

  async function make({ source, item }: PictureName, size: number, format: ArtworkFormat): Promise<FoundArtwork> {
    // Not the asker's signal: others may have joined.
    const found = await readPicture(source, item, services, { signal: AbortSignal.timeout(readTimeoutMs) });
    return "problem" in found ? found : resizeArtwork(found.bytes, { size, format });
  }

  return {
    async picture(named, wantedPixels, format) {
      const size = pictureSizes.find((offered) => offered >= wantedPixels) ?? largestSize;
      const name = `${format} ${size} ${named.name}`;
      const held = kept.get(name);
      if (held !== undefined) {
        return { bytes: held };
      }
      let making = running.get(name);
      if (making === undefined) {
        making = turns.run(() => make(named, size, format)).finally(() => running.delete(name));
        running.set(name, making);
      }
      const found = await making;
      if ("bytes" in found) {
        kept.set(name, found.bytes);
      }
      return found;
    },
  };
}

/**
 * The format for what a client takes. WebP before AVIF where both are welcome: it is made ten times as fast, on cores that have streams to
 * serve.
 */
export function chooseArtworkFormat(accept: string | null): ArtworkFormat {
  const taken = (accept ?? "").toLowerCase();
  const isTaken = (type: string): boolean => new RegExp(`${type}(?!\\s*;\\s*q=0(?:\\.0*)?\\s*(?:,|$))`).test(taken);
  return isTaken("image/webp") ? "webp" : isTaken("image/avif") ? "avif" : "jpeg";
}
