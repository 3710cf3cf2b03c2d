import type { CrowdResult } from "./crowd.ts";
import { BYTES_PER_SECOND } from "./crowd.ts";
import type { Contender } from "./contenders.ts";
import type { Sample, WorkloadResult } from "./rounds.ts";
import { ratioSpread } from "./statistics.ts";

/** What must hold, and what was measured. `met` is undefined where a server it needs did not run. */
export interface Bar {
  readonly text: string;
  readonly measured: string;
  readonly met: boolean | undefined;
}

/** A limit on ours over theirs. Where several are named the one that did best counts. */
export interface RatioBar {
  readonly text: string;
  readonly workload: string;
  readonly metric: "rate" | "cpuSecondsPerGib";
  readonly against: readonly string[];
  readonly limit: number;
}

/** Our server's name in every table. */
export const OURS = "Sluice";

/** Judges by the median over the rounds of the ratio within each. */
export function judgeRatio(bar: RatioBar, results: readonly WorkloadResult[]): Bar {
  const samples = results.find(({ workload }) => workload.name === bar.workload)?.samples ?? new Map();
  const ours = metricOf(samples, OURS, bar.metric);
  const ratios = bar.against.flatMap((name) => ratioSpread(ours, metricOf(samples, name, bar.metric))?.median ?? []);
  if (ratios.length === 0) {
    return { text: bar.text, measured: "not measured", met: undefined };
  }
  const isRate = bar.metric === "rate";
  const worst = isRate ? Math.min(...ratios) : Math.max(...ratios);
  return { text: bar.text, measured: `${worst.toFixed(2)}x`, met: isRate ? worst >= bar.limit : worst <= bar.limit };
}

/** One value a round, `NaN` where a round failed, so that rounds stay aligned. */
export function metricOf(
  samples: ReadonlyMap<Contender, readonly (Sample | undefined)[]>,
  name: string,
  metric: keyof Sample,
): number[] {
  const found = [...samples].find(([contender]) => contender.peer.name === name)?.[1] ?? [];
  return found.map((sample) => sample?.[metric] ?? Number.NaN);
}

/** The bars for a thousand viewers. */
export function judgeCrowd(result: CrowdResult): readonly Bar[] {
  const { viewers } = result;
  const slowest = viewers.slowestBytesPerSecond / BYTES_PER_SECOND;
  return [
    {
      text: `${result.name}: memory above idle <= 100 MiB`,
      measured: `peak ${result.peakAboveIdleMib.toFixed(0)} MiB, ${result.slopeMibPerMinute.toFixed(1)} MiB a minute`,
      met: result.peakAboveIdleMib <= 100,
    },
    {
      text: `${result.name}: no viewer stalls, refused or cut, each at >= 95 % of its rate`,
      measured: `${viewers.stalled} stalled, ${viewers.failures} cut, slowest at ${(slowest * 100).toFixed(0)} %, first byte within ${viewers.longestFirstByteMs.toFixed(0)} ms, then within ${viewers.longestWaitMs.toFixed(0)} ms`,
      met: viewers.stalled === 0 && viewers.failures === 0 && slowest >= 0.95,
    },
  ];
}
