import { OURS, type RatioBar } from "../bars.ts";
import { startField } from "../contenders.ts";
import { limitCpu } from "../cpu-limiter.ts";
import { OBJECT_PATH } from "../fixture.ts";
import { sluiceServer } from "../peers/sluice-server.ts";
import { formatBars, formatSkipped } from "../report.ts";
import type { Workload } from "../rounds.ts";
import { startSlowOrigin } from "../slow-origin.ts";
import { fillCaches, warmRanges } from "./cache-warm.ts";
import { compareRunning } from "./comparison.ts";
import type { SectionContext, SectionResult } from "./section.ts";

const MIB = 1024 * 1024;
const DELAY_MS = 50;
const WARM_BYTES = 256 * MIB;
/** Every worker compiles its own code and keeps its own hot blocks: two of them are twice as long about it. */
const WARM_UP_SECONDS = 6;
const ALONE = `${OURS}, one process`;
/** Of a core, for each process: little enough that two workers, the owner and the load program find room on two cores. */
const SHARE = 0.2;
const LIMITED = `each process held to ${SHARE * 100} % of a core`;

/** Two workers against one process, the whole server both times. */
export async function runWorkers(context: SectionContext): Promise<SectionResult> {
  const narrowed = { ...context, fixture: { ...context.fixture, sizeBytes: WARM_BYTES } };
  const { options, progress } = context;
  await using origin = await startSlowOrigin(narrowed.fixture, DELAY_MS, ["big.bin"]);
  const peers = [sluiceServer(OURS, 2), sluiceServer(ALONE, 1)];
  await using field = await startField(peers, narrowed.fixture, origin.upstream);
  const { contenders, skipped } = field;
  progress("filling the caches");
  for (const contender of contenders) {
    await fillCaches(contender, [OBJECT_PATH], WARM_BYTES);
  }
  for (const { server } of contenders) {
    for (const { name, run } of warmRanges(WARM_BYTES, { ...options, rangeSeconds: WARM_UP_SECONDS })) {
      progress(`warming up for ${WARM_UP_SECONDS} s: ${name}`);
      await run(server.port);
    }
  }
  const workloads = warmRanges(WARM_BYTES, options);
  const free = await compareRunning(narrowed, contenders, workloads, []);
  const limited = workloads.map((workload): Workload => ({ ...workload, name: `${workload.name}; ${LIMITED}` }));
  const bars = limited.map(({ name }): RatioBar => ({
    text: `${name}: two workers >= 1.8x`,
    workload: name,
    metric: "rate",
    against: [ALONE],
    limit: 1.8,
  }));
  await using _limits = limitCpu(
    contenders.flatMap(({ server }) => server.pids()),
    SHARE,
  );
  const held = await compareRunning(narrowed, contenders, limited, bars);
  const parts = [free.markdown, held.markdown, formatSkipped(skipped), formatBars(held.bars)];
  return { markdown: parts.filter((part) => part !== "").join("\n\n"), bars: held.bars };
}
