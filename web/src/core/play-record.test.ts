import { describe, expect, it } from "vitest";
import { isCountedPlay, PlayMeter, type PlayRecord } from "./play-record.ts";
import { isWorthResuming } from "./resume-policy.ts";

function listen(
  stretches: readonly (readonly [from: number, to: number])[],
  durationSeconds?: number,
): PlayRecord | undefined {
  const meter = new PlayMeter("a", 1);
  for (const [from, to] of stretches) {
    for (let at = from; at <= to; at += 1) meter.progress(at);
  }
  return meter.finish(durationSeconds, false);
}

describe("PlayMeter", () => {
  it.each([
    [[[0, 10]], 200, "skipped", 10],
    [[[0, 100]], 200, "stopped", 100],
    [
      [
        [0, 20],
        [185, 190],
      ],
      200,
      "completed",
      25,
    ],
    [[[0, 15]], 20, "stopped", 15],
    [[[0, 25]], undefined, "skipped", 25],
  ] as const)("hears %j of %s s as %s, %s s", (stretches, durationSeconds, outcome, listenedSeconds) => {
    expect(listen(stretches, durationSeconds)).toMatchObject({ outcome, listenedSeconds });
  });

  it("does not take a seek for listening, nor a glance for a play", () => {
    expect(
      listen(
        [
          [0, 0],
          [150, 150],
        ],
        200,
      ),
    ).toBeUndefined();
  });
});

describe("isCountedPlay", () => {
  it.each([
    [{ listenedSeconds: 29, durationSeconds: 200, outcome: "skipped" }, false],
    [{ listenedSeconds: 30, durationSeconds: 200, outcome: "stopped" }, true],
    [{ listenedSeconds: 10, durationSeconds: 20, outcome: "stopped" }, true],
    [{ listenedSeconds: 2, outcome: "completed" }, true],
  ] as const)("%j: %s", (play, isCounted) => {
    expect(isCountedPlay({ itemId: "a", startedAtMs: 0, ...play })).toBe(isCounted);
  });
});

describe("isWorthResuming", () => {
  it.each([
    [100, 200, false],
    [100, 3_600, true],
    [5, 3_600, false],
    [3_590, 3_600, false],
    [100, undefined, false],
  ] as const)("at %s of %s s: %s", (positionSeconds, durationSeconds, isWorth) => {
    expect(isWorthResuming({ positionSeconds, durationSeconds })).toBe(isWorth);
  });
});
