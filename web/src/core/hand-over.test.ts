import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { HandOver } from "./hand-over.ts";
import type { MediaPort } from "./media-port.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("learns how long an item takes to be heard, and begins the next one so much earlier", async () => {
  const begunAtMs: number[] = [];
  const startedAtMs = Date.now();
  const next = { play: async () => void begunAtMs.push(Date.now() - startedAtMs) } as unknown as MediaPort;
  const handOver = new HandOver(Date.now);

  handOver.approach(0.5, 1, next);
  await vi.advanceTimersByTimeAsync(500);
  expect(begunAtMs).toEqual([460]);
  handOver.finish();
  // A second and a tenth after it was asked, it is one second in.
  await vi.advanceTimersByTimeAsync(1_060);
  handOver.learn(1, 1);

  handOver.approach(0.5, 1, next);
  await vi.advanceTimersByTimeAsync(500);
  expect(begunAtMs[1]).toBe(500 + 1_060 + 400);
});
