import { setTimeout as sleep } from "node:timers/promises";
import type { ScanReport } from "./scan-report.ts";

/** Options of {@link scheduleScans}. */
export interface ScanScheduleOptions<Name> {
  readonly sources: readonly Name[];
  readonly scan: (source: Name, signal: AbortSignal) => Promise<Pick<ScanReport, "result">>;
  /** From the end of a scan to the next of the same source, in seconds; a tenth more or less, so that nodes spread. */
  readonly intervalSeconds: number;
  /** Wait after the first failure; each further one doubles it, up to the interval. @default 30 */
  readonly retrySeconds?: number | undefined;
  /** A scan rejected, which only the catalog's failure makes it do; it is tried again. */
  readonly onError: (error: unknown) => void;
  /** Scans under way at a time. @default 1 */
  readonly concurrency?: number | undefined;
}

/** Scans sources at once, and again and again until it is disposed of, which waits for the scans under way to stop. */
export function scheduleScans<Name>(options: ScanScheduleOptions<Name>): AsyncDisposable {
  const stop = new AbortController();
  const turns = new Turns(options.concurrency ?? 1);
  const loops = options.sources.map((source) => scanForever(source, options, turns, stop.signal));
  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await Promise.all(loops);
    },
  };
}

async function scanForever<Name>(
  source: Name,
  options: ScanScheduleOptions<Name>,
  turns: Turns,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const hasWorked = await turns.take(async () => !signal.aborted && (await scanOnce(source, options, signal)));
    failures = hasWorked ? 0 : failures + 1;
    const waitSeconds = nextWaitSeconds(options, failures) * (0.9 + Math.random() * 0.2);
    // Rejects when it is stopped, which the loop sees.
    await sleep(waitSeconds * 1000, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

/** How long to wait, by the failures in a row. */
export function nextWaitSeconds(
  {
    intervalSeconds,
    retrySeconds = 30,
  }: { readonly intervalSeconds: number; readonly retrySeconds?: number | undefined },
  failures: number,
): number {
  return failures === 0 ? intervalSeconds : Math.min(intervalSeconds, retrySeconds * 2 ** (failures - 1));
}

async function scanOnce<Name>(
  source: Name,
  { scan, onError }: ScanScheduleOptions<Name>,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const { result } = await scan(source, signal);
    return result !== "failed" && result !== "unreachable";
  } catch (error) {
    onError(error);
    return false;
  }
}

/** Lets so many at a time, in the order they came. */
class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) {
      this.#free -= 1;
    } else {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) {
        this.#free += 1;
      } else {
        next();
      }
    }
  }
}
