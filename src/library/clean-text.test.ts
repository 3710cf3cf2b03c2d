import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanNames, cleanText, maxTextLength } from "./clean-text.ts";

describe("cleanText()", () => {
  it.each([
    ["  Nachtzug \t nach\r\nFöhr ", "Nachtzug nach Föhr"],
    ["Fo\u0308hr", "Föhr"],
    ["photo\u202Egpj.exe", "photogpj.exe"],
    ["\u2066a\u2069\u200Bb\uFEFF", "ab"],
    ["a\u0000b\u0007c", "a b c"],
    ["\uD800broken", "\uFFFDbroken"],
    ["👩‍👩‍👧 family", "👩‍👩‍👧 family"],
    ["مرحبا", "مرحبا"],
  ])("makes %j %j", (text, clean) => {
    expect(cleanText(text)).toBe(clean);
  });

  it.each([undefined, "", " \n ", "\u0000\u0001", "\uFFFD\uFFFD", "\u202E"])("finds nothing readable in %j", (text) => {
    expect(cleanText(text)).toBeUndefined();
  });

  it("cuts between characters as people see them", () => {
    expect(cleanText("👩‍👩‍👧👩‍👩‍👧", 10)).toBe("👩‍👩‍👧…");
    expect(cleanText("a".repeat(10_000_000))).toHaveLength(maxTextLength);
  });

  it("gives text that is well formed, on one line, not too long, and stays as it is when cleaned again", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 600 }), fc.integer({ min: 8, max: 64 }), (text, length) => {
        const clean = cleanText(text, length);
        if (clean === undefined) return;
        expect(clean.length).toBeLessThanOrEqual(length);
        expect(clean.isWellFormed()).toBe(true);
        expect(clean).not.toMatch(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/u);
      }),
    );
  });
});

describe("cleanNames()", () => {
  it("drops what is empty or said twice, and never grows beyond its limit", () => {
    expect(cleanNames(["A", " A ", undefined, "", "B"])).toEqual(["A", "B"]);
    expect(cleanNames(Array.from({ length: 1000 }, (_, index) => `name ${index}`))).toHaveLength(32);
  });
});
