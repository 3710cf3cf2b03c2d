import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rangeLength } from "../bytes/byte-range.ts";
import { parseRangeHeader } from "./range-header.ts";
import { maxRangeCount, type RangeSelection, selectRanges } from "./range-selection.ts";

/** Inclusive pairs, as a `Content-Range` would show them, or the kind of the selection. */
function select(header: string, sizeBytes: number): string {
  const specs = parseRangeHeader(header);
  const selection: RangeSelection = specs === undefined ? { kind: "whole" } : selectRanges(specs, sizeBytes);
  return selection.kind === "ranges"
    ? selection.ranges.map(({ start, end }) => `${start}-${end - 1}`).join()
    : selection.kind;
}

/** RFC 9110 section 14.1.2 for one range, in exact arithmetic: what the engine is held against. */
function model(header: string, sizeBytes: number): string {
  const match = /^bytes=(\d*)-(\d*)$/i.exec(header);
  if (match === null || (match[1] === "" && match[2] === "")) return "whole";
  const [first, last] = [match[1], match[2]].map((digits) => (digits ? BigInt(digits) : undefined));
  if (first !== undefined && last !== undefined && first > last) return "whole";
  if (sizeBytes === 0) return "whole";
  const size = BigInt(sizeBytes);
  const start = first ?? ((last ?? 0n) > size ? 0n : size - (last ?? 0n));
  const end = first === undefined || last === undefined || last >= size ? size - 1n : last;
  return start >= size ? "unsatisfiable" : `${start}-${end}`;
}

/** Positions where mistakes live: around 0, around the size, around 2^31, 2^32, 2^53 and 2^63, with and without zeros. */
function position(sizeBytes: number): fc.Arbitrary<string> {
  const near = (center: bigint): fc.Arbitrary<string> =>
    fc.bigInt(-3n, 3n).map((offset) => String(center + offset < 0n ? 0n : center + offset));
  const centers = [0n, BigInt(sizeBytes), 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 10n ** 40n].map(near);
  return fc
    .tuple(fc.constantFrom("", "", "000"), fc.oneof(...centers, fc.nat(sizeBytes * 2).map(String)))
    .map(([zeros, digits]) => zeros + digits);
}

const sizes = fc.oneof(
  fc.nat(12),
  fc.nat(2000),
  fc.constantFrom(2 ** 31, 2 ** 32 + 1, 5 * 2 ** 30, Number.MAX_SAFE_INTEGER),
);

const sizeAndHeader = sizes.chain((sizeBytes) =>
  fc.tuple(
    fc.constant(sizeBytes),
    fc
      .tuple(fc.option(position(sizeBytes), { nil: "" }), fc.option(position(sizeBytes), { nil: "" }))
      .map(([first, last]) => `bytes=${first}-${last}`),
  ),
);

describe("selectRanges()", () => {
  it("agrees with the reference model on every single range", () => {
    fc.assert(
      fc.property(sizeAndHeader, ([sizeBytes, header]) => {
        expect(select(header, sizeBytes)).toBe(model(header, sizeBytes));
      }),
      { numRuns: 5000 },
    );
  });

  it("agrees with the reference model exhaustively on small objects", () => {
    for (let sizeBytes = 0; sizeBytes <= 5; sizeBytes += 1) {
      const digits = ["", ...Array.from({ length: 8 }, (_, index) => String(index))];
      for (const first of digits) {
        for (const last of digits) {
          expect(select(`bytes=${first}-${last}`, sizeBytes)).toBe(model(`bytes=${first}-${last}`, sizeBytes));
        }
      }
    }
  });

  it("answers several ranges with exactly the bytes the model would, in order, and never with more than the object", () => {
    const several = fc
      .nat(2000)
      .chain((sizeBytes) =>
        fc.tuple(
          fc.constant(sizeBytes),
          fc.array(fc.tuple(fc.nat(sizeBytes + 5), fc.option(fc.nat(sizeBytes + 5))), { minLength: 1, maxLength: 6 }),
        ),
      );
    fc.assert(
      fc.property(several, ([sizeBytes, pairs]) => {
        const texts = pairs.map(([a, b]) => (b === null ? `${a}-` : `${Math.min(a, b)}-${Math.max(a, b)}`));
        const specs = parseRangeHeader(`bytes=${texts.join(",")}`) ?? [];
        const wanted = texts
          .map((text) => model(`bytes=${text}`, sizeBytes))
          .filter((range) => range !== "unsatisfiable");
        const selection = selectRanges(specs, sizeBytes);
        if (selection.kind === "whole") {
          const total = wanted.reduce((sum, range) => sum + bytesOf(range).length, 0);
          expect(sizeBytes === 0 || total > sizeBytes).toBe(true);
          return;
        }
        if (selection.kind === "unsatisfiable") {
          expect(wanted).toEqual([]);
          return;
        }
        const sent = selection.ranges.flatMap(({ start, end }) => bytesOf(`${start}-${end - 1}`));
        expect(new Set(sent)).toEqual(new Set(wanted.flatMap(bytesOf)));
        expect(sent.length).toBeLessThanOrEqual(sizeBytes);
        expect(selection.ranges[0].start).toBeLessThanOrEqual(bytesOf(wanted[0] ?? "")[0] ?? 0);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["bytes=0-0,-1", 10_000, "0-0,9999-9999"],
    ["bytes=500-600,601-999", 10_000, "500-600,601-999"],
    ["bytes=0-9,5000-", 1000, "0-9"],
    ["bytes=3000-,100-200,2000-2200", 8000, "3000-7999,100-200,2000-2200"],
    ["bytes=-5,-10", 1000, "995-999,990-999"],
    ["bytes=0-4,90-99,5-75,100-199,101-102", 150, "0-75,90-149"],
    ["bytes=0-,1-,2-,3-,4-", 1000, "whole"],
    ["bytes=0-10001,0-0", 1000, "whole"],
    ["bytes=-0,-0", 1000, "unsatisfiable"],
    ["bytes=-0,0-9", 1000, "0-9"],
    ["bytes=0-0,1-1", 0, "whole"],
  ])("selects %s of %i bytes as %s", (header, sizeBytes, expected) => {
    expect(select(header, sizeBytes)).toBe(expected);
  });

  it("keeps three ranges that only touch apart, as they were asked", () => {
    expect(select("bytes=0-9,10-19,20-29", 1000)).toBe("0-9,10-19,20-29");
  });

  it("sends the whole object for more ranges than anybody needs", () => {
    const ranges = (count: number): string =>
      `bytes=${Array.from({ length: count }, (_, i) => `${i * 3}-${i * 3}`).join()}`;
    const allowed = selectRanges(parseRangeHeader(ranges(maxRangeCount)) ?? [], 100_000);
    expect(allowed.kind === "ranges" && allowed.ranges.length).toBe(maxRangeCount);
    expect(select(ranges(maxRangeCount + 1), 100_000)).toBe("whole");
  });

  it("selects only ranges that are not empty and lie within the object", () => {
    fc.assert(
      fc.property(sizeAndHeader, ([sizeBytes, header]) => {
        const specs = parseRangeHeader(header);
        const selection = specs === undefined ? undefined : selectRanges([...specs, ...specs], sizeBytes);
        for (const range of selection?.kind === "ranges" ? selection.ranges : []) {
          expect(range.start >= 0 && range.end <= sizeBytes && rangeLength(range) > 0).toBe(true);
        }
      }),
    );
  });
});

function bytesOf(range: string): number[] {
  const [first = 0, last = -1] = range.split("-").map(Number);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
