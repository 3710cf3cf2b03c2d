import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatContentRange, formatRangeHeader, formatUnsatisfiedRange, parseContentRange } from "./content-range.ts";
import { parseRangeHeader } from "./range-header.ts";

const someRange = fc
  .tuple(fc.maxSafeNat(), fc.maxSafeNat(), fc.maxSafeNat())
  .map((numbers) => numbers.toSorted((a, b) => a - b))
  .filter(([start = 0, end = 0]) => start < end);

describe("parseContentRange()", () => {
  it.each([
    ["bytes 0-0/1", { range: { start: 0, end: 1 }, sizeBytes: 1 }],
    ["bytes 0-499/1234", { range: { start: 0, end: 500 }, sizeBytes: 1234 }],
    ["bytes 0-499/*", { range: { start: 0, end: 500 }, sizeBytes: undefined }],
    ["bytes */1234", { range: undefined, sizeBytes: 1234 }],
    ["bytes */0", { range: undefined, sizeBytes: 0 }],
    [
      "bytes 4294967296-4294967297/5368709120",
      { range: { start: 4294967296, end: 4294967298 }, sizeBytes: 5368709120 },
    ],
  ])("reads %s", (value, expected) => {
    expect(parseContentRange(value)).toEqual(expected);
  });

  it.each([
    "",
    "bytes",
    "bytes=0-499/1234",
    "bytes: 0-1/2",
    "0-499/1234",
    "bytes 0-499",
    "bytes 499-0/1234",
    "bytes 0-1234/1234",
    "bytes 0--1/0",
    "bytes */*",
    "bytes -1/2",
    "bytes 0-/2",
    "items 0-1/2",
    "bytes 0-1/2, bytes 0-1/2",
    "bytes 0-1/9007199254740993",
    "bytes 0-9007199254740992/*",
    "bytes 0-1/-2",
    "bytes +0-1/2",
    "bytes 0 - 1/2",
    "bytes  0-1/2",
    "bytes 0-1/2 ",
    "bytes 0x0-1/2",
  ])("refuses %j", (value) => {
    expect(parseContentRange(value)).toBeUndefined();
  });

  it("reads back what formatContentRange() writes", () => {
    fc.assert(
      fc.property(someRange, ([start = 0, end = 0, sizeBytes = 0]) => {
        expect(parseContentRange(formatContentRange({ start, end }, sizeBytes))).toEqual({
          range: { start, end },
          sizeBytes,
        });
      }),
    );
    expect(parseContentRange(formatUnsatisfiedRange(7))).toEqual({ range: undefined, sizeBytes: 7 });
  });
});

describe("formatRangeHeader()", () => {
  it("writes what parseRangeHeader() reads", () => {
    fc.assert(
      fc.property(someRange, ([start = 0, end = 0]) => {
        expect(parseRangeHeader(formatRangeHeader({ start, end }))).toEqual([{ kind: "bounded", start, end }]);
      }),
    );
    expect(formatRangeHeader({ start: 5, end: Number.POSITIVE_INFINITY })).toBe("bytes=5-");
  });
});
