import { describe, expect, it } from "vitest";
import { harmlessMediaType, isActiveMediaType, isGenericMediaType, mediaKindOf, mediaTypeOfKey } from "./media-type.ts";

describe("mediaTypeOfKey()", () => {
  it.each([
    ["a.mp4", "video/mp4"],
    ["A.MP4", "video/mp4"],
    ["d/b.webm", "video/webm"],
    ["c.m4a", "audio/mp4"],
    ["c.mp3", "audio/mpeg"],
    ["c.flac", "audio/flac"],
    ["c.opus", "audio/ogg"],
    ["c.ogg", "audio/ogg"],
    ["c.wav", "audio/wav"],
    ["c.ape", "audio/ape"],
    ["c.wv", "audio/wavpack"],
    ["c.dsf", "audio/dsf"],
    ["c.dff", "audio/dsd"],
    ["c.mpc", "audio/musepack"],
    ["c.tta", "audio/x-tta"],
    ["c.ac3", "audio/ac3"],
    ["c.eac3", "audio/eac3"],
    ["c.aif", "audio/aiff"],
    ["c.AIFF", "audio/aiff"],
    ["c.mid", "audio/midi"],
    ["c.dts", "audio/vnd.dts"],
    ["c.ts", "video/mp2t"],
    ["c.m3u8", "application/vnd.apple.mpegurl"],
    ["c.vtt", "text/vtt"],
    ["c.jpg", "image/jpeg"],
    ["c.png", "image/png"],
    ["c.avif", "image/avif"],
    ["c.webp", "image/webp"],
    ["c.svg", "image/svg+xml"],
    ["c.html", "text/html"],
    ["two.dots.mkv", "video/matroska"],
  ])("knows %s", (key, type) => {
    expect(mediaTypeOfKey(key)).toBe(type);
  });

  it.each(["noextension", "c.bin", "c.unknownext", ".mp4", "d.mp4/file", "trailing.", "__proto__", "a.constructor"])(
    "says nothing of %s",
    (key) => {
      expect(mediaTypeOfKey(key)).toBeUndefined();
    },
  );
});

describe("isGenericMediaType()", () => {
  it("is true of types that say only that there are bytes", () => {
    expect(
      ["application/octet-stream", "Application/Octet-Stream; x=y", "binary/octet-stream", "", undefined].every(
        isGenericMediaType,
      ),
    ).toBe(true);
    expect(["video/mp4", "text/plain"].some(isGenericMediaType)).toBe(false);
  });
});

describe("mediaKindOf()", () => {
  it.each([
    ["video/mp4", "video"],
    ["AUDIO/mpeg", "audio"],
    ["image/png; x=y", "image"],
    ["text/plain", undefined],
    [undefined, undefined],
  ])("%s is %s", (type, kind) => {
    expect(mediaKindOf(type)).toBe(kind);
  });
});

describe("isActiveMediaType()", () => {
  it.each([
    "text/html",
    "TEXT/HTML; charset=utf-8",
    "image/svg+xml",
    "application/xhtml+xml",
    "text/xml",
    "application/xml",
    "application/rss+xml",
    "text/xsl",
    "multipart/x-mixed-replace",
    "message/rfc822",
    " text/html",
  ])("is true of %s", (type) => {
    expect(isActiveMediaType(type)).toBe(true);
  });

  it.each([
    "video/mp4",
    "audio/mpeg",
    "image/png",
    "text/plain",
    "text/vtt",
    "application/vnd.apple.mpegurl",
    "application/pdf",
  ])("is false of %s", (type) => {
    expect(isActiveMediaType(type)).toBe(false);
  });
});

describe("harmlessMediaType()", () => {
  it.each([
    ["text/javascript", "text/plain; charset=utf-8"],
    ["application/javascript", "text/plain; charset=utf-8"],
    ["application/x-javascript", "text/plain; charset=utf-8"],
    ["text/ecmascript", "text/plain; charset=utf-8"],
    ["application/wasm", "text/plain; charset=utf-8"],
    ["text/vtt", "text/vtt; charset=utf-8"],
    ["text/plain; charset=latin1", "text/plain; charset=latin1"],
    ["video/mp4", "video/mp4"],
  ])("sends %s as %s", (type, sent) => {
    expect(harmlessMediaType(type)).toBe(sent);
  });
});
