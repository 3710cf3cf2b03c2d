import { assertDuration, type PlayerRun, seekTargets } from "./player-trial.ts";
import { runPlayer } from "./run-player.ts";

const timeoutMs = 45_000;

/** FFmpeg decodes everything, then again from near the end and from near the start; any error it reports counts. */
export const playWithFfmpeg: PlayerRun = async (trial, log) => {
  const { nearEndSeconds, backSeconds } = seekTargets(trial);
  assertDuration(await decodeFrom(trial.url, 0, log), trial);
  for (const startSeconds of [nearEndSeconds, backSeconds]) {
    assertDuration(startSeconds + (await decodeFrom(trial.url, startSeconds, log)), trial);
  }
};

/** Decodes to the end. Returns the seconds that came out. */
async function decodeFrom(url: string, startSeconds: number, log: (text: string) => void): Promise<number> {
  const quiet = ["-nostdin", "-loglevel", "error", "-xerror", "-nostats", "-progress", "pipe:1"];
  const args = [...quiet, "-ss", String(startSeconds), "-i", url, "-f", "null", "-"];
  const { exitCode, stdout, stderr } = await runPlayer("ffmpeg", args, timeoutMs);
  log(stderr);
  if (exitCode !== 0 || stderr !== "") {
    throw new Error(`ffmpeg from ${startSeconds} s: exit code ${exitCode}: ${stderr.trim()}`);
  }
  const times = [...stdout.matchAll(/^out_time_us=(\d+)$/gm)];
  return Number(times.at(-1)?.[1] ?? Number.NaN) / 1_000_000;
}
