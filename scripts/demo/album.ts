import type { Composition } from "./arranger.ts";
import { compositions } from "./compositions.ts";
import { reproducible, runFfmpeg, writeChunk } from "./ffmpeg.ts";

export interface Track {
  readonly fileName: string;
  readonly title: string;
  readonly music: Composition;
  /** Ogg has no place for a picture of its own; there it is a tag (a FLAC picture block in base64). */
  readonly cover: "stream" | "tag";
  readonly encoding: readonly string[];
}

export const album = {
  folder: "Music/Tidewater",
  title: "Tidewater",
  artist: "Sluice House Ensemble",
  date: "2025",
  genre: "Ambient",
} as const;

export const tracks: readonly Track[] = [
  {
    fileName: "01 Low Water.mp3",
    title: "Low Water",
    music: compositions.lowWater,
    cover: "stream",
    encoding: ["-c:a", "libmp3lame", "-b:a", "128k", "-id3v2_version", "3", "-write_xing", "1"],
  },
  {
    fileName: "02 Harbour Lights.m4a",
    title: "Harbour Lights",
    music: compositions.harbourLights,
    cover: "stream",
    encoding: ["-c:a", "aac", "-b:a", "128k", "-movflags", "+faststart", "-f", "ipod"],
  },
  {
    fileName: "03 Nachtzug nach Föhr.flac",
    title: "Nachtzug nach Föhr",
    music: compositions.nightTrain,
    cover: "stream",
    encoding: ["-c:a", "flac", "-ar", "44100", "-sample_fmt", "s16", "-compression_level", "8"],
  },
  {
    fileName: "04 Salt & Starlight.opus",
    title: "Salt & Starlight",
    music: compositions.starlight,
    cover: "tag",
    encoding: ["-c:a", "libopus", "-b:a", "96k"],
  },
  {
    fileName: "05 Morning on the Flats.ogg",
    title: "Morning on the Flats",
    music: compositions.morning,
    cover: "tag",
    encoding: ["-c:a", "libvorbis", "-q:a", "3"],
  },
];

/** A FLAC picture block: a front cover in JPEG (https://www.rfc-editor.org/rfc/rfc9639#section-8.8). */
export function formatPictureBlock(jpeg: Buffer, sidePixels: number): Buffer {
  const mediaType = Buffer.from("image/jpeg");
  const head = Buffer.alloc(8 + mediaType.length + 24);
  head.writeUInt32BE(3, 0);
  head.writeUInt32BE(mediaType.length, 4);
  mediaType.copy(head, 8);
  const after = 8 + mediaType.length;
  head.writeUInt32BE(0, after);
  head.writeUInt32BE(sidePixels, after + 4);
  head.writeUInt32BE(sidePixels, after + 8);
  head.writeUInt32BE(24, after + 12);
  head.writeUInt32BE(0, after + 16);
  head.writeUInt32BE(jpeg.length, after + 20);
  return Buffer.concat([head, jpeg]);
}

function escapeMetadata(text: string): string {
  return text.replace(/[=;#\\\n]/g, "\\$&");
}

/** The tags of a track in ffmpeg's metadata format: a picture in base64 is too long for a command line. */
export function formatTags(track: Track, number: number, picture: Buffer | undefined): string {
  const tags: [string, string][] = [
    ["title", track.title],
    ["artist", album.artist],
    ["album_artist", album.artist],
    ["album", album.title],
    ["track", `${number}/${tracks.length}`],
    ["date", album.date],
    ["genre", album.genre],
    ["copyright", "CC0 1.0"],
  ];
  if (picture !== undefined) tags.push(["METADATA_BLOCK_PICTURE", picture.toString("base64")]);
  return [";FFMETADATA1", ...tags.map(([name, value]) => `${name}=${escapeMetadata(value)}`), ""].join("\n");
}

/** Encodes samples (16-bit stereo, 48 kHz) as one track; tags and cover are files already. */
export async function makeTrack(
  track: Track,
  samples: Buffer,
  files: { readonly tags: string; readonly cover: string; readonly output: string },
): Promise<void> {
  const withStream = track.cover === "stream";
  const picture = withStream ? ["-i", files.cover] : [];
  const mapping = withStream
    ? [
        "-map",
        "0:a",
        "-map",
        "2:v",
        "-c:v",
        "copy",
        "-disposition:v:0",
        "attached_pic",
        "-metadata:s:v",
        "title=Album cover",
        "-metadata:s:v",
        "comment=Cover (front)",
      ]
    : ["-map", "0:a"];
  const options = [
    "-f",
    "s16le",
    "-ar",
    "48000",
    "-ac",
    "2",
    "-i",
    "-",
    "-f",
    "ffmetadata",
    "-i",
    files.tags,
    ...picture,
    ...mapping,
    "-map_metadata",
    "1",
    ...track.encoding,
    ...reproducible,
    files.output,
  ];
  await runFfmpeg(options, (input) => writeChunk(input, samples));
}

/** The album as an extended M3U playlist with paths relative to its folder. */
export function formatPlaylist(): string {
  const lines = tracks.flatMap((track) => [
    `#EXTINF:${track.music.seconds},${album.artist} - ${track.title}`,
    track.fileName,
  ]);
  return [
    "#EXTM3U",
    `#PLAYLIST:${album.title}`,
    `#EXTALB:${album.title}`,
    `#EXTART:${album.artist}`,
    ...lines,
    "",
  ].join("\n");
}
