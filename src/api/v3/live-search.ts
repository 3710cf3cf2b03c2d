import { setTimeout as delay } from "node:timers/promises";
import { BoundedMap } from "../../bytes/bounded-map.ts";
import { type FoundMedia, isSourceError, SourceError } from "../../source/index.ts";
import { problemOf } from "../../delivery/index.ts";
import type { ApiSource } from "../api-source.ts";

/** What one source answered; `slow`: what it had found when somebody could wait no longer. */
export type LiveAnswer =
  | { readonly source: ApiSource; readonly state: "live"; readonly found: readonly FoundMedia[] }
  | {
      readonly source: ApiSource;
      readonly state: "slow";
      readonly found: readonly FoundMedia[];
      readonly detail: string;
    }
  | { readonly source: ApiSource; readonly state: "failed"; readonly detail: string };

/** Options of {@link createLiveSearch}. */
export interface LiveSearchOptions {
  /** How long an answer waits for a source. What comes later is there for whoever asks again. @default 4000 */
  readonly deadlineMs?: number | undefined;
  /** How long a source may go on after that. @default 30000 */
  readonly giveUpMs?: number | undefined;
  /** How long results stand. @default 60000 */
  readonly freshForMs?: number | undefined;
}

/** What is asked for of a search. */
export interface LiveQuery {
  /** Results to pass over. @default 0 */
  readonly offset?: number | undefined;
  /** After so many milliseconds the first results do, without the rest; whoever asks again gets that. @default to wait for all */
  readonly firstAfterMs?: number | undefined;
}

/** Asks sources that can be searched where their media lies. */
export interface LiveSearch {
  /** Never rejects: a source that is slow or fails says so in its answer. Those without a search of their own are left out. */
  search(sources: readonly ApiSource[], text: string, query?: LiveQuery): Promise<readonly LiveAnswer[]>;
}

/** Results that a source is asked for at once. */
export const liveResults = 20;

/** A search under way, or one that stands for a while. */
interface Asked {
  readonly answer: Promise<LiveAnswer>;
  /** So far. */
  readonly found: readonly FoundMedia[];
  readonly first: Promise<void>;
  freshUntil: number;
}

/** Searches under way at once; each may be a process of its own. */
const maxRunning = 16;
const rememberedSearches = 500;
/** Results come page by page, a page at once: one of ten is not worth an answer of its own. */
const gatherMs = 60;

/** Creates a live search. The same question asked twice at a time, or soon again, is asked once. */
export function createLiveSearch(options: LiveSearchOptions = {}): LiveSearch {
  const { deadlineMs = 4000, giveUpMs = 30_000, freshForMs = 60_000 } = options;
  const asked = new BoundedMap<Asked>(rememberedSearches);
  let running = 0;

  async function ask(
    source: ApiSource,
    text: string,
    offset: number,
    onFound: (found: FoundMedia) => void,
  ): Promise<LiveAnswer> {
    if (source.searchable === undefined || running >= maxRunning) {
      return { source, state: "failed", detail: "Too many searches are under way. Try again in a moment." };
    }
    running += 1;
    try {
      const signal = AbortSignal.timeout(giveUpMs);
      const found = await source.searchable.search(text, { limit: liveResults, offset, signal, onFound });
      return { source, state: "live", found };
    } catch (error) {
      const reason = isSourceError(error) ? error : new SourceError("unavailable", "Search failed", { cause: error });
      return { source, state: "failed", detail: problemOf(reason).detail };
    } finally {
      running -= 1;
    }
  }

  function askOnce(source: ApiSource, text: string, offset: number): Asked {
    const name = JSON.stringify([source.sourceId, text, offset]);
    const known = asked.get(name);
    if (known !== undefined && performance.now() < known.freshUntil) {
      return known;
    }
    const found: FoundMedia[] = [];
    const { promise: first, resolve: onFirst } = Promise.withResolvers<void>();
    const answer = ask(source, text, offset, (one) => {
      found.push(one);
      onFirst();
    });
    const entry: Asked = { answer, found, first, freshUntil: Infinity };
    asked.set(name, entry);
    void answer.then(({ state }) => {
      // A failure is no answer to keep: the next one to ask tries again.
      entry.freshUntil = state === "live" ? performance.now() + freshForMs : 0;
    });
    return entry;
  }

  return {
    search(sources, text, { offset = 0, firstAfterMs } = {}) {
      const searchable = sources.filter((source) => source.searchable !== undefined);
      return Promise.all(
        searchable.map((source) => inTime(source, askOnce(source, text, offset), { deadlineMs, firstAfterMs })),
      );
    },
  };
}

async function inTime(
  source: ApiSource,
  { answer, found, first }: Asked,
  { deadlineMs, firstAfterMs }: { readonly deadlineMs: number; readonly firstAfterMs: number | undefined },
): Promise<LiveAnswer> {
  const abort = new AbortController();
  const after = (ms: number): Promise<void> => delay(ms, undefined, { signal: abort.signal, ref: false });
  const late = after(deadlineMs);
  const some = async (ms: number): Promise<void> => {
    await after(ms);
    await first;
    await after(gatherMs);
  };
  const enough = firstAfterMs === undefined ? late : some(firstAfterMs);
  const untilNow = Promise.race([late, enough]).then((): LiveAnswer => {
    const detail = found.length === 0 ? "No answer yet. Search again in a moment." : "It is still looking for more.";
    return { source, state: "slow", found: [...found], detail };
  });
  // Cancelled below, where nobody waits for it any more.
  void Promise.allSettled([late, enough, untilNow]);
  try {
    return await Promise.race([answer, untilNow]);
  } finally {
    abort.abort();
  }
}
