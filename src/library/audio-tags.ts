import { getSupportedMimeTypes, type IAudioMetadata, parseBlob, parseBuffer } from "music-metadata";
import type { RawFacts } from "./media-facts.ts";
import type { RandomBytes } from "./object-window.ts";

const readableTypes = getSupportedMimeTypes();

/** True for the types whose tags {@link readAudioTags} knows; of others (MIDI, AMR) no more than their being there is known. */
export function hasReadableTags(mediaType: string): boolean {
  return readableTypes.some((type) => type.startsWith(mediaType.replace("/x-", "/")));
}

/** Reads what audio files of the kinds without a container of tracks tell: MP3, FLAC, WAV, AIFF, WMA, APE, WavPack and others. */
export async function readAudioTags(file: RandomBytes, mediaType: string): Promise<RawFacts> {
  return factsOf(await parseAudio(file, mediaType), file.sizeBytes, mediaType);
}

/** Runs the parser; what is small enough to be held whole costs it no promise a field. */
export async function parseAudio(file: RandomBytes, mediaType: string): Promise<IAudioMetadata> {
  const options = { duration: false, skipCovers: false };
  const held = file.bytes(0, file.sizeBytes <= wholeBytes ? file.sizeBytes : 0);
  return file.sizeBytes <= wholeBytes
    ? parseBuffer(await held, { mimeType: mediaType, size: file.sizeBytes }, options)
    : parseBlob(blobOf(file, mediaType), options);
}

const wholeBytes = 64 * 1024;

/** As much of a `Blob` as the parser uses of one: its size, its type, and slices. */
function blobOf(file: RandomBytes, type: string): Blob {
  const blob = {
    size: file.sizeBytes,
    type,
    slice: (start: number, end: number) => ({
      arrayBuffer: async (): Promise<ArrayBuffer> => new Uint8Array(await file.bytes(start, end)).buffer,
    }),
  };
  return blob as unknown as Blob;
}

function factsOf({ common, format }: IAudioMetadata, sizeBytes: number, mediaType: string): RawFacts {
  const video = format.trackInfo.find((track) => track.video !== undefined)?.video;
  return {
    mediaType,
    title: common.title,
    creators: common.artists ?? [common.artist],
    album: common.album,
    albumCreators: common.albumartists ?? [common.albumartist],
    track: common.track.no,
    disc: common.disk.no,
    year: common.year,
    genres: common.genre,
    durationSeconds: format.duration ?? estimateSeconds(format.bitrate, sizeBytes),
    widthPixels: video?.pixelWidth,
    heightPixels: video?.pixelHeight,
    languages: [common.language],
    hasArtwork: (common.picture?.length ?? 0) > 0,
    issues: format.duration === undefined && format.bitrate === undefined ? ["No sound was found in it"] : [],
  };
}

/** Streams of frames without a table of contents do not tell how long they are. */
function estimateSeconds(bitsPerSecond: number | undefined, sizeBytes: number): number | undefined {
  return bitsPerSecond === undefined || bitsPerSecond <= 0 ? undefined : (sizeBytes * 8) / bitsPerSecond;
}
