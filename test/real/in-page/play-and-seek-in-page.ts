/** A media element to try. */
export interface MediaTrial {
  readonly kind: "audio" | "video";
  readonly url: string;
  /** What the element must say, within `toleranceSeconds`. Not checked if absent. */
  readonly durationSeconds?: number;
  /** @default 0.25 */
  readonly toleranceSeconds?: number;
  /** For each step: metadata, play, seek, seek back. @default 15,000 */
  readonly stepTimeoutMs?: number;
}

/** How long each step took until the element's time advanced, in milliseconds. */
export interface MediaTimings {
  readonly durationSeconds: number;
  readonly metadataMs: number;
  readonly playMs: number;
  readonly seekNearEndMs: number;
  readonly seekBackMs: number;
  /** Zero for audio. */
  readonly videoWidth: number;
  readonly videoHeight: number;
}

/**
 * Puts a media element in the page, plays it, seeks near its end and back, and sees its time advance after each. It is sent into a
 * browser as text, so everything it needs is inside of it.
 */
export async function playAndSeekInPage(trial: MediaTrial): Promise<MediaTimings> {
  const element = document.createElement(trial.kind);
  element.muted = true;
  element.preload = "auto";
  document.body.append(element);

  function describeState(): string {
    const buffered = Array.from({ length: element.buffered.length }, (_, index) => {
      return `${element.buffered.start(index).toFixed(2)}-${element.buffered.end(index).toFixed(2)}`;
    });
    return (
      `currentTime ${element.currentTime}, duration ${element.duration}, readyState ${element.readyState}, ` +
      `networkState ${element.networkState}, buffered [${buffered.join(" ")}]`
    );
  }

  /** Resolves with the time it took. */
  function waitUntil(step: string, isDone: () => boolean): Promise<number> {
    const startedAt = performance.now();
    return new Promise((resolve, reject) => {
      const timer = setInterval(() => {
        const elapsedMs = performance.now() - startedAt;
        if (element.error !== null) {
          clearInterval(timer);
          const { code, message } = element.error;
          reject(new Error(`${step}: media error ${code}: ${message || "no message"} (${describeState()})`));
        } else if (isDone()) {
          clearInterval(timer);
          resolve(Math.round(elapsedMs));
        } else if (elapsedMs > (trial.stepTimeoutMs ?? 15_000)) {
          clearInterval(timer);
          reject(new Error(`${step}: nothing after ${Math.round(elapsedMs)} ms (${describeState()})`));
        }
      }, 5);
    });
  }

  async function playFrom(step: string, target: number): Promise<number> {
    if (target > 0) {
      element.currentTime = target;
    }
    // Rejections show as `element.error`, which says more; the wait below sees it.
    element.play().catch(() => undefined);
    return waitUntil(step, () => !element.seeking && element.currentTime >= target + 0.1);
  }

  try {
    element.src = trial.url;
    const metadataMs = await waitUntil("metadata", () => element.readyState >= HTMLMediaElement.HAVE_METADATA);
    const playMs = await playFrom("play", 0);
    const duration = element.duration;
    const expected = trial.durationSeconds ?? duration;
    if (!Number.isFinite(duration) || Math.abs(duration - expected) > (trial.toleranceSeconds ?? 0.25)) {
      throw new Error(`Duration is ${duration}, not ${expected}`);
    }
    const seekNearEndMs = await playFrom("seek near the end", duration - Math.min(2, duration / 4));
    const seekBackMs = await playFrom("seek back", duration / 10);
    const { videoWidth = 0, videoHeight = 0 } = element as Partial<HTMLVideoElement>;
    return { durationSeconds: duration, metadataMs, playMs, seekNearEndMs, seekBackMs, videoWidth, videoHeight };
  } finally {
    element.pause();
    element.removeAttribute("src");
    element.load();
    element.remove();
  }
}
