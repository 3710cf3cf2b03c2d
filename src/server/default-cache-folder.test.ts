import { describe, expect, it } from "vitest";
import { defaultCacheFolder } from "./default-cache-folder.ts";

describe("defaultCacheFolder()", () => {
  it.each([
    [{ cacheHome: undefined, home: "/home/ann", platform: "linux" as const }, "/home/ann/.cache/sluice"],
    [{ cacheHome: "/var/cache/ann", home: "/home/ann", platform: "linux" as const }, "/var/cache/ann/sluice"],
    [{ cacheHome: "not/absolute", home: "/home/ann", platform: "linux" as const }, "/home/ann/.cache/sluice"],
    [{ cacheHome: undefined, home: "/Users/ann", platform: "darwin" as const }, "/Users/ann/Library/Caches/sluice"],
  ])("follows the customs: %j", (place, folder) => {
    expect(defaultCacheFolder(place)).toBe(folder);
  });
});
