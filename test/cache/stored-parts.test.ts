import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findPatternBreach } from "../../src/testing/index.ts";
import { patternObject } from "../upstream/upstream-object.ts";
import { fieldValue, type RawResponse } from "../wire/raw-client.ts";
import { type CacheStage, film, mebibyte, setUpCacheStage } from "./cache-stage.ts";

// K10 to K18: what is stored answers later requests, whole or in parts, and parts are joined under one strong validator alone.

let stage: CacheStage;

afterEach(async () => {
  await stage[Symbol.asyncDispose]();
});

function expectPart(response: RawResponse, start: number, end: number, salt = 0): void {
  const size = /\/(\d+)$/.exec(fieldValue(response.fields, "Content-Range") ?? "")?.[1];
  expect([response.status, response.complete, response.body.length]).toEqual([206, true, end - start]);
  expect(fieldValue(response.fields, "Content-Range")).toBe(`bytes ${start}-${end - 1}/${size}`);
  expect(findPatternBreach(response.body, start, salt)).toBe(-1);
}

function expectWhole(response: RawResponse, sizeBytes: number, salt = 0): void {
  expect([response.status, response.complete, response.body.length]).toEqual([200, true, sizeBytes]);
  expect(findPatternBreach(response.body, 0, salt)).toBe(-1);
}

async function setUp(sizeBytes: number, sliceBytes = mebibyte): Promise<void> {
  stage = await setUpCacheStage({ sliceBytes });
  stage.upstream.put(film, patternObject(sizeBytes));
}

