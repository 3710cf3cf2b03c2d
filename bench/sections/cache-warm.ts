import type { RatioBar } from "../bars.ts";
import type { Contender } from "../contenders.ts";
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
const FILL_AT_ONCE = 24;

const STREAM = "one warm stream";
const LARGE_RANGES = "warm 1 MiB ranges, 64 connections";
const SMALL_RANGES = "warm 64 KiB ranges of 32 hot slices, 64 connections";
const NGINX = [nginxSliceCache.name];
const NPM = npmStaticServers.map(({ name }) => name);

export const RANGE_BARS: readonly RatioBar[] = [
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
];

export const STREAM_BARS: readonly RatioBar[] = [
  { text: "warm stream: >= 1.0x nginx slice hit", workload: STREAM, metric: "rate", against: NGINX, limit: 1 },
  {
    text: "warm stream: CPU per GiB <= 1.4x nginx slice hit",
    workload: STREAM,
    metric: "cpuSecondsPerGib",
    against: NGINX,
    limit: 1.4,
  },
];

/** One viewer who reads as fast as he can. */
export function warmStream(objectBytes: number, options: BenchOptions): Workload {
  return {
    name: STREAM,
    unit: "MB/s",
    asksRanges: false,
    // Several times: CPU is counted in hundredths of a second, and one reading of the object takes only a few of them.
    run: (port) => readOften(port, objectBytes, Math.max(1024 * MIB, options.streamBytes) / objectBytes),
  };
}

/** What is asked of full caches, and of static servers that read the same bytes from a file. */
export function warmRanges(objectBytes: number, options: BenchOptions): readonly Workload[] {
  const ranges = (name: string, withinBytes: number, rangeBytes: number): Workload => ({
    name,
    unit: "requests/s",
    asksRanges: true,
    run: (port) => runRangeLoad({ port, objectBytes: withinBytes, rangeBytes, seconds: options.rangeSeconds }),
  });
  return [ranges(LARGE_RANGES, objectBytes, MIB), ranges(SMALL_RANGES, HOT_BYTES, 64 * KIB)];
}

/** Reads objects once, in pieces, many at a time: one stream would wait for the origin at every slice of some caches. */
export async function fillCaches({ server }: Contender, paths: readonly string[], objectBytes: number): Promise<void> {
  const pieces = paths.flatMap((path) =>
    Array.from({ length: Math.ceil(objectBytes / FILL_BYTES) }, (_, piece) => ({ path, start: piece * FILL_BYTES })),
  );
  const fill = async (): Promise<void> => {
    for (let piece = pieces.pop(); piece !== undefined; piece = pieces.pop()) {
      const end = Math.min(piece.start + FILL_BYTES, objectBytes);
      await requestRange(server.port, piece.path, `bytes=${piece.start}-${end - 1}`, end - piece.start);
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
