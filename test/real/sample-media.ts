import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Length of every sample. */
export const sampleDurationSeconds = 20;

/** A test picture and a tone, H.264 and AAC in an MP4 whose index comes first, or last. Returns the file's name. */
export async function makeSampleVideo(folder: string, moov: "first" | "last" = "first"): Promise<string> {
  const name = `sample-moov-${moov}.mp4`;
  const seconds = String(sampleDurationSeconds);
  const inputs = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25", "-f", "lavfi", "-i", "sine=frequency=440"];
  const video = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "50"];
  const container = moov === "first" ? ["-movflags", "+faststart"] : [];
  const output = ["-t", seconds, ...video, "-c:a", "aac", ...container, join(folder, name)];
  await run("ffmpeg", ["-nostdin", "-loglevel", "error", "-y", ...inputs, ...output]);
  return name;
}
