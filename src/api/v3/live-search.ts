import { setTimeout as delay } from "node:timers/promises";
import { BoundedMap } from "../../bytes/bounded-map.ts";
import { type FoundMedia, isSourceError, SourceError } from "../../source/index.ts";
import { problemOf } from "../../delivery/index.ts";
import type { ApiSource } from "../api-source.ts";

/** What one source answered. */
export type LiveAnswer =
  | { readonly source: ApiSource; readonly state: "live"; readonly found: readonly FoundMedia[] }
  | { readonly source: ApiSource; readonly state: "slow" | "failed"; readonly detail: string };

/** Options of {@link createLiveSearch}. */
export interface LiveSearchOptions {
  /** How long an answer waits for a source. What comes later is there for whoever asks again. @default 4000 */
  readonly deadlineMs?: number | undefined;
  /** How long a source may go on after that. @default 30000 */
  readonly giveUpMs?: number | undefined;
  /** How long results stand. @default 60000 */
  readonly freshForMs?: number | undefined;
}

/** Asks sources that can be searched where their media lies. */
export interface LiveSearch {
  /** Never rejects: a source that is slow or fails says so in its answer. Those without a search of their own are left out. */
  search(sources: readonly ApiSource[], text: string): Promise<readonly LiveAnswer[]>;
}

/** Searches under way at once; each may be a process of its own. */
const maxRunning = 16;
const rememberedSearches = 500;
const wantedResults = 20;

/** Creates a live search. The same question asked twice at a time, or soon again, is asked once. */
export function createLiveSearch(options: LiveSearchOptions = {}): LiveSearch {
  const { deadlineMs = 4000, giveUpMs = 30_000, freshForMs = 60_000 } = options;
  const asked = new BoundedMap<{ readonly answer: Promise<LiveAnswer>; freshUntil: number }>(rememberedSearches);
  let running = 0;

  async function ask(source: ApiSource, text: string): Promise<LiveAnswer> {
    if (source.searchable === undefined || running >= maxRunning) {
      return { source, state: "failed", detail: "Too many searches are under way. Try again in a moment." };
    }
    running += 1;
    try {
      const signal = AbortSignal.timeout(giveUpMs);
      const found = await source.searchable.search(text, { limit: wantedResults, signal });
      return { source, state: "live", found };
    } catch (error) {
      const reason = isSourceError(error) ? error : new SourceError("unavailable", "Search failed", { cause: error });
      return { source, state: "failed", detail: problemOf(reason).detail };
    } finally {
      running -= 1;
    }
  }

  function askOnce(source: ApiSource, text: string): Promise<LiveAnswer> {
    const name = JSON.stringify([source.sourceId, text]);
    const known = asked.get(name);
    if (known !== undefined && performance.now() < known.freshUntil) {
      return known.answer;
    }
    const entry = { answer: ask(source, text), freshUntil: Infinity };
    asked.set(name, entry);
    void entry.answer.then(({ state }) => {
      // A failure is no answer to keep: the next one to ask tries again.
      entry.freshUntil = state === "live" ? performance.now() + freshForMs : 0;
    });
    return entry.answer;
  }

  return {
    search(sources, text) {
      const searchable = sources.filter((source) => source.searchable !== undefined);
      return Promise.all(searchable.map((source) => withinDeadline(source, askOnce(source, text), deadlineMs)));
    },
  };
}

async function withinDeadline(source: ApiSource, answer: Promise<LiveAnswer>, deadlineMs: number): Promise<LiveAnswer> {
  const abort = new AbortController();
  const late = delay(deadlineMs, undefined, { signal: abort.signal, ref: false }).then((): LiveAnswer => ({
    source,
    state: "slow",
    detail: "No answer yet. Search again in a moment.",
  }));
  // Cancelled below, where nobody waits for it any more.
  late.catch(() => undefined);
  try {
    return await Promise.race([answer, late]);
  } finally {
    abort.abort();
  }
}
