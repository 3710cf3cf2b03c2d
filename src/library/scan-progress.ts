import type { ScanProgress } from "../catalog/index.ts";

/** Progress, with what people want to know of it. */
export interface TimedProgress extends ScanProgress {
  /** What is left at the present rate, where the last scan tells how much there is. */
  readonly secondsLeft?: number | undefined;
}

const windowMs = 10_000;

/** Counts objects, and tells how fast they come: over the last ten seconds, for rates change with what is read. */
export class ProgressMeter {
  readonly #totalObjects: number | undefined;
  readonly #samples: { readonly atMs: number; readonly objects: number }[];
  #objects = 0;

  constructor(totalObjects: number | undefined, nowMs: number) {
    this.#totalObjects = totalObjects;
    this.#samples = [{ atMs: nowMs, objects: 0 }];
  }

  get objects(): number {
    return this.#objects;
  }

  add(objects: number): void {
    this.#objects += objects;
  }

  progress(nowMs: number): TimedProgress {
    this.#samples.push({ atMs: nowMs, objects: this.#objects });
    while (this.#samples.length > 2 && (this.#samples[1]?.atMs ?? nowMs) <= nowMs - windowMs) {
      this.#samples.shift();
    }
    const first = this.#samples[0] ?? { atMs: nowMs, objects: 0 };
    const elapsedMs = nowMs - first.atMs;
    const ratePerSecond = elapsedMs <= 0 ? 0 : ((this.#objects - first.objects) * 1000) / elapsedMs;
    const left = this.#totalObjects === undefined ? undefined : Math.max(0, this.#totalObjects - this.#objects);
    return {
      objects: this.#objects,
      totalObjects: this.#totalObjects,
      ratePerSecond,
      secondsLeft: left === undefined || ratePerSecond === 0 ? undefined : left / ratePerSecond,
    };
  }
}
