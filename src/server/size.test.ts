import { describe, expect, it } from "vitest";
import { formatSize, parseSize } from "./size.ts";

describe("parseSize()", () => {
  it.each([
    ["0", 0],
    ["5000000", 5_000_000],
    ["3MiB", 3_145_728],
    ["1.5 gib", 1_610_612_736],
    ["10G", 10_737_418_240],
    ["10GB", 10_000_000_000],
    ["2t", 2_199_023_255_552],
  ])("reads %s", (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(["", "-1", "ten", "1XiB", "1e9", "1,5GiB", "1 2"])("refuses %j", (text) => {
    expect(parseSize(text)).toBeUndefined();
  });
});

describe("formatSize()", () => {
  it.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1536, "1.5 KiB"],
    [1024 ** 2 - 1, "1 MiB"],
    [10 * 1024 ** 3, "10 GiB"],
    [5000 * 1024 ** 4, "5000 TiB"],
  ])("writes %i as %s", (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
  });
});
