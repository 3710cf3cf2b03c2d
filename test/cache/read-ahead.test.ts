import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { patternObject } from "../upstream/upstream-object.ts";
import { type CacheStage, film, mebibyte, setUpCacheStage } from "./cache-stage.ts";

// What is fetched that nobody has asked for yet, by policy.

const sizeBytes = 32 * mebibyte + 777;
const middle = 16 * mebibyte;

let stage: CacheStage;

afterEach(async () => {
  await stage[Symbol.asyncDispose]();
});

/** The slices held, in MiB from the start, once nothing changes any more. */
async function heldSlices(object = `stage/${film}`): Promise<number[]> {
  const held = async (): Promise<number[]> => {
    const version = (await stage.store.readRecord(object))?.version ?? "";
    const indexes = Array.from({ length: 33 }, (_, index) => index);
    const found = await Promise.all(indexes.map((index) => stage.store.has({ object, version, index })));
    return indexes.filter((index) => found[index]);
  };
  let before = await held();
  for (;;) {
    await sleep(150);
    const now = await held();
    if (now.length === before.length) {
      return now;
    }
    before = now;
  }
}

describe("what is read ahead", () => {
  it("is nothing where the source charges for it", async () => {
    stage = await setUpCacheStage({ readAhead: "exact" });
    stage.upstream.put(film, patternObject(sizeBytes));
    await stage.get(`${middle}-${middle + 99}`);
    expect(await heldSlices()).toEqual([16]);
    expect(stage.upstreamRanges()).toEqual([`GET bytes=${middle}-${middle + mebibyte - 1}`]);
  });

  it("is the head and the tail of a film where the source is near, and never more than once", async () => {
    stage = await setUpCacheStage({ readAhead: "eager" });
    stage.upstream.put(film, patternObject(sizeBytes));
    await stage.get(`${middle}-${middle + 99}`);
    expect(await heldSlices()).toEqual([0, 16, 32]);
    expect(stage.upstreamRanges()).toHaveLength(3);
    // The player's next questions cost nothing.
    await stage.get("0-1");
    await stage.get("-500");
    expect(stage.upstreamRanges()).toHaveLength(3);
  });

  it("is no end of what players read from front to back", async () => {
    stage = await setUpCacheStage({ readAhead: "eager" });
    stage.upstream.put("list.m3u8", patternObject(sizeBytes, { mediaType: null }));
    await stage.get(`${middle}-${middle + 99}`, { key: "list.m3u8" });
    expect(await heldSlices("stage/list.m3u8")).toEqual([16]);
  });

  it("does not take the opening answer from the range that it was opened for", async () => {
    stage = await setUpCacheStage();
    // Without an extension or a type the beginning has to be looked at too, which is one request more and not two.
    stage.upstream.put("untyped", patternObject(sizeBytes, { mediaType: null }));
    await stage.get(`${middle}-${middle + 99}`, { key: "untyped" });
    expect(stage.upstreamRanges()).toEqual([
      `GET bytes=${middle}-${middle + mebibyte - 1}`,
      `GET bytes=0-${mebibyte - 1}`,
    ]);
  });
});
