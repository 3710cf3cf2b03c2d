import type { RatioBar } from "../bars.ts";
import type { Contender } from "../contenders.ts";
import { OBJECT_PATH } from "../fixture.ts";
import type { LoadResult } from "../load/load-result.ts";
import { runRangeLoad } from "../load/range-load.ts";
import { requestRange } from "../load/single-request.ts";
import { runStreamLoad } from "../load/stream-load.ts";
import type { BenchOptions } from "../options.ts";
import { nginxSliceCache } from "../peers/nginx.ts";
import { npmStaticServers } from "../peers/node-servers.ts";
import type { Workload } from "../rounds.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
/** Fits into the memory that ours keeps hot slices in, 64 MiB. */
const HOT_BYTES = 32 * MIB;
const FILL_BYTES = 4 * MIB;
const FILL_AT_ONCE = 8;

const STREAM = "one warm stream";
const LARGE_RANGES = "warm 1 MiB ranges, 64 connections";
const SMALL_RANGES = "warm 64 KiB ranges of 32 hot slices, 64 connections";
const NGINX = [nginxSliceCache.name];
const NPM = npmStaticServers.map(({ name }) => name);

export const WARM_BARS: readonly RatioBar[] = [
  {
    text: "warm 1 MiB ranges: >= 1.0x nginx slice hit",
    workload: LARGE_RANGES,
    metric: "rate",
    against: NGINX,
    limit: 1,
  },
  {
    text: "warm 1 MiB ranges: >= 1.5x the best npm static server",
    workload: LARGE_RANGES,
    metric: "rate",
    against: NPM,
    limit: 1.5,
  },
  {
    text: "warm 64 KiB ranges of hot slices: >= 0.8x nginx slice hit",
    workload: SMALL_RANGES,
    metric: "rate",
    against: NGINX,
    limit: 0.8,
  },
  { text: "warm stream: >= 1.0x nginx slice hit", workload: STREAM, metric: "rate", against: NGINX, limit: 1 },
  {
    text: "warm stream: CPU per GiB <= 1.4x nginx slice hit",
    workload: STREAM,
    metric: "cpuSecondsPerGib",
    against: NGINX,
    limit: 1.4,
  },
];

/** What is asked of full caches, and of static servers that read the same bytes from a file. */
export function warmWorkloads(objectBytes: number, options: BenchOptions): readonly Workload[] {
  const ranges = (name: string, withinBytes: number, rangeBytes: number): Workload => ({
    name,
    unit: "requests/s",
    asksRanges: true,
    run: (port) => runRangeLoad({ port, objectBytes: withinBytes, rangeBytes, seconds: options.rangeSeconds }),
  });
  return [
    {
      name: STREAM,
      unit: "MB/s",
      asksRanges: false,
      // Several times: CPU is counted in hundredths of a second, and one reading of the object takes only a few of them.
      run: (port) => readOften(port, objectBytes, Math.max(1024 * MIB, options.streamBytes) / objectBytes),
    },
    ranges(LARGE_RANGES, objectBytes, MIB),
    ranges(SMALL_RANGES, HOT_BYTES, 64 * KIB),
  ];
}

/** Reads the object once, in pieces, several at a time: one stream would wait for the origin at every slice of some caches. */
export async function fillCaches({ server }: Contender, objectBytes: number): Promise<void> {
  let next = 0;
  const fill = async (): Promise<void> => {
    while (next < objectBytes) {
      const start = next;
      const bytes = Math.min(FILL_BYTES, objectBytes - start);
      next += bytes;
      await requestRange(server.port, OBJECT_PATH, `bytes=${start}-${start + bytes - 1}`, bytes);
    }
  };
  await Promise.all(Array.from({ length: FILL_AT_ONCE }, fill));
}

async function readOften(port: number, objectBytes: number, times: number): Promise<LoadResult> {
  const total = { seconds: 0, bytes: 0, requests: 0, clientCpuSeconds: 0 };
  for (let time = 0; time < times; time += 1) {
    const load = await runStreamLoad(port, objectBytes);
    total.seconds += load.seconds;
    total.bytes += load.bytes;
    total.requests += load.requests;
    total.clientCpuSeconds += load.clientCpuSeconds;
  }
  return total;
}
