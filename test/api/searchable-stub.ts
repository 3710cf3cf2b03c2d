import { patternBytes } from "../../src/testing/pattern-bytes.ts";
import {
  type FoundMedia,
  type MediaFormat,
  type SearchableSource,
  type SearchOptions,
  SourceError,
} from "../../src/source/index.ts";
import { createMemorySource } from "../../src/sources/index.ts";

/** How a searchable source behaves. */
export interface SearchableBehaviour {
  readonly location: string;
  readonly found: readonly FoundMedia[];
  readonly formats?: readonly MediaFormat[] | undefined;
  /** What its service suggests, where they begin with what is typed. */
  readonly suggestions?: readonly string[] | undefined;
  /** What a search does before it answers: nothing, wait, or fail. */
  readonly beforeSearch?: ((options: SearchOptions) => Promise<void>) | undefined;
}

/** A site to search, in memory: real objects, and searches as slow or broken as a test wants them. */
export interface SearchableStub extends SearchableSource {
  readonly searches: readonly string[];
  readonly prepared: readonly string[];
}

/** Creates the site; each format of an object has bytes of its own. */
export function createSearchableStub({
  location,
  found,
  formats = [],
  suggestions = [],
  beforeSearch,
}: SearchableBehaviour): SearchableStub {
  const keys = found.flatMap(({ key }) => [key, ...formats.map(({ id }) => `${key}@${id}`)]);
  const objects = keys.map((key, index) => [key, patternBytes(0, 5000 + index, index)] as const);
  const memory = createMemorySource(Object.fromEntries(objects));
  const [searches, prepared]: [string[], string[]] = [[], []];
  return {
    location,
    open: (key, options) => memory.open(key, options),
    list: (prefix, options) => memory.list(prefix, options),
    locate: (key, options) => memory.locate(key, options),
    revalidate: (key, validator, options) => memory.revalidate(key, validator, options),
    check: (options) => memory.check(options),
    health: () =>
      Promise.resolve({ words: [`${location}: 0 of 2 failed`], warnings: [], sites: [], running: 0, waiting: 0 }),
    suggest: async (text, { limit }) => suggestions.filter((words) => words.startsWith(text)).slice(0, limit),
    positionOf: () => undefined,
    searches,
    prepared,
    async search(text, options) {
      searches.push(text);
      await beforeSearch?.(options);
      const shown = found.slice(options.offset ?? 0).slice(0, options.limit);
      shown.forEach((one) => options.onFound?.(one));
      return shown;
    },
    async describe(key) {
      await using _object = await memory.open(key);
      const media = found.find((candidate) => candidate.key === key);
      if (media === undefined) {
        throw new Error(`No such media: ${key}`);
      }
      return media;
    },
    formats: async () => formats,
    keyOfFormat: (key, format) => `${key}@${format}`,
    isPlaylist: () => false,
    openPlaylist: (key) => Promise.reject(new SourceError("unsupported", `${key} is no playlist`)),
    async prepare(key) {
      prepared.push(key);
    },
    [Symbol.asyncDispose]: () => memory[Symbol.asyncDispose](),
  };
}
