import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ByteRange, ByteSink } from "../../src/bytes/index.ts";
import { mediaTypeOfKey } from "../../src/http/index.ts";
import { FactsThread } from "../../src/library/facts-thread.ts";
import { type ReadableObject, readObjectFacts } from "../../src/library/object-facts.ts";
import { SourceError } from "../../src/source/index.ts";

const demo = join(import.meta.dirname, "../../demo");
/** So many are read without a thread. */
const fewObjects = 32;

/** An object of bytes; `beforeRead` may fail, or take its time. */
function objectOf(bytes: Uint8Array, beforeRead?: (range: ByteRange) => Promise<void>): ReadableObject {
  return {
    sizeBytes: bytes.length,
    async read(range: ByteRange, sink: ByteSink) {
      await beforeRead?.(range);
      await sink.write(bytes.subarray(range.start, range.end));
    },
  };
}

describe("FactsThread", () => {
  let thread: FactsThread;

  beforeEach(async () => {
    thread = new FactsThread();
    await Promise.all(Array.from({ length: fewObjects }, () => thread.read(objectOf(new Uint8Array(0)), "audio/mpeg")));
  });

  afterEach(async () => {
    await thread[Symbol.asyncDispose]();
  });

  it("reads of every file what is read of it without a thread, many at a time", async () => {
    const files = (await readdir(demo, { recursive: true })).filter((name) =>
      /\.(?:mp[34]|m4a|flac|o[pg].+|webm|png|jpg)$/.test(name),
    );
    expect(files.length).toBeGreaterThan(8);
    await Promise.all(
      files.map(async (name) => {
        const bytes = await readFile(join(demo, name));
        const named = mediaTypeOfKey(name);
        const [inThread, here] = [
          await thread.read(objectOf(bytes), named),
          await readObjectFacts(objectOf(bytes), named),
        ];
        expect(inThread, name).toEqual(here);
        expect(inThread.issues, name).toEqual([]);
      }),
    );
    expect(await thread.read({ ...objectOf(new Uint8Array(9)), sizeBytes: undefined }, undefined)).toMatchObject({
      issues: [expect.stringContaining("length")],
    });
  });

  it("fails as the object fails, wherever in it", async () => {
    const film = await readFile(join(demo, "Films/Slow tide.mp4"));
    for (const failsFrom of [0, 1]) {
      const error = new SourceError("unavailable", "Cannot read it: no answer");
      const object = objectOf(film, async ({ start }) => {
        if (start >= failsFrom) throw error;
      });
      await expect(thread.read(object, "video/mp4")).rejects.toBe(error);
    }
    expect(await thread.read(objectOf(film), "video/mp4")).toMatchObject({ title: "Slow tide" });
  });

  it("leaves nobody waiting when it is disposed of", async () => {
    const film = await readFile(join(demo, "Films/Slow tide.mp4"));
    const asked = Promise.withResolvers<void>();
    const object = objectOf(film, async ({ start }) => {
      if (start > 0) {
        asked.resolve();
        await new Promise(() => undefined);
      }
    });
    const read = thread.read(object, "video/mp4");
    await asked.promise;
    await Promise.all([expect(read).rejects.toMatchObject({ code: "bad-upstream" }), thread[Symbol.asyncDispose]()]);
    await expect(thread.read(objectOf(film), "video/mp4")).rejects.toMatchObject({ code: "aborted" });
  });
});