describe("what is stored", () => {
  it("K10: a complete answer serves ranges of it", async () => {
    await setUp(100_000, 16_384);
    expectWhole(await stage.get(), 100_000);
    stage.upstream.resetCounts();
    expectPart(await stage.get("0-1"), 0, 2);
    expectPart(await stage.get("1-"), 1, 100_000);
    expectPart(await stage.get("-1"), 99_999, 100_000);
    expectPart(await stage.get("16383-16384"), 16_383, 16_385);
    expect(stage.upstreamRanges()).toEqual([]);
  });

  it("K11: a stored part serves ranges within it", async () => {
    await setUp(10, 2);
    expectPart(await stage.get("4-9"), 4, 10);
    stage.upstream.resetCounts();
    expectPart(await stage.get("6-8"), 6, 9);
    expectPart(await stage.get("6-"), 6, 10);
    expectPart(await stage.get("-1"), 9, 10);
    expect(stage.upstreamRanges()).toEqual([]);
  });

  it("K12, K14: a stored part is completed by the rest alone, held to the same version", async () => {
    await setUp(10, 5);
    expectPart(await stage.get("0-4"), 0, 5);
    stage.upstream.resetCounts();
    const whole = await stage.get();
    expectWhole(whole, 10);
    expect(fieldValue(whole.fields, "ETag")).toBe('"pattern-10-0"');
    expect(stage.upstreamRanges()).toEqual(["GET bytes=5-9"]);
  });

  it.each([
    ["a weak tag", { etag: 'W/"weak"', lastModified: null }],
    ["no validator at all", { etag: null, lastModified: null }],
    ["a date of this very second", { etag: null, lastModified: new Date() }],
  ] as const)("K13: parts are not joined under %s", async (_, traits) => {
    await setUp(10, 5);
    stage.upstream.put(film, patternObject(10, traits));
    expectPart(await stage.get("0-4"), 0, 5);
    stage.upstream.put(film, patternObject(10, { ...traits, salt: 50 }));
    // One version in one answer, whichever: with nothing stored that can only be the new one.
    expectWhole(await stage.get(), 10, 50);
    expect((await stage.store.stat()).slices).toBe(0);
  });

  it("K13: but under a weak tag where the operator trusts it", async () => {
    stage = await setUpCacheStage({ sliceBytes: 5, trustWeakValidators: true });
    stage.upstream.put(film, patternObject(10, { etag: 'W/"weak"', lastModified: null }));
    expectPart(await stage.get("0-4"), 0, 5);
    expectWhole(await stage.get(), 10);
    stage.upstream.resetCounts();
    expectWhole(await stage.get(), 10);
    expect(stage.upstreamRanges()).toEqual([]);
  });

  it("K15: a first request for a range is answered at once, also when the origin's body comes in pieces", async () => {
    await setUp(3 * mebibyte);
    stage.upstream.fault(film, { kind: "trickle", chunkBytes: 8192, everyMs: 5 });
    const response = await stage.get("1048586-1048595");
    expectPart(response, mebibyte + 10, mebibyte + 20);
    // A slice takes 640 ms to come; the viewer's ten bytes are in its first piece.
    expect(response.elapsedMs).toBeLessThan(400);
  });

  it("K16: a range far beyond what is cached is fetched there, not by way of all between", async () => {
    await setUp(200 * mebibyte);
    expectPart(await stage.get("0-1"), 0, 2);
    stage.upstream.resetCounts();
    const far = 180 * mebibyte + 77;
    expectPart(await stage.get(`${far}-${far + 9}`), far, far + 10);
    expect(stage.upstream.bodyBytes).toBeLessThanOrEqual(mebibyte);
    expect(stage.upstreamRanges()).toEqual([`GET bytes=${180 * mebibyte}-${181 * mebibyte - 1}`]);
  });

  it("K17: the smallest grid, cold and warm, and each slice is fetched once", async () => {
    await setUp(16, 2);
    const asked = [
      ["3-4", 3, 5],
      ["0-0", 0, 1],
      ["1-1", 1, 2],
      ["2-2", 2, 3],
      ["4-", 4, 16],
      ["-10", 6, 16],
    ] as const;
    for (const [range, start, end] of asked) expectPart(await stage.get(range), start, end);
    expect(stage.upstream.requests.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0)).toBe(16);
    stage.upstream.resetCounts();
    for (const [range, start, end] of asked) expectPart(await stage.get(range), start, end);
    expect(stage.upstreamRanges()).toEqual([]);
  });

  it.each([
    ["the tag", '"pattern-100000-0"', 206],
    ["the date", new Date("2024-05-01T12:00:00Z").toUTCString(), 206],
    ["another tag", '"other"', 200],
    ["the tag made weak", 'W/"pattern-100000-0"', 200],
    ["another date", new Date("2024-05-01T12:00:01Z").toUTCString(), 200],
  ] as const)("K18: If-Range with %s, none, one and all slices held", async (_, ifRange, status) => {
    await setUp(100_000, 16_384);
    const ask = async (): Promise<void> => {
      const response = await stage.get("20000-50000", { fields: { "If-Range": ifRange } });
      if (status === 206) expectPart(response, 20_000, 50_001);
      else expectWhole(response, 100_000);
    };
    await ask();
    await ask();
    expectWhole(await stage.get(), 100_000);
    await ask();
  });

  it("one slice held in the middle is not fetched again, and ends the span before it", async () => {
    await setUp(10 * 16_384, 16_384);
    expectPart(await stage.get("65536-65537"), 65_536, 65_538);
    await expect.poll(async () => (await stage.store.stat()).slices).toBe(1);
    stage.upstream.resetCounts();
    expectPart(await stage.get("0-114687"), 0, 114_688);
    expect(stage.upstreamRanges()).toEqual(["GET bytes=0-65535", "GET bytes=81920-114687"]);
  });

  it("multipart answers are put together from slices", async () => {
    await setUp(100_000, 16_384);
    for (let round = 0; round < 2; round += 1) {
      const response = await stage.get("0-9,16380-16390,-5");
      expect([response.status, response.complete]).toEqual([206, true]);
      expect(fieldValue(response.fields, "Content-Type")).toMatch(/^multipart\/byteranges/);
    }
    expect(stage.upstream.bodyBytes).toBeLessThanOrEqual(100_000);
  });

  it("If-None-Match costs no body bytes, and asks once", async () => {
    await setUp(100_000, 16_384);
    const head = await stage.get(undefined, { fields: { "If-None-Match": '"pattern-100000-0"' } });
    expect([head.status, head.body.length]).toEqual([304, 0]);
    expect(stage.upstream.bodyBytes).toBeLessThanOrEqual(1);
    const again = await stage.get(undefined, { fields: { "If-None-Match": '"pattern-100000-0"' } });
    expect([again.status, stage.upstream.requests.length]).toEqual([304, 1]);
  });
});

describe("an empty object", () => {
  beforeEach(async () => {
    await setUp(0);
  });

  it("is whole, cold and warm, whatever is asked", async () => {
    for (const range of [undefined, "0-1", "-5", undefined]) {
      const response = await stage.get(range);
      expect([response.status, response.body.length, response.complete]).toEqual([200, 0, true]);
    }
  });
});
