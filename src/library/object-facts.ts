import { mediaKindOf } from "../http/index.ts";
import type { MediaObject } from "../source/index.ts";
import { hasReadableTags, readAudioTags } from "./audio-tags.ts";
import { outlineFlac } from "./flac-outline.ts";
import { outlineId3 } from "./id3-outline.ts";
import { hasReadableSize, readImageFacts } from "./image-facts.ts";
import { checkFacts, type MediaFacts, type RawFacts } from "./media-facts.ts";
import { outlineMatroska } from "./matroska-outline.ts";
import { isTrackContainer, mediaTypeOfHead } from "./media-signature.ts";
import { outlineMp4 } from "./mp4-outline.ts";
import { ObjectWindow, type Outline, type RandomBytes, TooMuchToRead } from "./object-window.ts";
import type { ReadFactsOptions } from "./read-media-facts.ts";

/** No more than this is read of any file to learn what it is. */
export const tagBudgetBytes: number = 1024 * 1024;
/** Read with the request that opens: holds the tags of nearly all files, and most covers before them. */
export const headBytes: number = 128 * 1024;
const readAheadBytes = 32 * 1024;

/** As much of an object as its facts are read from. */
export type ReadableObject = Pick<MediaObject, "sizeBytes" | "read">;

/**
 * Reads what an open object tells about itself.
 * @param named the type that its name says it is of
 * @throws {SourceError} where it cannot be read
 */
export async function readObjectFacts(
  object: ReadableObject,
  named: string | undefined,
  options: ReadFactsOptions = {},
): Promise<MediaFacts> {
  return checkFacts(await readObject(object, named, options));
}

async function readObject(
  object: ReadableObject,
  named: string | undefined,
  options: ReadFactsOptions,
): Promise<RawFacts> {
  if (object.sizeBytes === undefined || object.sizeBytes === 0) {
    const issue =
      object.sizeBytes === 0 ? "It is empty" : "Its source does not tell its length, so its tags cannot be read";
    return { mediaType: named, issues: [issue] };
  }
  const window = windowOf(object, object.sizeBytes, options);
  const actual = mediaTypeOfHead(await window.bytes(0, Math.min(headBytes, object.sizeBytes)));
  const raw = await readByType(window, actual ?? named);
  window.assertRead();
  const issues = [...misnamed(named, actual), ...(raw.issues ?? [])];
  return { ...raw, mediaType: settleType(named, raw.mediaType ?? actual), issues };
}

/** Whatever a parser stumbles over is the file's fault, and an issue of it. */
async function readByType(file: RandomBytes, type: string | undefined): Promise<RawFacts> {
  try {
    return type === undefined ? {} : await readIntact(file, type);
  } catch (error) {
    return { issues: [describeFailure(error)] };
  }
}

function windowOf(object: ReadableObject, sizeBytes: number, options: ReadFactsOptions): ObjectWindow {
  return new ObjectWindow(object, sizeBytes, { budgetBytes: tagBudgetBytes, readAheadBytes, ...options });
}

async function readIntact(file: RandomBytes, type: string): Promise<RawFacts> {
  if (mediaKindOf(type) === "image") {
    return hasReadableSize(type) ? readImageFacts(file, type) : {};
  }
  if (isTrackContainer(type)) {
    // Loaded with the first film: a library of MP3 does without its 20 MiB.
    const { readContainerTags } = await import("./container-tags.ts");
    const outline = await outlineContainer(file, type);
    return withOutline(outline, file, (bytes) => readContainerTags(bytes, type));
  }
  if (!hasReadableTags(type)) {
    return {};
  }
  const outline = (await outlineFlac(file)) ?? (await outlineId3(file));
  return withOutline(outline, file, (bytes) => readAudioTags(bytes, type));
}

async function outlineContainer(file: RandomBytes, type: string): Promise<Outline | undefined> {
  if (/matroska|webm/.test(type)) {
    return outlineMatroska(file);
  }
  return /mp4|quicktime|m4[abv]|3gpp/.test(type) ? outlineMp4(file) : undefined;
}

async function withOutline(
  outline: Outline | undefined,
  file: RandomBytes,
  read: (bytes: RandomBytes) => Promise<RawFacts>,
): Promise<RawFacts> {
  const facts = await read(outline?.bytes ?? file);
  return outline?.hasPicture === true ? { ...facts, hasArtwork: true } : facts;
}

/** A name is believed about the flavour of what a file is (`.m4b`, `.mka`), not about what it is. */
function settleType(named: string | undefined, actual: string | undefined): string | undefined {
  return named === undefined || (actual !== undefined && familyOf(named) !== familyOf(actual)) ? actual : named;
}

function misnamed(named: string | undefined, actual: string | undefined): string[] {
  return named !== undefined && actual !== undefined && familyOf(named) !== familyOf(actual)
    ? [`Its name says ${named}, its bytes say ${actual}`]
    : [];
}

/** Types that share a container look the same at their beginning. */
function familyOf(type: string): string {
  const container = type.replace(/^(?:audio|video)\/(?:x-)?/, "");
  const families: readonly (readonly string[])[] = [
    ["mp4", "quicktime", "m4a", "m4v", "m4b", "3gpp", "3gpp2"],
    ["matroska", "webm"],
    ["mpeg", "mp3", "mp2", "aac"],
    ["aiff", "aif"],
    ["wav", "wave", "vnd.wave"],
    ["ms-wma", "ms-wmv", "ms-asf"],
    ["ape", "monkeys-audio"],
    ["image/heic", "image/heif", "image/avif"],
  ];
  return families.find((family) => family.includes(container))?.[0] ?? container;
}

function describeFailure(error: unknown): string {
  return error instanceof TooMuchToRead
    ? `Not all of it was read: ${error.message}`
    : `It seems to be damaged: ${error instanceof Error ? error.message : String(error)}`;
}
