import { judgeRatio, type RatioBar } from "../bars.ts";
import { type Contender, startField } from "../contenders.ts";
import { readIntoPageCache } from "../fixture.ts";
import type { Peer, Upstream } from "../peers/peer.ts";
import { formatBars, formatSkipped, formatWorkload } from "../report.ts";
import { runRounds, standardWorkloads, type Workload, warmUp } from "../rounds.ts";
import type { SectionContext, SectionResult } from "./section.ts";

/** What to compare. */
export interface Comparison {
  readonly peers: readonly Peer[];
  readonly upstream: Upstream;
  readonly bars: readonly RatioBar[];
  /** Runs of them at most, by name; all where absent. */
  readonly workloads?: readonly string[];
}

/** Runs the peers against each other and puts what came out into words. */
export async function compare(
  { fixture, options, progress }: SectionContext,
  comparison: Comparison,
): Promise<SectionResult> {
  await using field = await startField(comparison.peers, fixture, comparison.upstream);
  field.skipped.forEach(({ name, reason }) => progress(`${name} takes no part: ${reason}`));
  const workloads = standardWorkloads(fixture.sizeBytes, options.streamBytes, options.rangeSeconds).filter(
    ({ name }) => comparison.workloads?.includes(name) ?? true,
  );
  const { markdown, bars } = await compareRunning(
    { fixture, options, progress },
    field.contenders,
    workloads,
    comparison.bars,
  );
  const parts = [markdown, formatSkipped(field.skipped), bars.length === 0 ? "" : formatBars(bars)];
  return { markdown: parts.filter((part) => part !== "").join("\n\n"), bars };
}

/** The same with servers that run already; the bars are judged and not yet part of the text. */
export async function compareRunning(
  { fixture, options, progress }: SectionContext,
  contenders: readonly Contender[],
  workloads: readonly Workload[],
  ratioBars: readonly RatioBar[],
): Promise<SectionResult> {
  await warmUp(contenders, workloads.slice(-1), progress);
  const results = await runRounds(contenders, workloads, options.rounds, () => readIntoPageCache(fixture), progress);
  return { markdown: results.map(formatWorkload).join("\n\n"), bars: ratioBars.map((bar) => judgeRatio(bar, results)) };
}
