import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatAttachment } from "./content-disposition.ts";

// Lone surrogates and all. (fast-check's own unit for this takes seconds to build.)
const anyCodePoint = fc.nat(0x10ffff).map((code) => String.fromCodePoint(code));

describe("formatAttachment()", () => {
  it.each([
    ["film.mp4", 'attachment; filename="film.mp4"'],
    ["with space (1).mp4", 'attachment; filename="with space (1).mp4"'],
    ["ü.mp4", "attachment; filename=\"_.mp4\"; filename*=UTF-8''%C3%BC.mp4"],
    ["€ rates.mp4", "attachment; filename=\"_ rates.mp4\"; filename*=UTF-8''%E2%82%AC%20rates.mp4"],
    ['a"b\\c.mp4', "attachment; filename=\"a_b_c.mp4\"; filename*=UTF-8''a%22b%5Cc.mp4"],
    ["100%.mp4", "attachment; filename=\"100_.mp4\"; filename*=UTF-8''100%25.mp4"],
    ["it's*(x).ü", "attachment; filename=\"it's*(x)._\"; filename*=UTF-8''it%27s%2A%28x%29.%C3%BC"],
    ["a\r\nX: y.mp4", 'attachment; filename="a__X: y.mp4"'],
    ["photo\u202Egpj.exe", 'attachment; filename="photo_gpj.exe"'],
  ])("names %j", (name, field) => {
    expect(formatAttachment(name)).toBe(field);
  });

  it("always yields a legal field value that carries the name", () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCodePoint }), (name) => {
        const field = formatAttachment(name);
        expect(field).toMatch(
          /^attachment; filename="[\x20\x21\x23-\x5b\x5d-\x7e]*"(; filename\*=UTF-8''[A-Za-z0-9!#$&+\-.^_`|~%]*)?$/,
        );
        const encoded = /UTF-8''(.*)$/.exec(field)?.[1];
        if (encoded !== undefined) {
          expect(() => decodeURIComponent(encoded)).not.toThrow();
        }
      }),
    );
  });

  it("does not fail on a lone surrogate", () => {
    expect(formatAttachment("\ud800.mp4")).toBe("attachment; filename=\"_.mp4\"; filename*=UTF-8''%EF%BF%BD.mp4");
  });
});
