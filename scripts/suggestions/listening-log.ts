import type { PlayRecord } from "../../web/src/core/play-record.ts";
import { createRandom } from "../../web/src/core/random.ts";
import type { SuggestionFacts } from "../../web/src/core/suggestion-input.ts";

/** Listeners who do not exist, over a library that does not either. The same seed gives the same log. */
export interface ListeningLog {
  readonly items: ReadonlyMap<string, SuggestionFacts>;
  /** What a server would say goes with each item. */
  readonly related: ReadonlyMap<string, readonly string[]>;
  /** One history for each listener, oldest first. */
  readonly histories: readonly (readonly PlayRecord[])[];
}

/** How large a log is. */
export interface ListeningLogSize {
  readonly items: number;
  readonly listeners: number;
  readonly days: number;
}

const dayMs = 86_400_000;
const startMs = Date.parse("2026-01-01T00:00:00Z");
const genreCount = 12;
const itemsPerCreator = 12;

interface Library {
  readonly items: readonly SuggestionFacts[];
  readonly byCreator: ReadonlyMap<string, readonly SuggestionFacts[]>;
  readonly byGenre: ReadonlyMap<string, readonly SuggestionFacts[]>;
}

/**
 * Generates a log. Listeners care for some genres, for others in the morning than in the evening; they come back to favourites, stay with
 * a creator for a while, follow what is popular, and skip most of what is not theirs.
 */
export function generateListeningLog(seed: number, size: ListeningLogSize): ListeningLog {
  const random = createRandom(seed);
  const library = generateLibrary(size.items);
  return {
    items: new Map(library.items.map((item) => [item.id, item])),
    related: new Map(library.items.map((item) => [item.id, relatedTo(item, library, random)])),
    histories: Array.from({ length: size.listeners }, () => generateHistory(library, size.days, random)),
  };
}

function generateLibrary(count: number): Library {
  const items = Array.from({ length: count }, (_, index): SuggestionFacts => {
    const creator = Math.floor(index / itemsPerCreator);
    return {
      id: `item-${index}`,
      title: `Title ${index}`,
      creators: [`Creator ${creator}`],
      genres: [`Genre ${creator % genreCount}`],
      album: `Album ${Math.floor(index / (itemsPerCreator / 2))}`,
    };
  });
  return {
    items,
    byCreator: Map.groupBy(items, ({ creators }) => creators[0] ?? ""),
    byGenre: Map.groupBy(items, ({ genres }) => genres[0] ?? ""),
  };
}

function relatedTo(item: SuggestionFacts, library: Library, random: () => number): readonly string[] {
  const sameCreator = library.byCreator.get(item.creators[0] ?? "") ?? [];
  const sameGenre = library.byGenre.get(item.genres[0] ?? "") ?? [];
  const picked = [
    ...Array.from({ length: 6 }, () => pickPopular(sameCreator, random)),
    ...Array.from({ length: 6 }, () => pickPopular(sameGenre, random)),
    // No server's idea of what goes together is all right.
    ...Array.from({ length: 3 }, () => pickPopular(library.items, random)),
  ];
  return Array.from(new Set(picked.flatMap((one) => (one === undefined || one.id === item.id ? [] : [one.id]))));
}

function generateHistory(library: Library, days: number, random: () => number): PlayRecord[] {
  const genres = Array.from({ length: 4 }, () => `Genre ${Math.floor(random() * genreCount)}`);
  const favourites: SuggestionFacts[] = [];
  const plays: PlayRecord[] = [];
  for (let day = 0; day < days; day += 1) {
    for (const hour of [8, 19]) {
      if (random() < 0.7) {
        const genre = genres[(hour < 12 ? 0 : 2) + (random() < 0.7 ? 0 : 1)] ?? "";
        const startedAtMs = startMs + day * dayMs + (hour + random() * 2) * 3_600_000;
        plays.push(...generateSitting({ library, genre, genres, favourites, startedAtMs, random }));
      }
    }
  }
  return plays;
}

interface SittingSeed {
  readonly library: Library;
  readonly genre: string;
  readonly genres: readonly string[];
  /** Grows as items are liked. */
  readonly favourites: SuggestionFacts[];
  readonly startedAtMs: number;
  readonly random: () => number;
}

function generateSitting(seed: SittingSeed): PlayRecord[] {
  const { favourites, genres, random } = seed;
  const plays: PlayRecord[] = [];
  let atMs = seed.startedAtMs;
  let previous: SuggestionFacts | undefined;
  for (let left = 4 + Math.floor(random() * 8); left > 0; left -= 1) {
    const item = pickNext(seed, previous);
    if (item === undefined) {
      continue;
    }
    const isTheirs = genres.includes(item.genres[0] ?? "");
    const outcome = random() < (isTheirs ? 0.8 : 0.2) ? "completed" : random() < 0.3 ? "stopped" : "skipped";
    if (outcome === "completed" && random() < 0.15) favourites.push(item);
    const listenedSeconds = outcome === "completed" ? 200 : outcome === "stopped" ? 90 : 10;
    plays.push({ itemId: item.id, startedAtMs: atMs, listenedSeconds, durationSeconds: 200, outcome });
    atMs += listenedSeconds * 1000 + 2_000;
    previous = item;
  }
  return plays;
}

function pickNext(
  { library, genre, favourites, random }: SittingSeed,
  previous: SuggestionFacts | undefined,
): SuggestionFacts | undefined {
  const chance = random();
  const fitting = favourites.filter(({ genres }) => genres[0] === genre);
  if (chance < 0.3 && fitting.length > 0) {
    return fitting[Math.floor(random() * fitting.length)];
  }
  if (chance < 0.6 && previous !== undefined) {
    return pickPopular(library.byCreator.get(previous.creators[0] ?? "") ?? [], random);
  }
  return pickPopular(chance < 0.9 ? (library.byGenre.get(genre) ?? []) : library.items, random);
}

/** The first ones far more often than the last ones. */
function pickPopular(items: readonly SuggestionFacts[], random: () => number): SuggestionFacts | undefined {
  return items[Math.floor(items.length * random() ** 2.5)];
}
