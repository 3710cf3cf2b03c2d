import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findSegmentIndex } from "./segment-index.ts";

function box(type: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, body]);
}

interface Fields {
  readonly version?: number;
  readonly timescale?: number;
  readonly firstOffset?: number;
  readonly count?: number;
  readonly sizes?: readonly number[];
}

function sidx({
  version = 0,
  timescale = 1000,
  firstOffset = 0,
  sizes = [100, 200],
  count = sizes.length,
}: Fields = {}): Uint8Array {
  const fixed = Buffer.alloc(version === 0 ? 24 : 32);
  fixed.writeUInt8(version);
  fixed.writeUInt32BE(timescale, 8);
  if (version === 0) fixed.writeUInt32BE(firstOffset, 16);
  else fixed.writeBigUInt64BE(BigInt(firstOffset), 20);
  fixed.writeUInt16BE(count, fixed.length - 2);
  const references = sizes.map((size) => {
    const entry = Buffer.alloc(12);
    entry.writeUInt32BE(size);
    entry.writeUInt32BE(2500, 4);
    return entry;
  });
  return box("sidx", fixed, ...references);
}

const head = Buffer.concat([box("ftyp", Buffer.alloc(8)), box("moov", Buffer.alloc(100))]);

describe("findSegmentIndex()", () => {
  it.each([0, 1])("reads an index of version %i", (version) => {
    const index = sidx({ version, firstOffset: 50 });
    const bytes = Buffer.concat([head, index]);
    const start = bytes.length + 50;
    expect(findSegmentIndex(bytes, 0, 10_000)).toEqual({
      kind: "found",
      index: {
        head: { start: 0, end: head.length },
        segments: [
          { range: { start, end: start + 100 }, durationSeconds: 2.5 },
          { range: { start: start + 100, end: start + 300 }, durationSeconds: 2.5 },
        ],
      },
    });
  });

  it("says which bytes it needs where they are not all there, and goes on from them", () => {
    const bytes = Buffer.concat([head, sidx()]);
    for (let length = 0; length < bytes.length; length += 1) {
      const search = findSegmentIndex(bytes.subarray(0, length), 0, 10_000);
      expect(search.kind).toBe("more");
      if (search.kind === "more") {
        const { start } = search.range;
        expect(findSegmentIndex(bytes.subarray(start), start, 10_000).kind).toBe("found");
      }
    }
  });

  it.each([
    ["a file that is not in fragments", Buffer.concat([head, box("mdat", Buffer.alloc(40))]), "no index"],
    ["a box longer than the file", box("moov", Buffer.alloc(20_000)), "impossible length"],
    ["a box shorter than its head", Buffer.from([0, 0, 0, 3, 102, 116, 121, 112]), "impossible length"],
    ["an index cut short", box("sidx", Buffer.alloc(10)), "cut short"],
    ["an index without a timescale", sidx({ timescale: 0 }), "malformed"],
    ["an index that claims more than it has", sidx({ count: 60_000 }), "malformed"],
    ["fragments beyond the end", sidx({ sizes: [9_000, 9_000] }), "outside the file"],
    ["an offset beyond the end", sidx({ version: 1, firstOffset: Number.MAX_SAFE_INTEGER }), "outside the file"],
    ["fragments of no length", sidx({ sizes: [0] }), "outside the file"],
    ["an index of indexes", sidx({ sizes: [0x8000_0001] }), "further indexes"],
    ["boxes without end", Buffer.concat(Array.from({ length: 40 }, () => box("free"))), "too many boxes"],
  ])("refuses %s", (_name, bytes, why) => {
    expect(findSegmentIndex(bytes, 0, 12_000)).toMatchObject({
      kind: "none",
      why: expect.stringContaining(why) as string,
    });
  });

  it("takes any bytes for what they are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(400), (bytes, sizeBytes) => {
        const search = findSegmentIndex(Buffer.concat([sidx().subarray(0, 8), bytes]), 0, sizeBytes);
        for (const { range } of search.kind === "found" ? search.index.segments : []) {
          expect(range.start < range.end && range.end <= sizeBytes).toBe(true);
        }
      }),
    );
  });
});
