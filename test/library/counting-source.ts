import { type ByteSink, type ByteRange, rangeLength } from "../../src/bytes/index.ts";
import type { MediaObject, OpenOptions, ReadOptions, Source } from "../../src/source/index.ts";

/** What has been read of a source. */
export interface ReadCounts {
  reads: number;
  bytes: number;
}

/** Counts what is read through a source. Everything is done by the source itself. */
export function countReads(source: Source): { readonly source: Source; readonly counts: ReadCounts } {
  const counts: ReadCounts = { reads: 0, bytes: 0 };
  const open = async (key: string, options?: OpenOptions): Promise<MediaObject> => {
    const object = await source.open(key, options);
    return new Proxy(object, {
      get(target, property) {
        if (property === "read") {
          return (range: ByteRange, sink: ByteSink, readOptions?: ReadOptions): Promise<void> => {
            counts.reads += 1;
            counts.bytes += rangeLength(range);
            return target.read(range, sink, readOptions);
          };
        }
        const value: unknown = Reflect.get(target, property, target);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
  };
  const counting = new Proxy(source, {
    get(target, property) {
      const value: unknown = property === "open" ? open : Reflect.get(target, property, target);
      return typeof value === "function" && property !== "open" ? (value.bind(target) as unknown) : value;
    },
  });
  return { source: counting, counts };
}
