import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ByteRange, ByteSink } from "../bytes/index.ts";
import type { MediaObject } from "../source/index.ts";
import { createMemorySource } from "../sources/index.ts";
import { ObjectWindow, SplicedBytes, TooMuchToRead } from "./object-window.ts";

const original = Uint8Array.from({ length: 1000 }, (_, index) => index % 251);

async function openObject(): Promise<{ object: MediaObject; reads: ByteRange[] }> {
  const reads: ByteRange[] = [];
  const stored = await createMemorySource({ a: original }).open("a");
  const read = async (range: ByteRange, sink: ByteSink): Promise<void> => {
    reads.push(range);
    // Lent chunks are spoilt once they were taken.
    await stored.read(range, {
      write: async (chunk) => {
        await sink.write(chunk);
        chunk.fill(0xee);
      },
    });
  };
  return { object: { read } as unknown as MediaObject, reads };
}

function windowOf(object: MediaObject, budgetBytes: number, readAheadBytes: number): ObjectWindow {
  return new ObjectWindow(object, original.length, { budgetBytes, readAheadBytes });
}

const ranges = fc.array(fc.tuple(fc.nat(1000), fc.nat(300)), { minLength: 1, maxLength: 20 });

describe("ObjectWindow", () => {
  it("gives the object's bytes, whatever is asked in whatever order, and reads no more than its budget", async () => {
    await fc.assert(
      fc.asyncProperty(ranges, fc.integer({ min: 1, max: 400 }), async (wishes, readAhead) => {
        const { object, reads } = await openObject();
        const window = windowOf(object, 2000, readAhead);
        for (const [start, length] of wishes) {
          try {
            expect(await window.bytes(start, start + length)).toEqual(original.slice(start, start + length));
          } catch (error) {
            expect(error).toBeInstanceOf(TooMuchToRead);
          }
        }
        expect(reads.reduce((sum, { start, end }) => sum + end - start, 0)).toBeLessThanOrEqual(2000);
      }),
    );
  });

  it("makes one read of many small ones", async () => {
    const { object, reads } = await openObject();
    const window = windowOf(object, 1000, 100);
    for (let at = 0; at < 100; at += 4) await window.bytes(at, at + 4);
    expect(reads).toEqual([{ start: 0, end: 100 }]);
  });
});

describe("SplicedBytes", () => {
  it("reads pieces as one", async () => {
    const { object } = await openObject();
    const file = windowOf(object, 5000, 50);
    const spliced = new SplicedBytes([Uint8Array.of(1, 2, 3), { of: file, start: 500, end: 600 }, Uint8Array.of(9)]);
    const whole = [1, 2, 3, ...original.slice(500, 600), 9];
    expect(spliced.sizeBytes).toBe(104);
    await fc.assert(
      fc.asyncProperty(fc.nat(110), fc.nat(110), async (start, end) => {
        expect([...(await spliced.bytes(start, end))]).toEqual(whole.slice(start, end));
      }),
    );
  });
});
