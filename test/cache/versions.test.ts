import { describe, expect, it } from "vitest";
import { chooseSeed } from "../scenarios/seeded-random.ts";
import { runVersionChanges } from "./versions-run.ts";

const seed = chooseSeed();

describe(`objects that change in every order (SLUICE_TEST_SEED=${seed})`, () => {
  it.each([
    ["memory", 300],
    ["disk", 150],
  ] as const)("with slices in %s: %i runs, no mixed byte, and whole again after the change", async (store, count) => {
    const totals = await runVersionChanges({ seed, count, store, limitMs: 25_000 });
    console.info(`${totals.runs} runs, ${totals.views} views, ${totals.changes} changes, ${totals.broken} broken`);
    expect(totals.mixed).toEqual([]);
    expect(totals.faults).toEqual([]);
    expect(totals.runs).toBeGreaterThan(20);
  });
});
