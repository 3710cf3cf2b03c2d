import type { Contender } from "./contenders.ts";
import type { LoadResult } from "./load/load-result.ts";
import { runRangeLoad } from "./load/range-load.ts";
import { runStreamLoad } from "./load/stream-load.ts";

const GIB = 1024 ** 3;
const KIB = 1024;

/** One kind of load, the same for every contender. */
export interface Workload {
  readonly name: string;
  readonly unit: "MB/s" | "requests/s";
  /** True for closed ranges, which not every peer serves. */
  readonly asksRanges: boolean;
  run(port: number): Promise<LoadResult>;
}

/** What one contender did in one round. */
export interface Sample {
  /** In the workload's unit. */
  readonly rate: number;
  readonly cpuSecondsPerGib: number;
  /** Cores the server, and the load program, kept busy. */
  readonly serverCores: number;
  readonly clientCores: number;
}

/** All rounds of one workload; a contender that failed in a round has no sample for it. */
export interface WorkloadResult {
  readonly workload: Workload;
  readonly samples: ReadonlyMap<Contender, readonly (Sample | undefined)[]>;
  readonly failures: readonly string[];
}

/** The three loads of every section that compares throughput. */
export function standardWorkloads(objectBytes: number, streamBytes: number, rangeSeconds: number): readonly Workload[] {
  const ranges = (name: string, rangeBytes: number): Workload => ({
    name,
    unit: "requests/s",
    asksRanges: true,
    run: (port) => runRangeLoad({ port, objectBytes, rangeBytes, seconds: rangeSeconds }),
  });
  return [
    {
      name: "one large stream",
      unit: "MB/s",
      asksRanges: false,
      run: (port) => runStreamLoad(port, Math.min(streamBytes, objectBytes)),
    },
    ranges("1 MiB ranges, 64 connections", 1024 * KIB),
    ranges("64 KiB ranges, 64 connections", 64 * KIB),
  ];
}

/** Lets every contender serve for a while unmeasured: a server in JavaScript is compiled while it runs. */
export async function warmUp(
  contenders: readonly Contender[],
  workloads: readonly Workload[],
  progress: (line: string) => void,
): Promise<void> {
  for (const workload of workloads) {
    for (const { peer, server } of takingPart(contenders, workload)) {
      progress(`warming up: ${workload.name}, ${peer.name}`);
      // One that fails here fails again where it is measured, and is reported there.
      await workload.run(server.port).catch(() => undefined);
    }
  }
}

/**
 * Runs every workload on every contender, round after round. Contenders take turns within a round, so that what else the
 * machine does hits all of them, and each round starts with another one.
 *
 * @param beforeRound called before each round
 */
export async function runRounds(
  contenders: readonly Contender[],
  workloads: readonly Workload[],
  rounds: number,
  beforeRound: () => Promise<void>,
  progress: (line: string) => void,
): Promise<readonly WorkloadResult[]> {
  const results = workloads.map((workload) => ({
    workload,
    samples: new Map(takingPart(contenders, workload).map((contender) => [contender, [] as (Sample | undefined)[]])),
    failures: [] as string[],
  }));
  for (let round = 0; round < rounds; round += 1) {
    await beforeRound();
    for (const { workload, samples, failures } of results) {
      for (const contender of rotated([...samples.keys()], round)) {
        const sample = await measure(contender, workload).catch((error: unknown) => {
          failures.push(`${contender.peer.name}: ${error instanceof Error ? error.message : String(error)}`);
        });
        samples.get(contender)?.push(sample ?? undefined);
        const shown = sample === undefined ? "failed" : `${sample.rate.toFixed(0)} ${workload.unit}`;
        progress(`round ${round + 1}/${rounds}, ${workload.name}, ${contender.peer.name}: ${shown}`);
      }
    }
  }
  return results;
}

function takingPart(contenders: readonly Contender[], workload: Workload): readonly Contender[] {
  return contenders.filter(({ peer }) => !workload.asksRanges || peer.servesRanges !== false);
}

function rotated<T>(items: readonly T[], by: number): readonly T[] {
  const first = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}

async function measure({ server }: Contender, workload: Workload): Promise<Sample> {
  const before = server.cpuSeconds();
  const load = await workload.run(server.port);
  const cpuSeconds = server.cpuSeconds() - before;
  return {
    rate: workload.unit === "MB/s" ? load.bytes / 1e6 / load.seconds : load.requests / load.seconds,
    cpuSecondsPerGib: cpuSeconds / (load.bytes / GIB),
    serverCores: cpuSeconds / load.seconds,
    clientCores: load.clientCpuSeconds / load.seconds,
  };
}
