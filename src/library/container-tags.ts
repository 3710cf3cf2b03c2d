import { CustomSource, Input, type InputFormat, MATROSKA, MP4, MPEG_TS, OGG, QTFF, WEBM } from "mediabunny";
import { readMatroskaTitle } from "./matroska-outline.ts";
import type { RawFacts } from "./media-facts.ts";
import type { RandomBytes } from "./object-window.ts";
import { readOggSeconds } from "./ogg-duration.ts";

const formats: InputFormat[] = [MP4, QTFF, MATROSKA, WEBM, OGG, MPEG_TS];

/** Opens a file of tracks for its description; no packet is read. */
export function openContainer(file: RandomBytes): Input {
  const read = (start: number, end: number): Promise<Uint8Array> | Uint8Array => file.bytes(start, end);
  // A failed read shows where it is awaited; what the library reads ahead of need must not bring the process down.
  const source = new CustomSource({ getSize: () => file.sizeBytes, read, handleUnhandledError: () => undefined });
  return new Input({ formats, source });
}

/** Reads what files of tracks tell: MP4, QuickTime, Matroska, WebM, Ogg, MPEG-TS. */
export async function readContainerTags(file: RandomBytes, mediaType: string): Promise<RawFacts> {
  using input = openContainer(file);
  const tracks = await input.getTracks();
  const sound = tracks.filter((track) => track.isAudioTrack());
  const picture = tracks.find((track) => track.isVideoTrack());
  const tags = await readTags(input);
  const size =
    picture === undefined
      ? {}
      : { widthPixels: await picture.getDisplayWidth(), heightPixels: await picture.getDisplayHeight() };
  return {
    ...tags,
    title: tags.title ?? (await readMatroskaTitle(file)),
    ...size,
    mediaType: picture === undefined ? mediaType.replace(/^video\/(?=mp4|webm|matroska|ogg)/, "audio/") : mediaType,
    durationSeconds: (await input.getDurationFromMetadata()) ?? (await readOggSeconds(file, sound[0])),
    languages: await Promise.all(sound.map((track) => track.getLanguageCode())),
    issues: tracks.length === 0 ? ["No sound or picture was found in it"] : [],
  };
}

async function readTags(input: Input): Promise<RawFacts> {
  const tags = await input.getMetadataTags();
  return {
    title: tags.title,
    creators: namesOf(tags.artist, tags.raw?.["ARTIST"] ?? tags.raw?.["artist"]),
    album: tags.album,
    albumCreators: [tags.albumArtist],
    track: tags.trackNumber,
    disc: tags.discNumber,
    year: tags.date?.getUTCFullYear(),
    genres: namesOf(tags.genre, tags.raw?.["GENRE"] ?? tags.raw?.["genre"]),
    hasArtwork: (tags.images?.length ?? 0) > 0,
  };
}

/** Vorbis comments name each of several artists in a field of its own. */
function namesOf(one: string | undefined, several: unknown): (string | undefined)[] {
  return Array.isArray(several) ? several.filter((name) => typeof name === "string") : [one];
}
