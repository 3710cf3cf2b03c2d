import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ByteRange } from "../bytes/byte-range.ts";
import type { ByteSink } from "../bytes/byte-sink.ts";
import type { CallOptions, MediaObject } from "../source/index.ts";
import { createLocalSource } from "../sources/local-source.ts";
import { createMemorySource } from "../sources/memory-source.ts";
import { sourceConformance } from "./source-conformance.ts";
import type { SourceFixture, SourceSubject, TestRunner } from "./source-subject.ts";

const runner = { describe, it, beforeAll, afterAll };

async function createMemoryFixture(): Promise<SourceFixture> {
  const source = createMemorySource();
  return {
    source,
    put: async (key, bytes) => source.put(key, bytes),
    remove: async (key) => source.remove(key),
    close: async () => {},
  };
}

async function createLocalFixture(): Promise<SourceFixture> {
  const root = await mkdtemp(join(tmpdir(), "sluice-local-"));
  return {
    source: createLocalSource({ root }),
    put: async (key, bytes) => {
      const path = join(root, key);
      await mkdir(dirname(path), { recursive: true });
      // Outside the folder tree of the keys, so that no listing shows it.
      const incoming = `${root}.incoming`;
      await writeFile(incoming, bytes);
      await rename(incoming, path);
    },
    remove: async (key) => await rm(join(root, key)),
    rewriteInPlace: async (key, bytes) => await writeFile(join(root, key), bytes),
    close: async () => await rm(root, { recursive: true }),
  };
}

sourceConformance({ name: "memory", create: createMemoryFixture, refuses: ["locate"] }, runner);
sourceConformance(
  { name: "local folder", create: createLocalFixture, refuses: ["locate"], rewritesInPlace: true },
  runner,
);

/** Runs one named test of the suite outside the runner. */
async function runCase(subject: SourceSubject, name: string): Promise<void> {
  const registered = new Map<string, () => Promise<void>>();
  const hooks: (() => Promise<void>)[] = [];
  const collect = (title: string, body: () => Promise<void>): void => {
    registered.set(title, body);
  };
  const collector: TestRunner = {
    describe: (_, body) => body(),
    it: Object.assign(collect, { skip: () => {} }),
    beforeAll: (body) => hooks.push(body),
    afterAll: () => {},
  };
  sourceConformance(subject, collector);
  for (const hook of hooks) await hook();
  const body = registered.get(name);
  if (body === undefined) throw new Error(`No test ${name}`);
  await body();
}

type Read = MediaObject["read"];

/** The memory source with its reading changed. */
function subjectWith(change: (read: Read, object: MediaObject) => Read): SourceSubject {
  return {
    name: "defective",
    refuses: ["locate"],
    create: async () => {
      const fixture = await createMemoryFixture();
      const { source } = fixture;
      const open: typeof source.open = async (key, options) => {
        const object = await source.open(key, options);
        return Object.assign(Object.create(object) as MediaObject, {
          sizeBytes: object.sizeBytes,
          validator: object.validator,
          mediaType: object.mediaType,
          modifiedAt: object.modifiedAt,
          read: change(object.read.bind(object), object),
          [Symbol.asyncDispose]: async () => await object[Symbol.asyncDispose](),
        });
      };
      const revalidate = source.revalidate.bind(source);
      const list = source.list.bind(source);
      const check = source.check.bind(source);
      const locate = source.locate.bind(source);
      return {
        ...fixture,
        source: { location: "memory:", open, revalidate, list, check, locate, async [Symbol.asyncDispose]() {} },
      };
    },
  };
}

const wholeObject = "an object of 262145 bytes, whole and in ranges around every edge";

describe("sourceConformance()", () => {
  it("passes a sound source through the same door", async () => {
    await runCase(
      subjectWith((read) => read),
      wholeObject,
    );
  });

  it("catches bytes that lie one too far, and ones too many", async () => {
    const shifted = subjectWith((read) => (range, sink) => read({ start: range.start, end: range.end - 1 }, sink));
    await expect(runCase(shifted, wholeObject)).rejects.toThrow("wrong length");
    const skewed = subjectWith((read, { sizeBytes = 0 }) => async (range, sink) => {
      const shift = range.end < sizeBytes ? 1 : 0;
      await read({ start: range.start + shift, end: range.end + shift }, sink);
    });
    await expect(runCase(skewed, wholeObject)).rejects.toThrow("wrong bytes");
  });

  it("catches a source that lends its own storage", async () => {
    const storage = new Map<string, Uint8Array>();
    const lending = subjectWith((read) => async ({ start, end }: ByteRange, sink: ByteSink) => {
      const name = `${start}-${end}`;
      const kept = storage.get(name) ?? new Uint8Array(end - start);
      if (!storage.has(name)) {
        let at = start;
        await read(
          { start, end },
          { write: async (chunk) => void (kept.set(chunk, at - start), (at += chunk.length)) },
        );
        storage.set(name, kept);
      }
      if (kept.length > 0) await sink.write(kept);
    });
    await expect(runCase(lending, wholeObject)).rejects.toThrow("wrong bytes");
  });

  it("catches a source that reuses a buffer while it is lent", async () => {
    const hasty = subjectWith((read) => async (range, sink) => {
      await read(range, {
        write: async (chunk) => {
          const writing = sink.write(chunk);
          chunk.fill(0);
          await writing;
        },
      });
    });
    await expect(runCase(hasty, wholeObject)).rejects.toThrow("changed while it was lent");
  });

  it("catches a source that does not wait for its receiver", async () => {
    const pushy = subjectWith((read) => async (range, sink) => {
      const writes: Promise<void>[] = [];
      await read(range, { write: async (chunk) => void writes.push(sink.write(chunk.slice())) });
      await Promise.all(writes);
    });
    await expect(runCase(pushy, "a slow receiver is waited for")).rejects.toThrow("had settled");
  });

  it("catches a source that ignores its signal", async () => {
    const deaf = subjectWith((read) => async (range, sink, _options?: CallOptions) => await read(range, sink));
    await expect(runCase(deaf, "aborted before the first byte")).rejects.toThrow("Missing expected rejection");
    await expect(runCase(deaf, "aborted in the middle")).rejects.toThrow("after the signal had fired");
  });

  it("catches a source that splices versions", async () => {
    const subject = subjectWith((read) => read);
    const splicing: SourceSubject = {
      ...subject,
      create: async () => {
        const fixture = await subject.create();
        const { source } = fixture;
        const open: typeof source.open = async (key) => {
          const first = await source.open(key);
          const read: Read = async (range, sink) => await (await source.open(key)).read(range, sink);
          return {
            ...first,
            sizeBytes: first.sizeBytes,
            validator: first.validator,
            mediaType: undefined,
            modifiedAt: undefined,
            read,
            async [Symbol.asyncDispose]() {},
          };
        };
        return { ...fixture, source: { ...source, open } };
      },
    };
    await expect(runCase(splicing, "replaced while it is read")).resolves.toBeUndefined();
    await expect(runCase(splicing, "replaced by one of the same size between two reads")).rejects.toThrow(
      "not of the version",
    );
  });

  it("refuses a skip that names no test, or no reason", () => {
    const skipping = (test: string, reason: string): SourceSubject => ({
      name: "skipping",
      create: createMemoryFixture,
      skip: [{ test, reason }],
    });
    const collector: TestRunner = { ...runner, describe: () => {} };
    expect(() => sourceConformance(skipping("no such test", "because"), collector)).toThrow("no test");
    expect(() => sourceConformance(skipping(wholeObject, " "), collector)).toThrow("without a reason");
  });
});
