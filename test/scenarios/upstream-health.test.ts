import { describe, expect, it } from "vitest";
import { CollectingSink } from "../../src/bytes/index.ts";
import type { Source, UpstreamMeter } from "../../src/source/index.ts";
import { createHttpSource } from "../../src/sources/index.ts";
import { FaultyUpstream } from "../upstream/faulty-upstream.ts";
import { patternObject } from "../upstream/upstream-object.ts";

async function readHead(source: Source, meter?: UpstreamMeter): Promise<number> {
  const range = { start: 0, end: 1000 };
  const options = meter === undefined ? {} : { meter };
  await using object = await source.open("film.mp4", { intent: { kind: "bounded", ...range }, ...options });
  const sink = new CollectingSink();
  await object.read(range, sink, options);
  return sink.lengthBytes;
}

async function failures(source: Source, count: number): Promise<readonly string[]> {
  const messages: string[] = [];
  for (let attempt = 0; attempt < count; attempt += 1) {
    await readHead(source).catch((error: Error) => messages.push(error.message));
  }
  return messages;
}

describe("an upstream in trouble", () => {
  it("late with one answer: a second request on a new connection brings it", async () => {
    await using upstream = await FaultyUpstream.start();
    upstream.put("film.mp4", patternObject(100_000));
    await using source = createHttpSource({ baseUrl: new URL(upstream.origin) });
    for (let count = 0; count < 20; count += 1) await readHead(source);
    upstream.fault("film.mp4", { kind: "stall", at: "head", ms: 20_000, request: 1 });
    const meter: UpstreamMeter = { requests: 0, bytes: 0 };
    const startedAt = performance.now();
    expect(await readHead(source, meter)).toBe(1000);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    expect(meter).toMatchObject({ requests: 2, hedges: 1 });
  });

  it("down: requests fail at once and leave it alone, until one finds it back", async () => {
    await using upstream = await FaultyUpstream.start();
    upstream.put("film.mp4", patternObject(100_000));
    await using source = createHttpSource({ baseUrl: new URL(upstream.origin) });
    upstream.fault("film.mp4", { kind: "status", status: 503 });
    const messages = await failures(source, 4);
    expect(messages.at(-1)).toMatch(/failed 12 times in a row \(it answered 503\)/);
    const asked = upstream.requests.length;
    const startedAt = performance.now();
    await failures(source, 50);
    expect(performance.now() - startedAt).toBeLessThan(900);
    expect(upstream.requests.length - asked).toBeLessThanOrEqual(1);
    upstream.put("film.mp4", patternObject(100_000));
    upstream.fault("film.mp4");
    await expect.poll(() => readHead(source).catch(() => 0), { timeout: 5_000, interval: 100 }).toBe(1000);
    expect(await failures(source, 5)).toEqual([]);
  });

  it("answering 503 to everything: repetitions stay a fraction of the requests", async () => {
    await using upstream = await FaultyUpstream.start();
    upstream.put("film.mp4", patternObject(100_000));
    await using source = createHttpSource({ baseUrl: new URL(upstream.origin) });
    upstream.fault("film.mp4", { kind: "status", status: 503 });
    const viewers = 200;
    const results = await Promise.allSettled(Array.from({ length: viewers }, () => readHead(source)));
    expect(results.every(({ status }) => status === "rejected")).toBe(true);
    // A budget of 50 repetitions, and a fifth of one for each request.
    expect(upstream.requests.length).toBeLessThanOrEqual(viewers + 50 + viewers / 5);
  });
});
