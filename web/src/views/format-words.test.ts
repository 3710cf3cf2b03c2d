import { describe, expect, it } from "vitest";
import { formatSize, formatSpokenTime, formatTime, formatTitle } from "./format-words.ts";

describe("words for people", () => {
  it.each([
    [0, "0:00"],
    [7.9, "0:07"],
    [187, "3:07"],
    [3765, "1:02:45"],
    [undefined, "–:––"],
    [Infinity, "–:––"],
  ])("write %j seconds as %s", (seconds, text) => expect(formatTime(seconds)).toBe(text));

  it.each([
    [0, "0 seconds"],
    [243, "4 minutes 3 seconds"],
    [3600, "1 hour"],
    [61, "1 minute 1 second"],
  ])("say %d seconds as %s", (seconds, text) => expect(formatSpokenTime(seconds)).toBe(text));

  it("write sizes in units that are read at a glance", () => {
    expect([0, 999, 1000, 1_450_000, 23_400_000_000].map(formatSize)).toEqual([
      "0 B",
      "999 B",
      "1 kB",
      "1.5 MB",
      "23 GB",
    ]);
  });

  it("cut titles of ten pages, and never tear a character apart", () => {
    expect(formatTitle("a".repeat(10_000))).toHaveLength(301);
    expect(formatTitle("\uD83D")).toBe("\uFFFD");
  });
});
