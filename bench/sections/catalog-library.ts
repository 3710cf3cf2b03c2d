import type { Catalog, ItemRecord } from "../../src/catalog/index.ts";

/** How many records go into one batch, as the scanner does it. */
const BATCH = 200;
const VOCABULARY = 120_000;
const CREATORS = 60_000;
const SYLLABLES =
  "ba be bi bo bra cha co da de di do el en er fa fi fo ga go ha in ka ki la le li lo ma me mi mo na ne ni no or pa pe ra re ri ro sa se si so sta ta te ti to tra u va ve vi wa wo ya za".split(
    " ",
  );
/** What real titles are full of: a search for one of these finds a good part of the library. */
const COMMON =
  "the of a love live you me in my to and i night time it no on world heart day remix la version blue man life be is all dance".split(
    " ",
  );

/** A number generator of its own seed (mulberry32), so that every run has the same library. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The words of a made-up language, and names made of them; frequent ones first, as in any language. */
export interface Language {
  readonly words: readonly string[];
  readonly creators: readonly string[];
}

export function inventLanguage(random: () => number): Language {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const invented = new Set<string>();
  while (invented.size < VOCABULARY) {
    invented.add(Array.from({ length: 2 + Math.floor(random() * 3) }, () => pick(SYLLABLES)).join(""));
  }
  const words = [...COMMON, ...invented];
  const name = () =>
    Array.from({ length: 1 + Math.floor(random() * 2) }, () => capitalized(words[zipf(random, words.length)] ?? ""));
  const creators = Array.from(
    { length: CREATORS },
    (_, index) => `${name().join(" ")}${index % 9 === 0 ? " Band" : ""}`,
  );
  return { words, creators };
}

/** The n-th most frequent is taken with a chance of about one n-th. */
export function zipf(random: () => number, length: number): number {
  return Math.min(length - 1, Math.floor(length ** random()) - 1 + (random() < 0.5 ? 0 : 1));
}

/** Records of albums of twelve, one after the other. */
export function* inventItems(count: number, language: Language, random: () => number): Generator<ItemRecord> {
  const words = (most: number) =>
    Array.from({ length: 1 + Math.floor(random() * most) }, () =>
      capitalized(language.words[zipf(random, language.words.length)] ?? ""),
    );
  for (let index = 0; index < count;) {
    const creator = language.creators[zipf(random, language.creators.length)] ?? "Nobody";
    const album = words(3).join(" ");
    for (let track = 1; track <= 12 && index < count; track++, index++) {
      yield {
        key: `${creator}/${album} ${Math.floor(index / 12)}/${String(track).padStart(2, "0")}.mp3`,
        kind: index % 10 === 0 ? "video" : "audio",
        title: words(5).join(" "),
        creators: [creator],
        album,
        trackNumber: track,
        year: 1960 + (index % 65),
        genres: ["Rock"],
        durationSeconds: 180 + (index % 120),
        mediaType: "audio/mpeg",
        sizeBytes: 4_000_000 + index,
        version: `"${index}"`,
        captions: [],
        lyrics: [],
        issues: [],
        fingerprint: `${4_000_000 + index}-${index}`,
      };
    }
  }
}

/** Fills a catalog by one scan. Returns items a second. */
export async function fillCatalog(
  catalog: Catalog,
  items: Iterable<ItemRecord>,
  onCount: (count: number) => void,
): Promise<number> {
  const { id } = await catalog.saveSource({ identity: "file:///bench", name: "Bench" });
  const scan = await catalog.beginScan(id);
  const startedAt = performance.now();
  let count = 0;
  let batch: ItemRecord[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length === BATCH) {
      await catalog.upsert(scan, { items: batch });
      count += batch.length;
      batch = [];
      onCount(count);
    }
  }
  await catalog.upsert(scan, { items: batch });
  count += batch.length;
  const rate = count / ((performance.now() - startedAt) / 1000);
  await catalog.finishScan(scan, { result: "complete", objects: count, failed: 0 });
  return rate;
}

function capitalized(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
