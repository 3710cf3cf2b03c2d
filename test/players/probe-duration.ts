import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Length of a media file as ffprobe reads it over HTTP. */
export async function probeDurationSeconds(url: string): Promise<number> {
  const { stdout } = await promisify(execFile)(
    "ffprobe",
    ["-v", "error", "-show_entries", "format=duration", "-of", "default=nokey=1:noprint_wrappers=1", url],
    { timeout: 20_000 },
  );
  return Number(stdout);
}
