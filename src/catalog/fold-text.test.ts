import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foldText, maxFoldedLength } from "./fold-text.ts";

describe("foldText", () => {
  it.each([
    ["AC/DC – Thunderstruck", "ac dc thunderstruck"],
    ["Björk: Jóga", "bjork joga"],
    ["Straße, ŁÓDŹ & Smørrebrød", "strasse lodz smorrebrod"],
    ["Don’t Stop", "dont stop"],
    ["İstanbul ısı", "istanbul isi"],
    ["Ａｌｌ", "all"],
    ["ﬁancé", "fiance"],
    ["Ёлка й", "елка и"],
    ["サクラ ｻｸﾗ", "さくら さくら"],
    ["Ζορμπάς", "ζορμπας"],
    ["हिन्दी", "हिन्दी"],
    ["강남", "강남"],
    ["!?", ""],
    ["", ""],
  ])("%j is compared as %j", (text, folded) => {
    expect(foldText(text)).toBe(folded);
  });

  it("folds what is folded to itself, and whatever the case or form", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), (text) => {
        const folded = foldText(text);
        expect(foldText(folded)).toBe(folded);
        expect(foldText(text.normalize("NFD"))).toBe(foldText(text.normalize("NFC")));
      }),
    );
  });

  it("stands any string, and holds no half characters", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
        const folded = foldText(text);
        expect(folded.isWellFormed()).toBe(true);
        expect(folded).not.toMatch(/^ | $| {2}|\0/);
      }),
    );
    expect(foldText("x".repeat(100_000)).length).toBe(maxFoldedLength);
  });
});
