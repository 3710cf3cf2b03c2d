import { describe, expect, it } from "vitest";
import { assertLocalHref, formatBrowseHref, formatDownloadHref } from "./page-href.ts";

describe("formatBrowseHref", () => {
  it("encodes each part and keeps the slashes between them", () => {
    expect(formatBrowseHref("my films", "A & B/50%?/#1 Föhr/")).toBe(
      "/browse/my%20films/A%20%26%20B/50%25%3F/%231%20F%C3%B6hr/",
    );
    expect(formatBrowseHref("demo", "")).toBe("/browse/demo/");
  });

  it("keeps empty parts, which are names in a bucket", () => {
    expect(formatBrowseHref("s", "a//b/")).toBe("/browse/s/a//b/");
  });

  it("gives back the parts it was given", () => {
    const prefix = 'q?#%/"<>&/ü 日本/';
    const parts = new URL(formatBrowseHref("s", prefix), "http://host").pathname.split("/").slice(3, -1);
    expect(parts.map(decodeURIComponent)).toEqual(prefix.split("/").slice(0, -1));
  });

  it("does not throw on half a surrogate pair", () => {
    expect(formatBrowseHref("s", "\ud83d/")).toBe("/browse/s/%EF%BF%BD/");
  });
});

describe("assertLocalHref", () => {
  it.each(["javascript:alert(1)", "//evil.example/x", "/\\evil.example", "https://evil.example/", "x.mp3", ""])(
    "refuses %j",
    (href) => {
      expect(() => assertLocalHref(href)).toThrow(RangeError);
    },
  );

  it("keeps what stays here", () => {
    expect(assertLocalHref("/media/s//a.mp3")).toBe("/media/s//a.mp3");
  });
});

describe("formatDownloadHref", () => {
  it("adds to a query that is there", () => {
    expect(formatDownloadHref("/media/s/a%3F.mp3")).toBe("/media/s/a%3F.mp3?download");
    expect(formatDownloadHref("/media/s/a.mp3?v=1")).toBe("/media/s/a.mp3?v=1&download");
  });
});
