import { assertRangeWithin, type ByteRange, type ByteSink } from "../../src/bytes/index.ts";
import { type MediaObject, type Source, SourceError } from "../../src/source/index.ts";
import { patternBytes } from "../../src/testing/pattern-bytes.ts";

/** What a generated object is said to be. */
export interface GeneratedObject {
  readonly sizeBytes: number;
  readonly etag: string;
  readonly sizeIsKnown: boolean;
}

/** A source of the test pattern that holds nothing in memory: shows that delivery works for sources that are not ours. */
export function createGeneratedSource(describe: (key: string) => GeneratedObject | undefined): Source {
  const unsupported = (): Promise<never> => Promise.reject(new SourceError("unsupported", "Only opening is supported"));
  return {
    location: "generated:",
    open: async (key) => {
      const object = describe(key);
      if (object === undefined) throw new SourceError("not-found", `Cannot open "${key}": not generated`);
      return openGenerated(object);
    },
    revalidate: unsupported,
    list: unsupported,
    locate: unsupported,
    check: async () => {},
    async [Symbol.asyncDispose]() {},
  };
}

function openGenerated({ sizeBytes, etag, sizeIsKnown }: GeneratedObject): MediaObject {
  return {
    sizeBytes: sizeIsKnown ? sizeBytes : undefined,
    validator: { etag, derived: false, joinable: true },
    mediaType: undefined,
    modifiedAt: new Date("2024-05-01T12:00:00Z"),
    async read(range: ByteRange, sink: ByteSink) {
      assertRangeWithin(range, sizeIsKnown ? sizeBytes : undefined);
      const end = Math.min(range.end, sizeBytes);
      for (let position = range.start; position < end; position += 100_000) {
        await sink.write(patternBytes(position, Math.min(100_000, end - position)));
      }
    },
    async [Symbol.asyncDispose]() {},
  };
}
