/** What the engine says of its own abilities, before anything is asked of a server. */
export function canPlayInPage(kind: "audio" | "video", mediaType: string): boolean {
  return document.createElement(kind).canPlayType(mediaType) !== "";
}

/** Loads and decodes an image; resolves with its width in pixels. */
export async function decodeImageInPage(url: string): Promise<number> {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image.naturalWidth;
}
