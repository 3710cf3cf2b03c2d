import type { ProcessPool } from "./process-pool.ts";
import type { SiteHealth, SiteHealthRecords } from "./site-health.ts";
import type { YtdlpProgram, YtdlpVersion } from "./ytdlp-program.ts";

/** How yt-dlp and the sites behind it fare. */
export interface YtdlpHealth {
  /** `2023.03.04`; absent where it cannot be run. */
  readonly version?: string | undefined;
  readonly ageDays?: number | undefined;
  /** With what sites' scripts are run. */
  readonly scriptRuntime?: "node" | undefined;
  /** What an operator should do, in words. */
  readonly warnings: readonly string[];
  readonly sites: readonly SiteHealth[];
  readonly running: number;
  readonly waiting: number;
  /** A line for each site, and one for yt-dlp: `youtube: 3 of 20 failed since 14:02; yt-dlp is 87 days old`. */
  readonly words: readonly string[];
}

/** Sites change: an extractor older than this is likelier to be stale than not. */
const oldAfterDays = 60;
const dayMs = 24 * 60 * 60_000;

/** Puts together what is known; starts yt-dlp at most to ask for its version. */
export async function describeHealth(
  program: YtdlpProgram,
  records: SiteHealthRecords,
  now: Date = new Date(),
): Promise<YtdlpHealth> {
  const { running, waiting }: ProcessPool = program.pool;
  const sites = records.snapshot();
  try {
    const version = await program.version();
    const ageDays = Math.floor((now.getTime() - version.releasedAt.getTime()) / dayMs);
    const age = `yt-dlp is ${ageDays} days old`;
    const words = [...sites.map((site) => `${site.words}; ${age}`), `yt-dlp ${version.version}: ${ageDays} days old`];
    const { scriptRuntime } = version;
    return {
      version: version.version,
      ageDays,
      scriptRuntime,
      warnings: warningsFor(version, ageDays),
      sites,
      running,
      waiting,
      words,
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { warnings: [message], sites, running, waiting, words: [...sites.map((site) => site.words), message] };
  }
}

function warningsFor({ version, scriptRuntime }: YtdlpVersion, ageDays: number): string[] {
  const old = `yt-dlp ${version} is ${ageDays} days old: update it (yt-dlp -U, or as it was installed); sites change every few weeks`;
  const scripts = `yt-dlp ${version} cannot use a script runtime, which YouTube asks for by now: update it`;
  return [...(ageDays > oldAfterDays ? [old] : []), ...(scriptRuntime === undefined ? [scripts] : [])];
}
