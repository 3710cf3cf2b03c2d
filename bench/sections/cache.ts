import { type Bar, judgeCold, judgeCrowd, OURS } from "../bars.ts";
import { COLD_NAMES, type ColdFailure, type ColdResult, measureCold } from "../cold.ts";
import { type Contender, type Field, NO_UPSTREAM, startContender, startField } from "../contenders.ts";
import { type CrowdResult, runCrowd } from "../crowd.ts";
import { OBJECT_PATH } from "../fixture.ts";
import { nginxSliceCache } from "../peers/nginx.ts";
import { npmStaticServers, sluiceCached } from "../peers/node-servers.ts";
import { rcloneFull } from "../peers/rclone.ts";
import { varnishCache } from "../peers/varnish.ts";
import { formatBars, formatCold, formatCrowds, formatSkipped } from "../report.ts";
import { type SlowOrigin, startSlowOrigin } from "../slow-origin.ts";
import { compareRunning } from "./comparison.ts";
import type { SectionContext, SectionResult } from "./section.ts";
import { fillCaches, RANGE_BARS, STREAM_BARS, warmRanges, warmStream } from "./cache-warm.ts";

const MIB = 1024 * 1024;
const DELAY_MS = 50;
/** So much of the object is kept warm: more than any memory tier, and all of it soon fetched. */
const WARM_BYTES = 256 * MIB;
const VIEWERS = 2_000;
const OBJECTS = 50;
const MOST_MIB = 128;

/** Caches in front of an origin that is far away: cold, warm, and under a crowd. */
export async function runCache(context: SectionContext): Promise<SectionResult> {
  const narrowed = { ...context, fixture: { ...context.fixture, sizeBytes: WARM_BYTES } };
  await using origin = await startSlowOrigin(narrowed.fixture, DELAY_MS, ["big.bin", ...COLD_NAMES]);
  const parts = [await compareCaches(narrowed, origin), await seatCrowd(narrowed, origin)];
  const bars = parts.flatMap((part) => part.bars);
  return { markdown: [...parts.map(({ markdown }) => markdown), formatBars(bars)].join("\n\n"), bars };
}

async function compareCaches(context: SectionContext, origin: SlowOrigin): Promise<SectionResult> {
  const { fixture, progress } = context;
  const peers = [sluiceCached, nginxSliceCache, varnishCache, rcloneFull];
  await using caches = await startField(peers, fixture, origin.upstream);
  await using statics = await startField(npmStaticServers, fixture, NO_UPSTREAM);
  const skipped = [...caches.skipped, ...statics.skipped];
  skipped.forEach(({ name, reason }) => progress(`${name} takes no part: ${reason}`));

  const cold = await measureAllCold(caches, origin, progress);
  progress("filling the caches");
  const full: Contender[] = [];
  for (const contender of caches.contenders) {
    try {
      await fillCaches(contender, [OBJECT_PATH], WARM_BYTES);
      full.push(contender);
    } catch (error) {
      skipped.push({
        name: `${contender.peer.name}, warm`,
        reason: error instanceof Error ? error.message : String(error),
      });
    }
  }
  const { options } = context;
  const stream = await compareRunning(context, full, [warmStream(WARM_BYTES, options)], STREAM_BARS);
  const readers = [...full, ...statics.contenders];
  const ranges = await compareRunning(context, readers, warmRanges(WARM_BYTES, options), RANGE_BARS);
  const parts = [formatCold(cold.results), cold.failures, stream.markdown, ranges.markdown, formatSkipped(skipped)];
  return {
    markdown: parts.filter((part) => part !== "").join("\n\n"),
    bars: [...judgeCold(cold.results), ...ranges.bars, ...stream.bars],
  };
}

async function measureAllCold(
  { contenders }: Field,
  origin: SlowOrigin,
  progress: SectionContext["progress"],
): Promise<{ readonly results: readonly ColdResult[]; readonly failures: string }> {
  const outcomes: (ColdResult | ColdFailure)[] = [];
  for (const contender of contenders) {
    progress(`cold, ${contender.peer.name}`);
    outcomes.push(...(await measureCold(contender, origin)));
  }
  const failures = outcomes.flatMap((outcome) =>
    "reason" in outcome ? [`Failed: ${outcome.contender.peer.name}, ${outcome.reason}`] : [],
  );
  return {
    results: outcomes.flatMap((outcome) => ("reason" in outcome ? [] : [outcome])),
    failures: failures.join("\n\n"),
  };
}

/** Viewers of many objects, together far more than is kept in memory; a cache has them all on disk when its viewers come. */
async function seatCrowd({ fixture, options, progress }: SectionContext, origin: SlowOrigin): Promise<SectionResult> {
  const seconds = options.viewerSeconds;
  // What they watch in that time, and 32 MiB to begin in.
  const objectMib = 32 + Math.ceil((seconds * 200_000) / MIB);
  const paths = Array.from({ length: OBJECTS }, (_, index) => `media/x/crowd-${index}-${objectMib}m.bin`);
  const results: CrowdResult[] = [];
  const bars: Bar[] = [];
  for (const peer of [sluiceCached, nginxSliceCache]) {
    try {
      const contender = await startContender(peer, fixture, origin.upstream);
      await using _stopped = contender.server;
      progress(`crowd before ${peer.name}: filling`);
      // What filling leaves in memory counts as the crowd's.
      const idleBytes = contender.server.residentBytes();
      await fillCaches(contender, paths, objectMib * MIB);
      progress(`crowd before ${peer.name}: ${seconds} s`);
      const crowd = { viewers: VIEWERS, paths, idleBytes };
      const result = await runCrowd(peer.name, contender, objectMib * MIB, seconds, crowd);
      results.push(result);
      bars.push(...(peer.name === OURS ? judgeCrowd(result, MOST_MIB) : []));
    } catch (error) {
      const text = `${peer.name}: ${VIEWERS} slow viewers`;
      bars.push({ text, measured: error instanceof Error ? error.message : String(error), met: undefined });
    }
  }
  const heading = `#### ${VIEWERS} slow viewers of ${OBJECTS} objects of ${objectMib} MiB, all of them on disk`;
  return { markdown: `${heading}\n\n${formatCrowds(results)}`, bars };
}
