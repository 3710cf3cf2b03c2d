import { isSourceError, type Source, SourceError, type SourceErrorCode } from "../source/index.ts";

/** What `/readyz` says. Names and one plain sentence each: nothing of where a source lies or what it answered. */
export interface ReadinessReport {
  /** `degraded`: some sources cannot be reached, or the cache is off. `unavailable`: none can. */
  readonly status: "ready" | "degraded" | "unavailable";
  readonly sources: readonly SourceReadiness[];
  /** Absent where there is no cache. */
  readonly cache?: CacheReadiness;
}

/** Whether the cache keeps anything. Without it everything still plays, slower: that is `degraded`. */
export interface CacheReadiness {
  readonly state: "on" | "off";
  /** Why it is off. */
  readonly detail?: string;
}

/** The state of one source. */
export interface SourceReadiness {
  readonly name: string;
  readonly state: "ready" | "failing";
  readonly detail?: string;
}

/** Options of {@link createReadiness}. */
export interface ReadinessOptions {
  /** How long an answer stands before sources are asked again. @default 5000 */
  readonly freshForMs?: number;
  /** How long a source may take to answer. @default 3000 */
  readonly timeoutMs?: number;
  /** The cache's state now. */
  readonly cache?: (() => CacheReadiness) | undefined;
}

/** Tells whether sources can be reached, without asking them more often than every few seconds. */
export interface Readiness {
  report(): Promise<ReadinessReport>;
}

const details: Readonly<Record<SourceErrorCode, string>> = {
  "not-found": "The source does not exist.",
  forbidden: "The source refuses access.",
  "invalid-key": "The source does not accept its own address.",
  "bad-upstream": "The source answers in a way that cannot be trusted.",
  changed: "The source kept changing while it was read.",
  unsupported: "The source cannot be checked.",
  unavailable: "The source cannot be reached.",
  timeout: "The source did not answer in time.",
  aborted: "The source did not answer in time.",
};

/** Creates the check behind `/readyz`. Whoever asks while sources are being asked shares that answer. */
export function createReadiness(
  sources: ReadonlyMap<string, { readonly source: Source }>,
  options: ReadinessOptions = {},
): Readiness {
  const { freshForMs = 5000, timeoutMs = 3000, cache: readCache } = options;
  let latest: { readonly report: Promise<ReadinessReport>; expiresAt: number } | undefined;

  async function ask(): Promise<ReadinessReport> {
    const states = await Promise.all([...sources].map(([name, { source }]) => readinessOf(name, source, timeoutMs)));
    const readyCount = states.filter(({ state }) => state === "ready").length;
    const cache = readCache?.();
    const isAllWell = readyCount === states.length && cache?.state !== "off";
    const status = isAllWell ? "ready" : readyCount > 0 ? "degraded" : "unavailable";
    return { status, sources: states, ...(cache === undefined ? {} : { cache }) };
  }

  return {
    report() {
      if (latest === undefined || performance.now() >= latest.expiresAt) {
        const entry = { report: ask(), expiresAt: Infinity };
        latest = entry;
        void entry.report.then(() => {
          entry.expiresAt = performance.now() + freshForMs;
        });
      }
      return latest.report;
    },
  };
}

async function readinessOf(name: string, source: Source, timeoutMs: number): Promise<SourceReadiness> {
  try {
    await checkSource(source, timeoutMs);
    return { name, state: "ready" };
  } catch (error) {
    return {
      name,
      state: "failing",
      detail: isSourceError(error) ? details[error.code] : "The source cannot be checked.",
    };
  }
}

/**
 * Resolves where a source can be reached within `timeoutMs`. A source that ignores its signal (a hung network mount) does not hold
 * up the answer.
 * @throws {SourceError}
 */
export async function checkSource(source: Source, timeoutMs: number): Promise<void> {
  const abort = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(
      new SourceError("timeout", `Cannot reach ${source.location}: no answer within ${timeoutMs} ms`, {
        retryable: true,
      }),
    );
    abort.abort();
  }, timeoutMs);
  try {
    await Promise.race([source.check({ signal: abort.signal }), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
