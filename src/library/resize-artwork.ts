import type { Sharp } from "sharp";
import { mediaTypeOfHead } from "./media-signature.ts";

/** Formats that artwork is given out in. */
export type ArtworkFormat = "webp" | "avif" | "jpeg";

/** Options of {@link resizeArtwork}. */
export interface ResizeOptions {
  /** Longest side, in pixels; a smaller picture is not made larger. */
  readonly size: number;
  readonly format: ArtworkFormat;
}

/** A small picture of 100 megapixels unpacks to 400 MB. */
const maxInputPixels = 64_000_000;
const timeoutSeconds = 20;

/**
 * Makes a picture small, upright and free of what a camera wrote into it (places, names).
 * @returns `problem` where the bytes are no picture that could be shown
 */
export async function resizeArtwork(
  bytes: Uint8Array,
  { size, format }: ResizeOptions,
): Promise<{ readonly bytes: Uint8Array; readonly mediaType: string } | { readonly problem: string }> {
  // Checked before the library sees it: it would also render SVG and PDF, which may refer to files.
  if (mediaTypeOfHead(bytes)?.startsWith("image/") !== true) {
    return { problem: "It is not a picture in a format that is known" };
  }
  const { default: sharp } = await import("sharp");
  try {
    const picture = sharp(bytes, { limitInputPixels: maxInputPixels, failOn: "truncated" })
      .rotate()
      .resize({ width: size, height: size, fit: "inside", withoutEnlargement: true })
      .timeout({ seconds: timeoutSeconds });
    const small = await encode(picture, format).toBuffer();
    return { bytes: small, mediaType: `image/${format}` };
  } catch (error) {
    return { problem: `The picture cannot be shown: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function encode(picture: Sharp, format: ArtworkFormat): Sharp {
  switch (format) {
    case "webp":
      return picture.webp({ quality: 80 });
    case "avif":
      // The least effort: more takes ten times as long, for a tenth of the bytes.
      return picture.avif({ quality: 55, effort: 1 });
    case "jpeg":
      return picture.flatten({ background: "#fff" }).jpeg({ quality: 82, mozjpeg: false, progressive: true });
  }
}
