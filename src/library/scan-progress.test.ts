import { describe, expect, it } from "vitest";
import { ProgressMeter } from "./scan-progress.ts";

describe("ProgressMeter", () => {
  it("tells the rate of the last ten seconds, and what is left at that rate", () => {
    const meter = new ProgressMeter(10_000, 0);
    for (let second = 1; second <= 20; second += 1) {
      meter.add(100);
      meter.progress(second * 1000);
    }
    for (let second = 21; second <= 35; second += 1) {
      meter.add(300);
      meter.progress(second * 1000);
    }
    expect(meter.progress(35_000)).toEqual({
      objects: 6500,
      totalObjects: 10_000,
      ratePerSecond: 300,
      secondsLeft: 3500 / 300,
    });
  });

  it("promises nothing where nothing is known", () => {
    expect(new ProgressMeter(undefined, 0).progress(0)).toMatchObject({ ratePerSecond: 0, secondsLeft: undefined });
    const grown = new ProgressMeter(10, 0);
    grown.add(20);
    expect(grown.progress(1000)).toMatchObject({ secondsLeft: 0 });
  });
});
