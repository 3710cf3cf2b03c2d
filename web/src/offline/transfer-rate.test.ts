import { describe, expect, it } from "vitest";
import { TransferRate } from "./transfer-rate.ts";

describe("TransferRate", () => {
  it("says nothing before it can", () => {
    const rate = new TransferRate(0);
    rate.add(1_000, 100);
    expect([rate.bytesPerSecond, rate.secondsLeft(1_000)]).toEqual([0, undefined]);
  });

  it("comes to the rate, whatever the size of the chunks", () => {
    for (const stepMs of [10, 300, 2_000]) {
      const rate = new TransferRate(0);
      for (let ms = stepMs; ms <= 20_000; ms += stepMs) rate.add(stepMs * 50, ms);
      expect(rate.bytesPerSecond).toBeCloseTo(50_000, -2);
      expect(rate.secondsLeft(500_000)).toBeCloseTo(10, 0);
    }
  });

  it("follows a change within some seconds, and not at once", () => {
    const rate = new TransferRate(0);
    for (let ms = 500; ms <= 10_000; ms += 500) rate.add(50_000, ms);
    rate.add(0, 10_500);
    expect(rate.bytesPerSecond).toBeGreaterThan(80_000);
    for (let ms = 11_000; ms <= 30_000; ms += 500) rate.add(0, ms);
    expect(rate.bytesPerSecond).toBeLessThan(5_000);
  });
});
