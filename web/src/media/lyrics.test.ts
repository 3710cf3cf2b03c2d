import { describe, expect, it } from "vitest";
import { lineAt, parseLyrics } from "./lyrics.ts";

describe("lyrics", () => {
  const lines = parseLyrics(
    "WEBVTT\r\n\r\n1\r\n00:01.500 --> 00:03.000\r\n<v Singer>Salt &amp; light</v>\r\n\r\nNOTE no cue\r\n\r\n01:00:02.000 --> 01:00:04.000\r\nlater\r\n",
  );

  it("are read with their times, without markup", () => {
    expect(lines).toEqual([
      { startSeconds: 1.5, text: "Salt & light" },
      { startSeconds: 3602, text: "later" },
    ]);
  });

  it("tell the line of a time", () => {
    expect([0, 1.5, 100, 4000].map((seconds) => lineAt(lines, seconds))).toEqual([-1, 0, 0, 1]);
  });

  it("are none where there is no WebVTT", () => {
    expect(parseLyrics("<html>404 --> not found</html>")).toEqual([]);
    expect(parseLyrics("")).toEqual([]);
  });
});
