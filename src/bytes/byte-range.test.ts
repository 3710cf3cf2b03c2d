import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assertRangeWithin, rangeContains, rangeLength, resolveRangeSpec } from "./byte-range.ts";

describe("resolveRangeSpec()", () => {
  it("selects the bytes that the words mean, on every small object", () => {
    for (let size = 0; size <= 6; size += 1) {
      const all = Array.from({ length: size }, (_, index) => index);
      const bytesOf = (range: { start: number; end: number } | undefined): number[] =>
        range === undefined ? [] : all.slice(range.start, range.end);
      for (let a = 0; a <= 8; a += 1) {
        expect(bytesOf(resolveRangeSpec({ kind: "open-ended", start: a }, size))).toEqual(all.filter((at) => at >= a));
        expect(bytesOf(resolveRangeSpec({ kind: "suffix", length: a }, size))).toEqual(a === 0 ? [] : all.slice(-a));
        for (let b = a; b <= 8; b += 1) {
          const bounded = resolveRangeSpec({ kind: "bounded", start: a, end: b }, size);
          expect(bytesOf(bounded)).toEqual(all.filter((at) => at >= a && at < b));
        }
      }
    }
  });

  it("is never empty, and always within the object", () => {
    const number = fc.oneof(fc.nat(20), fc.maxSafeNat());
    const spec = fc.oneof(
      fc.record({ kind: fc.constant("bounded" as const), start: number, end: number }),
      fc.record({ kind: fc.constant("open-ended" as const), start: number }),
      fc.record({ kind: fc.constant("suffix" as const), length: number }),
    );
    fc.assert(
      fc.property(spec, number, (wish, size) => {
        const range = resolveRangeSpec(wish, size);
        if (range === undefined) return;
        expect(rangeLength(range)).toBeGreaterThan(0);
        expect(rangeContains({ start: 0, end: size }, range)).toBe(true);
        expect(() => assertRangeWithin(range, size)).not.toThrow();
      }),
    );
  });
});

describe("assertRangeWithin()", () => {
  it.each([
    [{ start: -1, end: 1 }, 10],
    [{ start: 2, end: 1 }, 10],
    [{ start: 0, end: 11 }, 10],
    [{ start: 0.5, end: 1 }, 10],
    [{ start: Number.NaN, end: 1 }, 10],
    [{ start: 0, end: Number.NaN }, 10],
    [{ start: 0, end: Number.POSITIVE_INFINITY }, 10],
    [{ start: 0, end: Number.NaN }, undefined],
    [{ start: 2 ** 53, end: 2 ** 53 + 2 }, undefined],
  ])("refuses %j of %s bytes", (range, size) => {
    expect(() => assertRangeWithin(range, size)).toThrow(RangeError);
  });

  it("takes an open end where the size is unknown", () => {
    expect(() => assertRangeWithin({ start: 0, end: Number.POSITIVE_INFINITY }, undefined)).not.toThrow();
  });
});
