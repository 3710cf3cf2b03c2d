import { createAurora } from "./aurora.ts";
import { createCanvas, formatRgb24, type Canvas } from "./canvas.ts";
import { renderComposition, type Composition } from "./arranger.ts";
import { compositions } from "./compositions.ts";
import { reproducible, runFfmpeg, writeChunk } from "./ffmpeg.ts";
import { createStarlings } from "./starlings.ts";
import { createTide } from "./tide.ts";

const framesPerSecond = 25;
const h264 = [
  "-c:v",
  "libx264",
  "-preset",
  "slow",
  "-profile:v",
  "high",
  "-pix_fmt",
  "yuv420p",
  "-g",
  "50",
  "-threads",
  "2",
  "-c:a",
  "aac",
  "-b:a",
  "112k",
];
const vp9 = [
  "-c:v",
  "libvpx-vp9",
  "-b:v",
  "0",
  "-pix_fmt",
  "yuv420p",
  "-g",
  "50",
  "-deadline",
  "good",
  "-cpu-used",
  "3",
  "-row-mt",
  "1",
  "-threads",
  "2",
  "-c:a",
  "libopus",
  "-b:a",
  "80k",
];

export interface Film {
  /** Below `demo/`. */
  readonly path: string;
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly music: Composition;
  readonly encoding: readonly string[];
  readonly createScene: (width: number, height: number) => (canvas: Canvas, timeSeconds: number) => void;
}

export const films: readonly Film[] = [
  {
    path: "Films/Aurora over the fjord.mp4",
    title: "Aurora over the fjord",
    width: 1280,
    height: 720,
    music: compositions.aurora,
    createScene: createAurora,
    encoding: [...h264, "-crf", "24", "-movflags", "+faststart"],
  },
  {
    // The index stays where the encoder leaves it, after the media: a player has to ask for the end first.
    path: "Films/Slow tide.mp4",
    title: "Slow tide",
    width: 1280,
    height: 720,
    music: compositions.tide,
    createScene: createTide,
    encoding: [...h264, "-crf", "23"],
  },
  {
    path: "Films/Starlings at dusk.webm",
    title: "Starlings at dusk",
    width: 960,
    height: 540,
    music: compositions.starlings,
    createScene: createStarlings,
    encoding: [...vp9, "-crf", "45"],
  },
];

/** Renders every frame of a film into ffmpeg; its soundtrack, already a file of raw samples, goes in beside them. */
export async function makeFilm(film: Film, soundtrackFile: string, outputFile: string): Promise<void> {
  const { width, height } = film;
  const paint = film.createScene(width, height);
  const canvas = createCanvas(width, height);
  const options = [
    "-f",
    "rawvideo",
    "-pix_fmt",
    "rgb24",
    "-s",
    `${width}x${height}`,
    "-r",
    String(framesPerSecond),
    "-i",
    "-",
    "-f",
    "s16le",
    "-ar",
    "48000",
    "-ac",
    "2",
    "-i",
    soundtrackFile,
    "-vf",
    "scale=out_color_matrix=bt709:out_range=tv",
    "-colorspace",
    "bt709",
    "-color_primaries",
    "bt709",
    "-color_trc",
    "bt709",
    ...film.encoding,
    "-metadata",
    `title=${film.title}`,
    "-metadata",
    "artist=Sluice House Ensemble",
    ...reproducible,
    outputFile,
  ];
  await runFfmpeg(options, async (input) => {
    for (let frame = 0; frame < film.music.seconds * framesPerSecond; frame++) {
      paint(canvas, frame / framesPerSecond);
      await writeChunk(input, formatRgb24(canvas));
    }
  });
}

export function renderSoundtrack(film: Film): Buffer {
  return renderComposition(film.music);
}
