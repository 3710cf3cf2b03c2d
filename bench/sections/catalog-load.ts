import { setTimeout as sleep } from "node:timers/promises";
import type { Catalog, ItemRecord } from "../../src/catalog/index.ts";

const REQUESTS_PER_SECOND = 50;
const SAMPLES = 5000;
const COMMON = ["the", "love", "of", "live", "a", "you", "night", "in"];

/** A request somebody makes while typing, or after it. */
interface Request {
  readonly kind: "search" | "suggest";
  readonly text: string;
  readonly videosOnly: boolean;
}

/** Latencies of a load, in ms, sorted. */
export interface LoadResult {
  readonly search: readonly number[];
  readonly suggest: readonly number[];
  readonly failures: readonly string[];
}

/** Keeps some of the items that pass, so that what is searched for is there. */
export function* sampled(
  items: Iterable<ItemRecord>,
  samples: ItemRecord[],
  random: () => number,
): Generator<ItemRecord> {
  let seen = 0;
  for (const item of items) {
    seen += 1;
    if (samples.length < SAMPLES) {
      samples.push(item);
    } else if (random() < SAMPLES / seen) {
      samples[Math.floor(random() * SAMPLES)] = item;
    }
    yield item;
  }
}

/** Fifty requests a second, at random moments, whether or not the ones before have been answered. */
export async function runLoad(
  catalog: Catalog,
  samples: readonly ItemRecord[],
  seconds: number,
  random: () => number,
): Promise<LoadResult> {
  // As the API asks: of the sources it serves.
  const sourceIds = (await catalog.sources()).map(({ id }) => id);
  const result = { search: [] as number[], suggest: [] as number[], failures: [] as string[] };
  const running: Promise<void>[] = [];
  const startedAt = performance.now();
  let due = startedAt;
  for (let sent = 0; sent < seconds * REQUESTS_PER_SECOND; sent++) {
    due += (-Math.log(1 - random()) * 1000) / REQUESTS_PER_SECOND;
    await sleep(Math.max(0, due - performance.now()));
    running.push(ask({ catalog, sourceIds }, makeRequest(samples, random), result));
  }
  await Promise.all(running);
  const ascending = (values: readonly number[]) => values.toSorted((a, b) => a - b);
  return { search: ascending(result.search), suggest: ascending(result.suggest), failures: result.failures };
}

async function ask(
  { catalog, sourceIds }: { readonly catalog: Catalog; readonly sourceIds: readonly string[] },
  { kind, text, videosOnly }: Request,
  result: { search: number[]; suggest: number[]; failures: string[] },
): Promise<void> {
  const askedAt = performance.now();
  try {
    if (kind === "suggest") {
      await catalog.suggest(text, { sourceIds });
    } else {
      await catalog.search({ text, sourceIds, limit: 20, kinds: videosOnly ? ["video"] : undefined });
    }
    result[kind].push(performance.now() - askedAt);
  } catch (error) {
    result.failures.push(`${kind} "${text}": ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Half are keys pressed on the way to a title, half finished searches; a tenth misspelt, a fifth of the commonest words there are. */
function makeRequest(samples: readonly ItemRecord[], random: () => number): Request {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const { title, creators } = pick(samples);
  const words = title.split(" ");
  if (random() < 0.5) {
    return { kind: "suggest", text: title.slice(0, 1 + Math.floor(random() * 10)), videosOnly: false };
  }
  const dice = random();
  const text =
    dice < 0.4
      ? words
          .slice(0, 3)
          .toSorted(() => random() - 0.5)
          .join(" ")
      : dice < 0.6
        ? `${pick(words)} ${creators[0] ?? ""}`
        : dice < 0.7
          ? pick(COMMON)
          : dice < 0.8
            ? `${pick(COMMON)} ${pick(COMMON)}`
            : dice < 0.9
              ? misspell(pick(words), random)
              : title;
  return { kind: "search", text, videosOnly: random() < 0.1 };
}

function misspell(word: string, random: () => number): string {
  const at = Math.floor(random() * word.length);
  return word.slice(0, at) + word.slice(at + 1, at + 2) + word.slice(at, at + 1) + word.slice(at + 2);
}
