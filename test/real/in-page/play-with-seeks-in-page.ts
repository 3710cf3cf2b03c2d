/** What a long play is. */
export interface PlayPlan {
  readonly url: string;
  readonly playSeconds: number;
  /** Spread evenly over the play, each to another place. */
  readonly seeks: number;
}

/** What a viewer of it saw. */
export interface PlayReport {
  /** Media errors, and places at which nothing happened any more. */
  readonly errors: readonly string[];
  readonly seeksDone: number;
  readonly longestSeekMs: number;
  /** The longest time without progress while it should play. */
  readonly longestStallMs: number;
}

/** Plays a video for so long, seeking now and then. It is sent into a browser as text, so everything it needs is inside of it. */
export async function playWithSeeksInPage({ url, playSeconds, seeks }: PlayPlan): Promise<PlayReport> {
  const video = document.createElement("video");
  video.muted = true;
  video.loop = true;
  video.src = url;
  document.body.append(video);
  const errors: string[] = [];
  video.addEventListener("error", () => errors.push(`${video.error?.code ?? 0}: ${video.error?.message ?? ""}`));
  let longestSeekMs = 0;
  let longestStallMs = 0;
  let seeksDone = 0;

  /** Waits until its time moves on; the time it took. */
  async function untilMoving(): Promise<number> {
    const startedAt = performance.now();
    const from = video.currentTime;
    while (video.seeking || video.currentTime === from) {
      if (errors.length > 0 || performance.now() - startedAt > 20_000) {
        errors.push(`nothing moves at ${video.currentTime}`);
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return performance.now() - startedAt;
  }

  video.play().catch(() => undefined);
  await untilMoving();
  const startedAt = performance.now();
  while (errors.length === 0 && performance.now() - startedAt < playSeconds * 1000) {
    if (performance.now() - startedAt >= (seeksDone * playSeconds * 1000) / seeks && seeksDone < seeks) {
      // Thirds of the golden ratio's steps: no two places are near each other.
      video.currentTime = video.duration * ((0.1 + seeksDone * 0.618) % 0.9);
      longestSeekMs = Math.max(longestSeekMs, await untilMoving());
      seeksDone += 1;
    }
    longestStallMs = Math.max(longestStallMs, await untilMoving());
  }
  video.removeAttribute("src");
  video.load();
  video.remove();
  return { errors, seeksDone, longestSeekMs, longestStallMs };
}
