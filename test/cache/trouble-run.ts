import { findPatternBreach } from "../../src/testing/index.ts";
import { createRandom } from "../scenarios/seeded-random.ts";
import type { Fault } from "../upstream/fault.ts";
import { patternObject } from "../upstream/upstream-object.ts";
import { film, mebibyte, setUpCacheStage } from "./cache-stage.ts";

/** What many runs came to. */
export interface TroubleRunsTotals {
  runs: number;
  upstreamRequests: number;
  /** Answers that were not complete and exact: never to be seen while the version holds. */
  readonly faults: string[];
}

export interface TroubleRunsOptions {
  readonly seed: number;
  readonly count: number;
  readonly store?: "memory" | "disk";
  /** Stops early, in milliseconds since the runs began. */
  readonly limitMs?: number;
}

const sizeBytes = 2 * mebibyte + 4321;
const edges = [0, 1, 16_383, 16_384, 65_535, 65_536, 65_537, 262_143, 262_144, 262_145, mebibyte - 1, mebibyte];

/** Upstream connections that are cut after any count of bytes, with 503s in between: two viewers at once get whole, exact answers. */
export async function runUpstreamTrouble({
  seed,
  count,
  store = "memory",
  limitMs = Infinity,
}: TroubleRunsOptions): Promise<TroubleRunsTotals> {
  const totals: TroubleRunsTotals = { runs: 0, upstreamRequests: 0, faults: [] };
  const startedAt = performance.now();
  await using stage = await setUpCacheStage({ store, sliceBytes: 256 * 1024, limitBytes: 64 * mebibyte });
  for (let run = 0; run < count && performance.now() - startedAt < limitMs; run += 1) {
    const random = createRandom(seed + run);
    const key = `${run}-${film}`;
    const afterBodyBytes = edges[run] ?? random(mebibyte);
    const faults: Fault[] = [
      { kind: "cut", afterBodyBytes, how: random(2) === 0 ? "close" : "reset", first: 1 },
      { kind: "slow-down", request: 2 },
      { kind: "cut", afterBodyBytes: random(300_000), request: 3 },
    ];
    stage.upstream.put(key, patternObject(sizeBytes, { salt: run % 200 }));
    stage.upstream.fault(key, ...faults);
    stage.upstream.resetCounts();
    const start = random(2) === 0 ? 0 : random(sizeBytes);
    const views = [`${start}-`, `0-${sizeBytes - 1}`].map(async (range, index) => {
      const response = await stage.get(range, { key });
      const expected = index === 0 ? sizeBytes - start : sizeBytes;
      const isExact = findPatternBreach(response.body, index === 0 ? start : 0, run % 200) === -1;
      if (response.status !== 206 || !response.complete || response.body.length !== expected || !isExact) {
        const what = `status ${response.status}, ${response.body.length} of ${expected} bytes${isExact ? "" : ", wrong ones"}`;
        totals.faults.push(`seed ${seed + run}, cut after ${afterBodyBytes}: ${what}`);
      }
    });
    await Promise.all(views);
    totals.runs += 1;
    totals.upstreamRequests += stage.upstream.requests.length;
  }
  return totals;
}
