import type { Contender } from "./contenders.ts";
import { requestRange, type SingleResult } from "./load/single-request.ts";
import type { SlowOrigin } from "./slow-origin.ts";
import { median } from "./statistics.ts";

const MIB = 1024 * 1024;
/** Small enough that those who fetch whole objects are done in a moment, large enough that they are seen to. */
const COLD_MIB = 64;
const COLD_BYTES = COLD_MIB * MIB;
const FOLDER = "media/x/";
const HERD_VIEWERS = 20;
/** Each on an object of its own; the first is not counted, servers in JavaScript are compiled in it. */
const RUNS = 4;

/** What viewers do with an object that no cache has seen. */
export interface ColdCase {
  readonly name: string;
  /** True where it is done once more, with what the first time has left in the cache. */
  readonly isRepeated: boolean;
  view(ask: (range: string, bytes: number) => Promise<SingleResult>): Promise<readonly SingleResult[]>;
}

/** What one cache made of a case, over all runs. */
export interface ColdResult {
  readonly contender: Contender;
  readonly case: ColdCase;
  /** Median over all viewers and runs. */
  readonly firstByteMs: number;
  /** The worst of the runs. */
  readonly requests: number;
  readonly bytes: number;
  /** The same of the repetition. */
  readonly warmRequests: number | undefined;
}

/** A case that a contender did not get through. */
export interface ColdFailure {
  readonly contender: Contender;
  readonly reason: string;
}

export const HERD: ColdCase = {
  name: `${HERD_VIEWERS} viewers of the same 1 MiB`,
  isRepeated: false,
  // On the grid, which favours those who fetch slice by slice.
  view: (ask) => Promise.all(Array.from({ length: HERD_VIEWERS }, () => ask(rangeFrom(8 * MIB, MIB), MIB))),
};

export const SUFFIX: ColdCase = {
  name: "`bytes=-500`",
  isRepeated: false,
  view: async (ask) => [await ask("bytes=-500", 500)],
};

export const PROBE: ColdCase = {
  name: "`bytes=0-1`",
  isRepeated: false,
  view: async (ask) => [await ask("bytes=0-1", 2)],
};

/** Probe, head, tail, a seek, and on from there: 7 MB. */
export const PLAYER: ColdCase = {
  name: "a player's run, 7 MB",
  isRepeated: true,
  async view(ask) {
    return [
      await ask("bytes=0-1", 2),
      await ask(rangeFrom(0, 1_500_000), 1_500_000),
      await ask("bytes=-500000", 500_000),
      await ask(rangeFrom(40_000_000, 2_500_000), 2_500_000),
      await ask(rangeFrom(42_500_000, 2_500_000), 2_500_000),
    ];
  },
};

const CASES: readonly ColdCase[] = [HERD, SUFFIX, PROBE, PLAYER];

/** The names of all objects that {@link measureCold} asks for. */
export const COLD_NAMES: readonly string[] = CASES.flatMap((_, number) =>
  Array.from({ length: RUNS }, (__, run) => coldName(number, run)),
);

/** Lets viewers come to objects that nobody has asked this cache for, and counts what that costs upstream. */
export async function measureCold(
  contender: Contender,
  origin: SlowOrigin,
): Promise<readonly (ColdResult | ColdFailure)[]> {
  const results: (ColdResult | ColdFailure)[] = [];
  for (const [number, coldCase] of CASES.entries()) {
    const names = Array.from({ length: RUNS }, (_, run) => coldName(number, run));
    const result = await measureCase(contender, origin, coldCase, names).catch((error: unknown) => ({
      contender,
      reason: `${coldCase.name}: ${error instanceof Error ? error.message : String(error)}`,
    }));
    results.push(result);
  }
  return results;
}

async function measureCase(
  contender: Contender,
  origin: SlowOrigin,
  coldCase: ColdCase,
  names: readonly string[],
): Promise<ColdResult> {
  const firstBytes: number[] = [];
  let [requests, bytes, warmRequests] = [0, 0, 0];
  for (const [run, name] of names.entries()) {
    const ask = (range: string, count: number) => requestRange(contender.server.port, FOLDER + name, range, count);
    const before = await origin.use(name);
    const views = await coldCase.view(ask);
    const after = await origin.settledUse(name);
    if (coldCase.isRepeated) {
      await coldCase.view(ask);
      const repeated = await origin.settledUse(name);
      warmRequests = Math.max(warmRequests, repeated.requests - after.requests);
    }
    if (run > 0) {
      firstBytes.push(...views.map(({ firstByteMs }) => firstByteMs));
      requests = Math.max(requests, after.requests - before.requests);
      bytes = Math.max(bytes, after.bytes - before.bytes);
    }
  }
  return {
    contender,
    case: coldCase,
    firstByteMs: median(firstBytes),
    requests,
    bytes,
    warmRequests: coldCase.isRepeated ? warmRequests : undefined,
  };
}

function coldName(number: number, run: number): string {
  return `cold-${number}-${run}-${COLD_MIB}m.bin`;
}

function rangeFrom(start: number, bytes: number): string {
  if (start + bytes > COLD_BYTES) {
    throw new RangeError("A cold case asks for more than its object has");
  }
  return `bytes=${start}-${start + bytes - 1}`;
}
