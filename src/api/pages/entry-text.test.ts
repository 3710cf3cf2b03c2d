import { describe, expect, it } from "vitest";
import { formatCount, formatDay, formatName, formatSize } from "./entry-text.ts";

describe("formatName", () => {
  it("leaves ordinary names in any script alone", () => {
    for (const name of ["03 Nachtzug nach Föhr.flac", "海の歌.mp3", "أغنية.mp3", "family 👨‍👩‍👧.jpg", "a & b <c>.txt"]) {
      expect(formatName(name)).toBe(name);
    }
  });

  it("shows controls and direction overrides instead of obeying them", () => {
    expect(formatName("photo\u202Egpj.exe")).toBe("photo\ufffdgpj.exe");
    expect(formatName("a\u0000b\u001b[31mc\nd\u2066e")).toBe("a\ufffdb\ufffd[31mc\ufffdd\ufffde");
  });

  it("shortens a long name in the middle and keeps its ending", () => {
    const shown = formatName(`${"x".repeat(10_000)}.mp4`);
    expect(shown.length).toBeLessThanOrEqual(161);
    expect(shown).toMatch(/^x+…x+\.mp4$/);
  });

  it("never leaves half a surrogate pair, also where it cuts", () => {
    for (const name of ["\ud83d.png", `a${"😀".repeat(300)}`, `${"😀".repeat(300)}b`]) {
      expect(formatName(name).isWellFormed()).toBe(true);
    }
  });
});

describe("formatSize", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [9_940, "9.9 kB"],
    [58_200, "58 kB"],
    [9_950, "10 kB"],
    [999_499, "999 kB"],
    [999_500, "1.0 MB"],
    [4_200_000, "4.2 MB"],
    [2 ** 32 + 1, "4.3 GB"],
    [Number.MAX_SAFE_INTEGER, "9.0 PB"],
  ])("shows %d bytes as %s", (sizeBytes, shown) => {
    expect(formatSize(sizeBytes)).toBe(shown);
  });
});

describe("formatDay", () => {
  it("shows the day in UTC, whatever zone the server is in", () => {
    expect(formatDay(new Date("2026-11-21T23:59:59Z"))).toBe("21 Nov 2026");
  });

  it("shows nothing for a date that is none", () => {
    expect(formatDay(new Date(Number.NaN))).toBeUndefined();
  });
});

describe("formatCount", () => {
  it("agrees in number", () => {
    expect([formatCount(0, "track"), formatCount(1, "track"), formatCount(1234, "track")]).toEqual([
      "0 tracks",
      "1 track",
      "1,234 tracks",
    ]);
  });
});
