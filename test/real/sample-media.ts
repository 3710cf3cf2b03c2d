import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Length of every sample. */
export const sampleDurationSeconds = 20;

/** Options of {@link makeSampleVideo}. */
export interface SampleOptions {
  /** Where the MP4's index comes. @default first */
  readonly moov?: "first" | "last";
  /** Noise makes it some 30 MB, more than players read ahead, so that seeking takes requests. @default false */
  readonly large?: boolean;
  /** @default {@link sampleDurationSeconds} */
  readonly seconds?: number;
}

/** A test picture and a tone, H.264 and AAC in an MP4. Returns the file's name. */
export async function makeSampleVideo(folder: string, options: SampleOptions = {}): Promise<string> {
  const { moov = "first", large = false, seconds = sampleDurationSeconds } = options;
  const name = `sample-moov-${moov}.mp4`;
  const picture = `testsrc2=size=320x180:rate=25${large ? ",noise=alls=60:allf=t" : ""}`;
  const inputs = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", "sine=frequency=440"];
  const video = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "50"];
  const container = moov === "first" ? ["-movflags", "+faststart"] : [];
  const output = ["-t", String(seconds), ...video, "-c:a", "aac", ...container, join(folder, name)];
  await run("ffmpeg", ["-nostdin", "-loglevel", "error", "-y", ...inputs, ...output]);
  return name;
}
