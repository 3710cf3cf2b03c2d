import { assertDuration, type PlayerRun, seekTargets } from "./player-trial.ts";
import { runPlayer } from "./run-player.ts";

const timeoutMs = 45_000;

/** GStreamer's playbin, from the start, from near the end and from near the start, each to the end. */
export const playWithGstreamer: PlayerRun = async (trial, log) => {
  const { nearEndSeconds, backSeconds } = seekTargets(trial);
  for (const startSeconds of [0, nearEndSeconds, backSeconds]) {
    const { position, duration } = await playFrom(trial.url, startSeconds, log);
    assertDuration(duration, trial);
    assertDuration(position, trial);
  }
};

/** Plays to the end as fast as it decodes. Returns the last position and duration it showed. */
async function playFrom(
  url: string,
  startSeconds: number,
  log: (text: string) => void,
): Promise<{ position: number; duration: number }> {
  const sinks = ["--videosink=fakesink", "--audiosink=fakesink"];
  const args = ["--no-interactive", ...sinks, "-s", String(startSeconds), url];
  const { exitCode, stdout, stderr } = await runPlayer("gst-play-1.0", args, timeoutMs);
  log(stdout + stderr);
  // It ends with 0 and "Reached end of play list" after errors too.
  if (exitCode !== 0 || stderr.includes("ERROR")) {
    throw new Error(`gst-play from ${startSeconds} s: exit code ${exitCode}: ${stderr.trim()}`);
  }
  const [position, duration] = stdout.match(/(\S+) \/ (\S+)(?![^]* \/ )/)?.slice(1) ?? [];
  return { position: parseClock(position), duration: parseClock(duration) };
}

/** `0:01:19.9` in seconds. */
function parseClock(text: string | undefined): number {
  const [hours, minutes, seconds] = (text ?? "").split(":").map(Number);
  return (hours ?? Number.NaN) * 3600 + (minutes ?? Number.NaN) * 60 + (seconds ?? Number.NaN);
}
