import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { percentDecoded, resolveReference } from "./playlist-reference.ts";

describe("resolveReference()", () => {
  it.each([
    ["lists/a.m3u", "b.mp3", "lists/b.mp3"],
    ["lists/a.m3u", "./x/../b.mp3", "lists/b.mp3"],
    ["lists/a.m3u", "..\\Music\\b.mp3", "Music/b.mp3"],
    ["a.m3u", "100% x.mp3", "100% x.mp3"],
    ["a.m3u", "a:b.mp3", "a:b.mp3"],
  ])("from %s, %s is %s", (key, location, expected) => {
    expect(resolveReference(key, location)).toEqual({ key: expected });
  });

  it.each([
    "../../etc/passwd",
    "/etc/passwd",
    "C:\\Music\\a.mp3",
    "http://10.0.0.1/a.mp3",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "",
    ".",
    "a\0b.mp3",
  ])("leaves %j unresolved", (location) => {
    expect(resolveReference("lists/a.m3u", location)).toEqual({ unresolved: expect.any(String) });
  });

  it("never leads outside the source", () => {
    const segment = fc.constantFrom("..", ".", "", "a", "%2e%2e", "b.mp3", "\\..", "/");
    fc.assert(
      fc.property(fc.array(segment), (segments) => {
        const found = resolveReference("x/y/list.m3u", segments.join("/"));
        if ("key" in found) {
          expect(found.key.split("/")).not.toContain("..");
          expect(found.key.startsWith("/")).toBe(false);
        }
      }),
    );
  });
});

describe("percentDecoded()", () => {
  it("gives the other reading only where there is one", () => {
    expect(percentDecoded("a%20b.mp3")).toBe("a b.mp3");
    expect(percentDecoded("a b.mp3")).toBeUndefined();
    expect(percentDecoded("100%.mp3")).toBeUndefined();
  });
});
