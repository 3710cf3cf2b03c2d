import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultStreamLifetime, longestStreamLife, resolveStreamExpiry } from "./stream-expiry.ts";

const now = 1_800_000_123;

describe("resolveStreamExpiry()", () => {
  it("is the same for everybody who asks within a step", () => {
    expect(resolveStreamExpiry(1_800_000_001, 60)).toBe(resolveStreamExpiry(1_800_000_600, 60));
    expect(resolveStreamExpiry(1_800_000_601, 60)).not.toBe(resolveStreamExpiry(1_800_000_600, 60));
  });

  it("covers the item's length, within bounds", () => {
    fc.assert(
      fc.property(fc.option(fc.double({ min: 0, max: 1e12, noNaN: true }), { nil: undefined }), (duration) => {
        const life = resolveStreamExpiry(now, duration) - now;
        expect(life).toBeGreaterThanOrEqual(Math.min(duration ?? 0, defaultStreamLifetime.mostSeconds));
        expect(life).toBeGreaterThanOrEqual(defaultStreamLifetime.leastSeconds);
        expect(life).toBeLessThanOrEqual(longestStreamLife());
        expect((life + now) % defaultStreamLifetime.stepSeconds).toBe(0);
      }),
    );
  });
});
