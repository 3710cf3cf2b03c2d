import type { RawFacts } from "./media-facts.ts";
import type { RandomBytes } from "./object-window.ts";

/** Sizes stand near the beginning, behind what a camera writes before it. */
const headBytes: readonly number[] = [64 * 1024, 512 * 1024];

/** True for the types that {@link readImageFacts} knows. */
export function hasReadableSize(mediaType: string): boolean {
  return /^image\/(?:jpeg|png|webp|gif|avif|hei[cf]|tiff)$/.test(mediaType);
}

/** Reads a picture's size and year from its first bytes; nothing is decoded. */
export async function readImageFacts(file: RandomBytes, mediaType: string): Promise<RawFacts> {
  // Loaded with the first picture: a library of music does without its 20 MiB.
  const { default: sharp } = await import("sharp");
  let failure: unknown;
  for (const length of headBytes) {
    try {
      const { width, height, orientation, exif } = await sharp(await file.bytes(0, length)).metadata();
      // Orientations from 5 on lie on their side (EXIF 2.3).
      const [widthPixels, heightPixels] = (orientation ?? 1) >= 5 ? [height, width] : [width, height];
      return { mediaType, widthPixels, heightPixels, year: exif === undefined ? undefined : exifYear(exif) };
    } catch (error) {
      failure = error;
      if (file.sizeBytes <= length) {
        break;
      }
    }
  }
  throw failure;
}

/** Times in EXIF are text of one form, `2024:05:17 18:03:11`; the earliest is when the picture was taken. */
function exifYear(exif: Uint8Array): number | undefined {
  const years = [
    ...Buffer.from(exif)
      .toString("latin1")
      .matchAll(/\b((?:18|19|20)\d\d):[01]\d:[0-3]\d [0-2]\d:/g),
  ];
  return years.length === 0 ? undefined : Math.min(...years.map(([, year]) => Number(year)));
}
