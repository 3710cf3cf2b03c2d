import { judgeRatio, type RatioBar } from "../bars.ts";
import { startField } from "../contenders.ts";
import { readIntoPageCache } from "../fixture.ts";
import type { Peer, Upstream } from "../peers/peer.ts";
import { formatBars, formatSkipped, formatWorkload } from "../report.ts";
import { runRounds, standardWorkloads, warmUp } from "../rounds.ts";
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
  await warmUp(field.contenders, workloads.slice(-1), progress);
  const results = await runRounds(
    field.contenders,
    workloads,
    options.rounds,
    () => readIntoPageCache(fixture),
    progress,
  );
  const bars = comparison.bars.map((bar) => judgeRatio(bar, results));
  const tables = results.map(formatWorkload);
  const parts = [...tables, formatSkipped(field.skipped), bars.length === 0 ? "" : formatBars(bars)];
  return { markdown: parts.filter((part) => part !== "").join("\n\n"), bars };
}
