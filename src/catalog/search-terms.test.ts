import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatSearchText, headBitsOf, indexTerms, parseSearchText, queryTerms, termWeights } from "./search-terms.ts";

describe("indexTerms and queryTerms", () => {
  it.each([
    ["Love Me Do", ["love", "me", "do"], ["love", "me", "do"]],
    ["AC/DC", ["ac", "dc", "acdc"], ["ac", "dc"]],
    ["R.E.M.", ["r", "e", "m", "rem"], ["r", "e", "m"]],
    ["東京事変", ["東京", "京事", "事変", "変"], ["東京", "京事", "事変"]],
    ["雪", ["雪"], ["雪"]],
    [
      "YOASOBI夜に駆ける2",
      ["yoasobi", "夜に", "に駆", "駆け", "ける", "る", "2"],
      ["yoasobi", "夜に", "に駆", "駆け", "ける", "2"],
    ],
    ["", [], []],
  ])("%j", (text, indexed, asked) => {
    expect(indexTerms(text)).toEqual(indexed);
    expect(queryTerms(text)).toEqual(asked);
  });

  it("index every term that the same text asks for", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), (text) => {
        expect(indexTerms(text)).toEqual(expect.arrayContaining(queryTerms(text).slice(0, 40)));
      }),
    );
  });
});

describe("formatSearchText", () => {
  it("is read back field by field", () => {
    const text = formatSearchText({ title: "So What", creators: ["Miles Davis", "Bill Evans"], album: "Kind of Blue" });
    expect(parseSearchText(text)).toEqual([
      ["so", "what"],
      ["miles", "davis", "bill", "evans"],
      ["kind", "of", "blue"],
    ]);
    expect(parseSearchText(formatSearchText({ title: "!", creators: [] }))).toEqual([[], [], []]);
  });
});

describe("termWeights", () => {
  it("puts the title that is the word first, then titles that start with it, that hold it, creators, albums", () => {
    const weightOf = (title: string, creator = "", album = ""): number =>
      termWeights(formatSearchText({ title, creators: [creator], album })).get("love") ?? Number.NaN;
    const weights = [
      weightOf("Love"),
      weightOf("Love Story"),
      weightOf("Love Will Tear Us Apart"),
      weightOf("My Love"),
      weightOf("All You Need Is Love"),
      weightOf("Other", "Love"),
      weightOf("Other", "The Love Band"),
      weightOf("Other", "", "Love"),
    ];
    expect(weights).toEqual(weights.toSorted((a, b) => a - b));
    expect(new Set(weights).size).toBe(weights.length);
  });
});

describe("headBitsOf", () => {
  it("is a number, and holds the bits of every word that an item holds, finished or not", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 9 }), { minLength: 1 }), (terms) => {
        const bits = headBitsOf(terms);
        expect(Number.isSafeInteger(bits)).toBe(true);
        for (const term of terms) {
          const some = BigInt(headBitsOf([term.slice(0, 4)]));
          expect(BigInt(bits) & some).toBe(some);
        }
      }),
    );
  });
});
