import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseMediaTarget } from "./media-path.ts";
import { parseRequestTarget } from "./request-target.ts";

const mount = "/media/";

describe("parseMediaTarget()", () => {
  it.each([
    ["/media/films/a.mp4", "films", "a.mp4"],
    ["/media/films/2024/May/a.mp4", "films", "2024/May/a.mp4"],
    ["/media/films/a%20b.mp4", "films", "a b.mp4"],
    ["/media/films/a+b.mp4", "films", "a+b.mp4"],
    ["/media/films/100%25.mp4", "films", "100%.mp4"],
    ["/media/films/what%3F.mp4", "films", "what?.mp4"],
    ["/media/films/%23one.mp4", "films", "#one.mp4"],
    ["/media/films/%C3%A9t%c3%a9.mp4", "films", "été.mp4"],
    ["/media/films/%F0%9F%8E%AC.mp4", "films", "🎬.mp4"],
    ["/media/films/%EF%BB%BFa.mp4", "films", "\ufeffa.mp4"],
    // Decoded once: what is encoded twice names a file with a percent sign.
    ["/media/films/%252e%252e/a.mp4", "films", "%2e%2e/a.mp4"],
    ["/media/films/%252F", "films", "%2F"],
    ["/media/films/...", "films", "..."],
    ["/media/films/..a/b..", "films", "..a/b.."],
    ["/media/films/.hidden", "films", ".hidden"],
    ["/media/films/..;/a", "films", "..;/a"],
    ["/media/f%69lms/a", "films", "a"],
    ["/media/films/C:/a", "films", "C:/a"],
    ["/media/films/a&b='c'(d)[e]{f}|g", "films", "a&b='c'(d)[e]{f}|g"],
  ])("reads %s", (path, source, key) => {
    expect(parseMediaTarget(path, { mount })).toEqual({ kind: "path", source, key });
  });

  it.each([
    ["/media/films/../secret", "segment"],
    ["/media/films/a/..", "segment"],
    ["/media/films/%2e%2e/secret", "segment"],
    ["/media/films/%2E%2e/secret", "segment"],
    ["/media/films/.%2e/secret", "segment"],
    ["/media/films/%2e./secret", "segment"],
    ["/media/films/./a", "segment"],
    ["/media/films/%2e/a", "segment"],
    ["/media/../films/a", "segment"],
    ["/media/%2e%2e/films/a", "segment"],
    ["/media/films/../", "segment"],
    ["/media/films/..%2fsecret", "encoded slash"],
    ["/media/films/%2F%2Fetc/passwd", "encoded slash"],
    ["/media/films%2fa", "encoded slash"],
    ["/media/films/..\\secret", "backslash"],
    ["/media/films/..%5csecret", "backslash"],
    ["/media/films/%5C%5Cserver%5Cshare", "backslash"],
    ["/media/films/a%00.mp4", "control character"],
    ["/media/films/a%0D%0Ab", "control character"],
    ["/media/films/a%7f", "control character"],
    ["/media/films/a%C2%85", "control character"],
    ["/media/films/a\u0001", "control character"],
    ["/media/films//etc/passwd", "empty segment"],
    ["/media/films/a//b", "empty segment"],
    ["/media/films//", "empty segment"],
    ["/media/films/a//", "empty segment"],
    ["/media/films/100%", '"%"'],
    ["/media/films/%", '"%"'],
    ["/media/films/%4", '"%"'],
    ["/media/films/%4g", '"%"'],
    ["/media/films/%u002e%u002e/a", '"%"'],
    ["/media/films/% 41", '"%"'],
    ["/media/films/%+1", '"%"'],
    ["/media/films/%ff", "UTF-8"],
    // Overlong forms of "." and "/", and a surrogate.
    ["/media/films/%c0%ae%c0%ae/secret", "UTF-8"],
    ["/media/films/..%c0%afsecret", "UTF-8"],
    ["/media/films/%e0%80%af", "UTF-8"],
    ["/media/films/%ed%a0%80", "UTF-8"],
    ["/media/films/\u00e9.mp4", "percent-encoded"],
    ["/media/films/\u2025/secret", "percent-encoded"],
  ])("refuses %s", (path, reason) => {
    expect(parseMediaTarget(path, { mount })).toEqual({
      kind: "refused",
      status: 400,
      detail: expect.stringContaining(reason),
    });
  });

  it.each(["/media/", "/media/films", "/media/films/", "/media/films/2024/"])("finds no file at %s", (path) => {
    expect(parseMediaTarget(path, { mount })).toMatchObject({ kind: "refused", status: 404 });
  });

  it("counts the length of a key in decoded bytes", () => {
    const path = (count: number): string => `/media/films/${"%C3%A9".repeat(count)}`;
    expect(parseMediaTarget(path(512), { mount })).toMatchObject({ kind: "path" });
    expect(parseMediaTarget(path(513), { mount })).toMatchObject({ kind: "refused", status: 414 });
    expect(parseMediaTarget(path(51), { mount, maxKeyBytes: 100 })).toMatchObject({ kind: "refused", status: 414 });
  });

  it("takes folders where they are allowed", () => {
    const browse = (path: string): unknown => parseMediaTarget(path, { mount: "/browse/", allowFolder: true });
    expect(browse("/browse/films")).toEqual({ kind: "path", source: "films", key: "" });
    expect(browse("/browse/films/")).toEqual({ kind: "path", source: "films", key: "" });
    expect(browse("/browse/films/2024/May/")).toEqual({ kind: "path", source: "films", key: "2024/May/" });
    expect(browse("/browse/films/../")).toMatchObject({ kind: "refused", status: 400 });
    expect(browse("/browse/films//")).toMatchObject({ kind: "refused", status: 400 });
  });

  it("reads back every key that can be written, and no accepted key holds a hostile segment", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const path = `/media/films/${text.toWellFormed().split("/").map(encodeURIComponent).join("/")}`;
        const parsed = parseMediaTarget(path, { mount });
        if (parsed.kind === "path") {
          expect(parsed.key).toBe(text.toWellFormed());
          expect(parsed.key.split("/").every((segment) => !["", ".", ".."].includes(segment))).toBe(true);
        }
      }),
    );
  });

  it("never throws, whatever the path", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(["path", "refused"]).toContain(parseMediaTarget(`/media/${text}`, { mount }).kind);
      }),
    );
  });
});

describe("parseRequestTarget()", () => {
  it.each([
    ["/", "/", ""],
    ["/a/../b?c=d?e", "/a/../b", "?c=d?e"],
    ["//host/media/films/a", "//host/media/films/a", ""],
    ["http://elsewhere.test/media/films/a?download", "/media/films/a", "?download"],
    ["HTTPS://user@elsewhere.test:81/x", "/x", ""],
    ["http://elsewhere.test", "/", ""],
    ["http://elsewhere.test?x", "/", "?x"],
    ["http://elsewhere.test/../x", "/../x", ""],
    ["*", "*", ""],
  ])("splits %s", (raw, path, query) => {
    expect(parseRequestTarget(raw)).toEqual({ path, query });
  });

  it.each(["", "media/films/a", "ftp://host/x", "/a#b", "host:80", "?x", "file:///etc/passwd"])("refuses %j", (raw) => {
    expect(parseRequestTarget(raw)).toBeUndefined();
  });
});
