import { setTimeout as sleep } from "node:timers/promises";
import type { Contender } from "./contenders.ts";
import { OBJECT_PATH } from "./fixture.ts";
import { runViewerLoad, type ViewersResult } from "./load/viewer-load.ts";
import { slope } from "./statistics.ts";

const MIB = 1024 * 1024;
const SAMPLE_MS = 500;
/** Garbage of the start-up is gone and the load has not begun: what a server weighs with nobody there. */
const SETTLE_MS = 1_500;

export const VIEWERS = 1_000;
export const BYTES_PER_SECOND = 100_000;

/** Who comes. */
export interface Crowd {
  readonly viewers: number;
  /** What they watch, in turn, each from a place of its own; all of one size. */
  readonly paths: readonly string[];
  /** What the server weighed before it did anything. @default what it weighs now */
  readonly idleBytes?: number;
}

/** A thousand viewers of one object. */
const THOUSAND: Crowd = { viewers: VIEWERS, paths: [OBJECT_PATH] };

/** How a server's memory and its viewers fared. */
export interface CrowdResult {
  readonly name: string;
  readonly seconds: number;
  readonly idleMib: number;
  readonly peakAboveIdleMib: number;
  readonly endAboveIdleMib: number;
  /** Growth over the second half, when all viewers have long been there. */
  readonly slopeMibPerMinute: number;
  readonly serverCores: number;
  readonly viewers: ViewersResult;
}

/** Seats slow viewers before one server and watches its memory. */
export async function runCrowd(
  name: string,
  { server }: Contender,
  objectBytes: number,
  seconds: number,
  crowd: Crowd = THOUSAND,
): Promise<CrowdResult> {
  await sleep(SETTLE_MS);
  const idleMib = (crowd.idleBytes ?? server.residentBytes()) / MIB;
  const cpuBefore = server.cpuSeconds();
  const startedAt = performance.now();
  const points: { x: number; y: number }[] = [];
  const sampling = setInterval(() => {
    points.push({ x: (performance.now() - startedAt) / 60_000, y: server.residentBytes() / MIB - idleMib });
  }, SAMPLE_MS);
  try {
    const { viewers: count, paths } = crowd;
    const load = { viewers: count, paths, port: server.port, objectBytes, bytesPerSecond: BYTES_PER_SECOND, seconds };
    const viewers = await runViewerLoad(load);
    return {
      name,
      seconds,
      idleMib,
      peakAboveIdleMib: Math.max(...points.map(({ y }) => y)),
      endAboveIdleMib: points.at(-1)?.y ?? 0,
      slopeMibPerMinute: slope(points.slice(Math.floor(points.length / 2))),
      serverCores: ((server.cpuSeconds() - cpuBefore) * 1000) / (performance.now() - startedAt),
      viewers,
    };
  } finally {
    clearInterval(sampling);
  }
}
