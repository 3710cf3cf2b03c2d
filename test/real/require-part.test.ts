import { afterEach, describe, expect, it, vi } from "vitest";
import { whyMissing } from "./require-part.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("whyMissing", () => {
  it("names the part, its commands and its Debian packages", () => {
    vi.stubEnv("PATH", "/nowhere");
    expect(whyMissing(["mpv"])).toBe("mpv is not installed (mpv; Debian: mpv)");
    expect(whyMissing(["vlc", "mpv"])).toMatch(/^vlc is not installed \(cvlc.*\); mpv is not installed \(mpv/);
  });

  it("has nothing to say where nothing is needed", () => {
    vi.stubEnv("PATH", "/nowhere");
    expect(whyMissing([])).toBeUndefined();
  });
});
