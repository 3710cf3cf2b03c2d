import { describe, expect, it } from "vitest";
import { CollectingSink } from "../bytes/byte-sink.ts";
import type { CallOptions, Source } from "../source/index.ts";
import { createMemorySource } from "../sources/index.ts";
import { measuredSource } from "./measured-source.ts";

/** A source whose every call costs one request, ten bytes, a resumption and two hedges upstream. */
function costlySource(): Source {
  const source = createMemorySource({ "a.mp4": new Uint8Array(100) });
  const open = source.open.bind(source);
  function charge(options: CallOptions | undefined): void {
    if (options?.meter !== undefined) {
      options.meter.requests += 1;
      options.meter.bytes += 10;
      options.meter.resumes = (options.meter.resumes ?? 0) + 1;
      options.meter.hedges = (options.meter.hedges ?? 0) + 2;
    }
  }
  source.open = async (key, options) => {
    charge(options);
    const object = await open(key, options);
    const read = object.read.bind(object);
    object.read = async (range, sink, readOptions) => {
      charge(readOptions);
      await read(range, sink, readOptions);
    };
    return object;
  };
  return source;
}

describe("measuredSource()", () => {
  it("adds to its own totals and to the caller's meter, without mixing callers", async () => {
    const totals = { requests: 0, bytes: 0 };
    const source = measuredSource(costlySource(), totals);
    const meters = [
      { requests: 5, bytes: 0 },
      { requests: 0, bytes: 0 },
    ];
    for (const meter of meters) {
      await using object = await source.open("a.mp4", { meter });
      await object.read({ start: 0, end: 10 }, new CollectingSink(), { meter });
    }
    expect(meters).toEqual([
      { requests: 7, bytes: 20, resumes: 2, hedges: 4 },
      { requests: 2, bytes: 20, resumes: 2, hedges: 4 },
    ]);
    expect(totals).toEqual({ requests: 4, bytes: 40, resumes: 4, hedges: 8 });
  });

  it("counts what nobody in particular caused, and passes on what an object says", async () => {
    const totals = { requests: 0, bytes: 0 };
    const source = measuredSource(costlySource(), totals);
    const bytes = new CollectingSink();
    await using object = await source.open("a.mp4");
    await object.read({ start: 0, end: 3 }, bytes);
    expect(bytes.bytes()).toHaveLength(3);
    expect(object).toMatchObject({ sizeBytes: 100, validator: { joinable: true } });
    expect(totals).toMatchObject({ requests: 2, bytes: 20 });
  });
});
