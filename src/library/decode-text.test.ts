import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeText } from "./decode-text.ts";

const text = "#EXTM3U\r\nFöhr – Größe.mp3\r\n";

function utf16(value: string, isBigEndian: boolean): Uint8Array {
  const bytes = Buffer.from(value, "utf16le");
  return isBigEndian ? bytes.swap16() : bytes;
}

describe("decodeText()", () => {
  it.each([
    ["UTF-8", Buffer.from(text)],
    ["UTF-8 with a mark", Buffer.from(`\uFEFF${text}`)],
    ["UTF-16LE with a mark", utf16(`\uFEFF${text}`, false)],
    ["UTF-16BE with a mark", utf16(`\uFEFF${text}`, true)],
    ["UTF-16LE without", utf16(text, false)],
    ["UTF-16BE without", utf16(text, true)],
    ["Windows-1252", Buffer.from(text.replace("–", "\x96"), "latin1")],
  ])("reads %s", (_name, bytes) => {
    expect(decodeText(bytes)).toBe(text);
  });

  it("reads any UTF-8 text as what it is, and never throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (value) => {
        fc.pre(!value.includes("\0") && !value.startsWith("\uFEFF") && value.isWellFormed());
        expect(decodeText(Buffer.from(value))).toBe(value);
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => typeof decodeText(bytes) === "string"));
  });
});
