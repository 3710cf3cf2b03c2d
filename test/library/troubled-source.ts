import { type MediaObject, type Source, SourceError } from "../../src/source/index.ts";
import type { ScanStage } from "./scan-stage.ts";

/** The stage's source, out of reach for some calls. */
export function failingSource(
  stage: ScanStage,
  fails: (method: "open" | "list", key: string) => boolean,
  code: "unavailable" | "forbidden" = "unavailable",
): Source {
  const { source } = stage.scanned as { source: Source };
  const refuse = (method: "open" | "list", key: string): void => {
    if (fails(method, key)) {
      throw new SourceError(code, `Cannot ${method} "${key}": the test pulled the plug`);
    }
  };
  return {
    ...plain(source),
    open: async (key, options) => {
      refuse("open", key);
      return source.open(key, options);
    },
    list: async (prefix, options) => {
      refuse("list", prefix);
      return source.list(prefix, options);
    },
  };
}

/** An object of which only the first read succeeds. */
export function cutAfterHead(object: MediaObject): MediaObject {
  let reads = 0;
  const read: MediaObject["read"] = async (range, sink, options) => {
    reads += 1;
    if (reads > 1) {
      throw new SourceError("unavailable", "Cannot read on: the test pulled the plug");
    }
    return object.read(range, sink, options);
  };
  const { sizeBytes, validator, mediaType, modifiedAt } = object;
  return {
    sizeBytes,
    validator,
    mediaType,
    modifiedAt,
    read,
    [Symbol.asyncDispose]: () => object[Symbol.asyncDispose](),
  };
}

/** The same source, whose disk is far away. */
export function slowSource(scanned: ScanStage["scanned"], delayMs: number): Source {
  const { source } = scanned as { source: Source };
  const wait = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));
  return {
    ...plain(source),
    open: async (key, options) => {
      await wait();
      if (options?.signal?.aborted === true) throw new SourceError("aborted", "stopped");
      return source.open(key, options);
    },
  };
}

/** A source of the same bytes that a test may change a method of. */
export function plain(source: Source): Source {
  return {
    location: source.location,
    open: (key, options) => source.open(key, options),
    revalidate: (key, validator, options) => source.revalidate(key, validator, options),
    list: (prefix, options) => source.list(prefix, options),
    locate: (key, options) => source.locate(key, options),
    check: (options) => source.check(options),
    [Symbol.asyncDispose]: async () => undefined,
  };
}
