import { type ColdCase, type ColdResult, HERD, PLAYER, PROBE, SUFFIX } from "./cold.ts";
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

const MIB = 1024 * 1024;
/** The origin's delay and a little. */
const FIRST_BYTE_MS = 60;

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

/** The bars for a crowd of slow viewers. */
export function judgeCrowd(result: CrowdResult, mostMib: number): readonly Bar[] {
  const { viewers } = result;
  const slowest = viewers.slowestBytesPerSecond / BYTES_PER_SECOND;
  return [
    {
      text: `${result.name}: memory above idle <= ${mostMib} MiB`,
      measured: `peak ${result.peakAboveIdleMib.toFixed(0)} MiB, ${result.slopeMibPerMinute.toFixed(1)} MiB a minute`,
      met: result.peakAboveIdleMib <= mostMib,
    },
    {
      text: `${result.name}: no viewer stalls, refused or cut, each at >= 95 % of its rate`,
      measured: `${viewers.stalled} stalled, ${viewers.failures} cut, slowest at ${(slowest * 100).toFixed(0)} %, first byte within ${viewers.longestFirstByteMs.toFixed(0)} ms, then within ${viewers.longestWaitMs.toFixed(0)} ms`,
      met: viewers.stalled === 0 && viewers.failures === 0 && slowest >= 0.95,
    },
  ];
}

/** The bars for objects that no cache has seen. */
export function judgeCold(results: readonly ColdResult[]): readonly Bar[] {
  const words = ({ requests, bytes, firstByteMs }: ColdResult) =>
    `${requests} requests, ${(bytes / 1e6).toFixed(2)} MB, first byte ${firstByteMs.toFixed(1)} ms`;
  const judge = (coldCase: ColdCase, limits: string, isMet: (result: ColdResult) => boolean): Bar => {
    const text = `cold ${coldCase.name}: ${limits}`;
    const ours = results.find((result) => result.case === coldCase && result.contender.peer.name === OURS);
    return ours === undefined
      ? { text, measured: "not measured", met: undefined }
      : { text, measured: words(ours), met: isMet(ours) };
  };
  const probeLimits = "1 upstream request, <= 1 MiB, first byte <= 60 ms";
  const isCheapProbe = ({ requests, bytes, firstByteMs }: ColdResult) =>
    requests <= 1 && bytes <= MIB && firstByteMs <= FIRST_BYTE_MS;
  const player = results.find((result) => result.case === PLAYER && result.contender.peer.name === OURS);
  return [
    judge(
      HERD,
      "1 upstream request, first byte p50 <= 60 ms",
      (r) => r.requests <= 1 && r.firstByteMs <= FIRST_BYTE_MS,
    ),
    judge(SUFFIX, probeLimits, isCheapProbe),
    judge(PROBE, probeLimits, isCheapProbe),
    judge(PLAYER, "<= 6 upstream requests, <= 8.5 MB", (r) => r.requests <= 6 && r.bytes <= 8.5e6),
    {
      text: `${PLAYER.name} again: no upstream request`,
      measured: player === undefined ? "not measured" : `${player.warmRequests} requests`,
      met: player === undefined ? undefined : player.warmRequests === 0,
    },
  ];
}
