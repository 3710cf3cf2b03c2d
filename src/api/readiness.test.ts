import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createMemorySource } from "../sources/index.ts";
import type { Source } from "../source/index.ts";
import { createReadiness } from "./readiness.ts";

function counting(check: Source["check"]): { readonly source: Source; readonly count: () => number } {
  let count = 0;
  const source = createMemorySource();
  source.check = (options) => {
    count += 1;
    return check(options);
  };
  return { source, count: () => count };
}

describe("createReadiness()", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it("asks a source once for all who ask within five seconds", async () => {
    const { source, count } = counting(() => Promise.resolve());
    const readiness = createReadiness(new Map([["a", { source }]]));
    await Promise.all([readiness.report(), readiness.report()]);
    await vi.advanceTimersByTimeAsync(4999);
    await readiness.report();
    expect(count()).toBe(1);
    await vi.advanceTimersByTimeAsync(2);
    expect(await readiness.report()).toEqual({ status: "ready", sources: [{ name: "a", state: "ready" }] });
    expect(count()).toBe(2);
  });

  it("does not wait for a source that ignores its signal", async () => {
    const { source } = counting(() => new Promise(() => undefined));
    const report = createReadiness(new Map([["a", { source }]]), { timeoutMs: 3000 }).report();
    await vi.advanceTimersByTimeAsync(3001);
    expect(await report).toEqual({
      status: "unavailable",
      sources: [{ name: "a", state: "failing", detail: "The source did not answer in time." }],
    });
  });

  it("is degraded, not unavailable, while the cache is off", async () => {
    const sources = new Map([["a", { source: createMemorySource() }]]);
    const cache = { state: "off", detail: "The disk is full." } as const;
    expect(await createReadiness(sources, { cache: () => cache }).report()).toEqual({
      status: "degraded",
      sources: [{ name: "a", state: "ready" }],
      cache,
    });
    const on = createReadiness(sources, { cache: () => ({ state: "on" }) });
    expect(await on.report()).toMatchObject({ status: "ready", cache: { state: "on" } });
  });

  it("aborts a check that takes too long", async () => {
    let signal: AbortSignal | undefined;
    const { source } = counting((options) => {
      signal = options?.signal;
      return new Promise(() => undefined);
    });
    const report = createReadiness(new Map([["a", { source }]]), { timeoutMs: 3000 }).report();
    await vi.advanceTimersByTimeAsync(3001);
    await report;
    expect(signal?.aborted).toBe(true);
  });
});
