import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { nextWaitSeconds, scheduleScans } from "./scan-schedule.ts";

describe("nextWaitSeconds()", () => {
  it("doubles after failures, and never waits longer than without", () => {
    const options = { intervalSeconds: 100, retrySeconds: 30 };
    expect([0, 1, 2, 3, 50].map((failures) => nextWaitSeconds(options, failures))).toEqual([100, 30, 60, 100, 100]);
  });
});

describe("scheduleScans()", () => {
  it("scans one source at a time, each again and again, sooner after a failure, until it is disposed of", async () => {
    const scans: string[] = [];
    const errors: unknown[] = [];
    let running = 0;
    const schedule = scheduleScans({
      sources: ["good", "bad", "broken"],
      intervalSeconds: 0.4,
      retrySeconds: 0.01,
      onError: (error) => errors.push(error),
      scan: async (name) => {
        running += 1;
        expect(running).toBe(1);
        await sleep(1);
        running -= 1;
        scans.push(name);
        if (name === "broken") throw new Error("no database");
        return { result: name === "bad" ? ("unreachable" as const) : ("complete" as const) };
      },
    });
    await sleep(250);
    const count = (name: string) => scans.filter((scan) => scan === name).length;
    expect(scans.slice(0, 3)).toEqual(["good", "bad", "broken"]);
    expect(count("good")).toBe(1);
    expect(count("bad")).toBeGreaterThanOrEqual(3);
    expect(errors).toHaveLength(count("broken"));
    await sleep(400);
    expect(count("good")).toBeGreaterThanOrEqual(2);
    await schedule[Symbol.asyncDispose]();
    const { length } = scans;
    await sleep(50);
    expect(scans).toHaveLength(length);
  });
});
