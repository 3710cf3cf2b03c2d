import { mediaTypeOfKey } from "../http/index.ts";
import type { Source, UpstreamMeter } from "../source/index.ts";
import type { FactsThread } from "./facts-thread.ts";
import type { MediaFacts } from "./media-facts.ts";
import { headBytes, readObjectFacts } from "./object-facts.ts";

/** Options of {@link readMediaFacts}. */
export interface ReadFactsOptions {
  readonly signal?: AbortSignal | undefined;
  readonly meter?: UpstreamMeter | undefined;
}

/** What was read of one object. */
export interface ReadFacts {
  readonly facts: MediaFacts;
  /** The entity tag of the version that was read, where its source pins one. */
  readonly version?: string | undefined;
}

/**
 * Reads what a file tells about itself, in few and bounded reads. A broken file is no failure: what is known is returned, with
 * `issues` that say what is wrong.
 *
 * @param thread what parses; absent: this one
 * @throws {SourceError} where the object cannot be read at all
 */
export async function readMediaFacts(
  source: Source,
  key: string,
  options: ReadFactsOptions = {},
  thread?: FactsThread,
): Promise<ReadFacts> {
  const intent = { kind: "bounded", start: 0, end: headBytes } as const;
  await using object = await source.open(key, { ...options, intent });
  const named = mediaTypeOfKey(key);
  const facts = await (thread === undefined
    ? readObjectFacts(object, named, options)
    : thread.read(object, named, options));
  return { facts, version: object.validator?.etag };
}
