import { selectCover } from "music-metadata";
import { mediaTypeOfKey } from "../http/index.ts";
import type { CallOptions, MediaObject, Source } from "../source/index.ts";
import { parseAudio } from "./audio-tags.ts";
import { isTrackContainer, mediaTypeOfHead } from "./media-signature.ts";
import { ObjectWindow, type RandomBytes, TooMuchToRead } from "./object-window.ts";
import { readSmallObject } from "./read-small-object.ts";

/** Pictures larger than this are refused: no screen needs them, and each is held in memory while it is made small. */
export const maxArtworkBytes: number = 16 * 1024 * 1024;

/** A picture as it was found, or why there is none. */
export type FoundArtwork = { readonly bytes: Uint8Array } | { readonly problem: string };

const tooLarge = { problem: `The picture is larger than ${maxArtworkBytes / 1024 / 1024} MiB` };

/**
 * Reads the picture that a media file carries within itself.
 * @throws {SourceError} where the object cannot be read
 */
export async function readEmbeddedArtwork(
  source: Source,
  key: string,
  options: CallOptions = {},
): Promise<FoundArtwork> {
  const intent = { kind: "bounded", start: 0, end: readAheadBytes } as const;
  await using object = await source.open(key, { ...options, intent });
  if (object.sizeBytes === undefined || object.sizeBytes === 0) {
    return { problem: "The file is empty, or its source does not tell its length" };
  }
  const window = windowOf(object, object.sizeBytes, options);
  try {
    const bytes = await findPicture(window, mediaTypeOfKey(key));
    window.assertRead();
    if (bytes === undefined) {
      return { problem: "The file carries no picture" };
    }
    return bytes.length > maxArtworkBytes ? tooLarge : { bytes };
  } catch (error) {
    window.assertRead();
    return error instanceof TooMuchToRead ? tooLarge : { problem: "The file's tags are damaged" };
  }
}

/**
 * Reads a picture that is an object of its own: a cover, a photograph.
 * @throws {SourceError} where the object cannot be read
 */
export async function readArtworkObject(source: Source, key: string, options: CallOptions = {}): Promise<FoundArtwork> {
  const bytes = await readSmallObject(source, key, maxArtworkBytes, options);
  return bytes === undefined ? tooLarge : { bytes };
}

const readAheadBytes = 256 * 1024;

function windowOf(object: MediaObject, sizeBytes: number, options: CallOptions): ObjectWindow {
  // Besides the picture there are the tags around it.
  const budgetBytes = maxArtworkBytes + 4 * 1024 * 1024;
  return new ObjectWindow(object, sizeBytes, { ...options, budgetBytes, readAheadBytes });
}

async function findPicture(file: RandomBytes, named: string | undefined): Promise<Uint8Array | undefined> {
  const type = mediaTypeOfHead(await file.bytes(0, 64)) ?? named;
  if (type === undefined) {
    return undefined;
  }
  if (!isTrackContainer(type)) {
    return selectCover((await parseAudio(file, type)).common.picture)?.data;
  }
  const { openContainer } = await import("./container-tags.ts");
  using input = openContainer(file);
  const { images = [] } = await input.getMetadataTags();
  return (images.find(({ kind }) => kind === "coverFront") ?? images[0])?.data;
}
