import { setTimeout as sleep } from "node:timers/promises";
import type { SitesHealth } from "../../source/index.ts";
import type { ProcessPool } from "./process-pool.ts";
import type { SiteGates } from "./site-gates.ts";
import type { SiteHealth, SiteHealthRecords } from "./site-health.ts";
import type { YtdlpProgram, YtdlpVersion } from "./ytdlp-program.ts";

/** How yt-dlp and the sites behind it fare. */
export interface YtdlpHealth extends SitesHealth {
  /** `2023.03.04`; absent where it cannot be run. */
  readonly version?: string | undefined;
  /** With what sites' scripts are run. */
  readonly scriptRuntime?: "node" | undefined;
  readonly sites: readonly SiteHealth[];
}

/** What is put together. */
export interface HealthParts {
  readonly program: YtdlpProgram;
  readonly records: SiteHealthRecords;
  readonly gates: SiteGates;
}

/** Sites change: an extractor older than this is likelier to be stale than not. */
const oldAfterDays = 60;
const dayMs = 24 * 60 * 60_000;

/** A program that hangs must not keep those waiting who ask how it is. */
const patienceMs = 2_000;

/** Puts together what is known; starts yt-dlp at most to ask for its version. */
export async function describeHealth(
  { program, records, gates }: HealthParts,
  now: Date = new Date(),
): Promise<YtdlpHealth> {
  const { running, waiting }: ProcessPool = program.pool;
  const sites = records.snapshot();
  const known = await versionInTime(program);
  const queue = waiting === 0 ? [] : [`${waiting} wait for their turn, ${running} are being looked up`];
  if (typeof known === "string") {
    const words = [...sites.map((site) => site.words), ...gates.words(), ...queue, known];
    return { warnings: [known], sites, running, waiting, words };
  }
  const { version, scriptRuntime, releasedAt } = known;
  const programAgeDays = Math.floor((now.getTime() - releasedAt.getTime()) / dayMs);
  const warnings = warningsFor(known, programAgeDays);
  const runtime = scriptRuntime === undefined ? "" : `, runs sites' scripts with ${scriptRuntime}`;
  const words = [
    ...sites.map((site) => `${site.words}; yt-dlp is ${programAgeDays} days old`),
    ...gates.words(),
    ...queue,
    ...(warnings.length > 0 ? warnings : [`yt-dlp ${version}: ${programAgeDays} days old${runtime}`]),
  ];
  return { version, programAgeDays, scriptRuntime, warnings, sites, running, waiting, words };
}

/** The version, or why it cannot be told. */
async function versionInTime(program: YtdlpProgram): Promise<YtdlpVersion | string> {
  const late = new AbortController();
  try {
    return await Promise.race([
      program.version(),
      sleep(patienceMs, "yt-dlp has not told its version yet: does it hang?", { signal: late.signal }),
    ]);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    late.abort();
  }
}

function warningsFor({ version, scriptRuntime }: YtdlpVersion, ageDays: number): string[] {
  const old = `yt-dlp ${version} is ${ageDays} days old: update it (yt-dlp -U, or as it was installed); sites change every few weeks`;
  const scripts = `yt-dlp ${version} cannot use a script runtime, which YouTube asks for by now: update it`;
  return [...(ageDays > oldAfterDays ? [old] : []), ...(scriptRuntime === undefined ? [scripts] : [])];
}
