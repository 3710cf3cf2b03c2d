import { playWithFfmpeg } from "./ffmpeg-player.ts";
import { playWithGstreamer } from "./gstreamer-player.ts";
import { playWithMpv } from "./mpv-player.ts";
import type { PlayerRun, PlayerTrial } from "./player-trial.ts";
import { playWithVlc } from "./vlc-player.ts";

/** Players that are not browsers; named as the real parts they need. */
export type Player = "ffmpeg" | "vlc" | "mpv" | "gstreamer";

export const players: readonly Player[] = ["ffmpeg", "vlc", "mpv", "gstreamer"];

/** What became of a {@link PlayerTrial}. */
export interface PlayerReport {
  readonly ok: boolean;
  /** What went wrong, if anything did. */
  readonly problem?: string;
  readonly elapsedMs: number;
  /** What the player printed. */
  readonly output: string;
}

const runs: Readonly<Record<Player, PlayerRun>> = {
  ffmpeg: playWithFfmpeg,
  vlc: playWithVlc,
  mpv: playWithMpv,
  gstreamer: playWithGstreamer,
};

/** Plays and seeks `trial.url` with a real player. Never rejects and always ends: every wait inside is bounded. */
export async function playWith(player: Player, trial: PlayerTrial): Promise<PlayerReport> {
  const startedAt = performance.now();
  let output = "";
  const report = (): Omit<PlayerReport, "ok"> => ({ elapsedMs: Math.round(performance.now() - startedAt), output });
  try {
    await runs[player](trial, (text) => {
      output += text;
    });
    return { ok: true, ...report() };
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : String(error), ...report() };
  }
}
