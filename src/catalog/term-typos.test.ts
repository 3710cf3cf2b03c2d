import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allowedTypos, editDistance, typoFragments } from "./term-typos.ts";

const letters = fc.string({ unit: fc.constantFrom(..."abcdefgh".split("")), minLength: 5, maxLength: 14 });

/** One character too many, missing, wrong, or two swapped. */
function misspell(word: string, at: number, edit: number): string {
  const place = at % (word.length - 1);
  const [before, after] = [word.slice(0, place), word.slice(place)];
  switch (edit) {
    case 0:
      return `${before}z${after}`;
    case 1:
      return before + after.slice(1);
    case 2:
      return `${before}z${after.slice(1)}`;
    default:
      return before + (after[1] ?? "") + (after[0] ?? "") + after.slice(2);
  }
}

describe("typoFragments", () => {
  it("are shared by any two words one edit apart", () => {
    fc.assert(
      fc.property(letters, fc.nat(), fc.integer({ min: 0, max: 3 }), (word, at, edit) => {
        const wrong = misspell(word, at, edit);
        const fragments = new Set(typoFragments(word));
        expect(
          typoFragments(wrong).some((fragment) => fragments.has(fragment)),
          wrong,
        ).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it("are none for short words, numbers, and scripts in which each character counts", () => {
    expect(["abc", "1999", "b2b4", "東京事変"].flatMap(typoFragments)).toEqual([]);
    expect(["abc", "abcd", "beethoven", "1999"].map(allowedTypos)).toEqual([0, 1, 2, 0]);
  });
});

describe("editDistance", () => {
  it.each([
    ["beatels", "beatles", 1],
    ["bethoven", "beethoven", 1],
    ["bethovn", "beethoven", 2],
    ["radiohed", "radiohead", 1],
    ["same", "same", 0],
    ["abcd", "wxyz", Number.POSITIVE_INFINITY],
  ])("from %s to %s: %d", (word, term, distance) => {
    expect(editDistance(word, term, 2, false)).toBe(distance);
  });

  it("counts to the best start of a word where that is wanted", () => {
    expect(editDistance("rapsod", "rhapsody", 1, true)).toBe(1);
    expect(editDistance("rapsod", "rhapsody", 1, false)).toBe(Number.POSITIVE_INFINITY);
  });

  it("is one for one edit, the same both ways, and never more than its limit", () => {
    fc.assert(
      fc.property(letters, fc.nat(), fc.integer({ min: 0, max: 3 }), (word, at, edit) => {
        const wrong = misspell(word, at, edit);
        expect(editDistance(word, wrong, 2, false)).toBeLessThanOrEqual(1);
        expect(editDistance(wrong, word, 2, false)).toBe(editDistance(word, wrong, 2, false));
      }),
    );
  });
});
