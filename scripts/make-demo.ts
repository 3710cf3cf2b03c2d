/**
 * Makes the demo library in `demo/` with ffmpeg and code; nothing is downloaded.
 *
 *     npm run demo                 everything (five to ten minutes)
 *     npm run demo -- Music .webm  only the files whose path contains one of these
 */
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { album, formatPictureBlock, formatPlaylist, formatTags, makeTrack, tracks, type Track } from "./demo/album.ts";
import { formatRgb24, type Canvas } from "./demo/canvas.ts";
import { formatAuroraCaptions } from "./demo/captions.ts";
import { renderComposition } from "./demo/arranger.ts";
import { reproducible, runFfmpeg, writeChunk } from "./demo/ffmpeg.ts";
import { films, makeFilm, renderSoundtrack, type Film } from "./demo/films.ts";
import { paintContours, paintCover, paintDunes, paintInk } from "./demo/pictures.ts";

const demoFolder = fileURLToPath(new URL("../demo/", import.meta.url));
const embeddedCoverPixels = 480;

/** One file of the library: where it goes below `demo/`, and how it is made. */
interface Product {
  readonly path: string;
  readonly make: (outputFile: string, workFolder: string) => Promise<void>;
}

function describePicture(path: string, paint: () => Canvas, encoding: readonly string[]): Product {
  return { path, make: (outputFile) => makePicture(paint(), encoding, outputFile) };
}

async function makePicture(canvas: Canvas, encoding: readonly string[], outputFile: string): Promise<void> {
  const input = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", `${canvas.width}x${canvas.height}`, "-i", "-"];
  await runFfmpeg([...input, "-frames:v", "1", ...encoding, ...reproducible, outputFile], (pipe) =>
    writeChunk(pipe, formatRgb24(canvas)),
  );
}

function describeFilm(film: Film): Product {
  return {
    path: film.path,
    async make(outputFile, workFolder) {
      const soundtrackFile = join(workFolder, "soundtrack.pcm");
      await writeFile(soundtrackFile, renderSoundtrack(film));
      await makeFilm(film, soundtrackFile, outputFile);
    },
  };
}

function describeTrack(track: Track, index: number): Product {
  return {
    path: `${album.folder}/${track.fileName}`,
    async make(outputFile, workFolder) {
      const cover = join(workFolder, "cover.jpg");
      const tags = join(workFolder, "tags.txt");
      await makePicture(paintCover(embeddedCoverPixels), ["-pix_fmt", "yuvj420p", "-q:v", "3"], cover);
      const block = track.cover === "tag" ? formatPictureBlock(await readFile(cover), embeddedCoverPixels) : undefined;
      await writeFile(tags, formatTags(track, index + 1, block));
      await makeTrack(track, renderComposition(track.music), { tags, cover, output: outputFile });
    },
  };
}

const jpeg = ["-pix_fmt", "yuvj444p", "-qmin", "1", "-q:v", "1"];
const products: readonly Product[] = [
  ...films.map(describeFilm),
  { path: "Films/Aurora over the fjord.vtt", make: (outputFile) => writeFile(outputFile, formatAuroraCaptions()) },
  ...tracks.map(describeTrack),
  describePicture(`${album.folder}/cover.jpg`, () => paintCover(1000), jpeg),
  { path: `${album.folder}/Tidewater.m3u8`, make: (outputFile) => writeFile(outputFile, formatPlaylist()) },
  describePicture("Pictures/Contour lines.png", () => paintContours(1200, 800), ["-pred", "mixed"]),
  describePicture("Pictures/Dünen im Abendlicht.jpg", () => paintDunes(1440, 960), jpeg),
  describePicture("Pictures/Ink in water.webp", () => paintInk(1440, 960), ["-c:v", "libwebp", "-quality", "92"]),
];

async function makeDemo(wanted: readonly string[]): Promise<void> {
  const chosen = products.filter(({ path }) => wanted.length === 0 || wanted.some((part) => path.includes(part)));
  if (chosen.length === 0) throw new Error(`No file of the demo library has ${wanted.join(" or ")} in its path`);
  const workFolder = await mkdtemp(join(tmpdir(), "sluice-demo-"));
  try {
    for (const product of chosen) {
      const outputFile = join(demoFolder, product.path);
      await mkdir(dirname(outputFile), { recursive: true });
      await product.make(outputFile, workFolder);
      const { size } = await stat(outputFile);
      console.log(`${(size / 1024).toFixed(0).padStart(6)} KiB  ${product.path}`);
    }
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
}

await makeDemo(process.argv.slice(2));
