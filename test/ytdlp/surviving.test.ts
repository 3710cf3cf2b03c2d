import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { CollectingSink } from "../../src/bytes/index.ts";
import { cachedSource, createMemorySliceStore } from "../../src/cache/index.ts";
import { isSourceError } from "../../src/source/index.ts";
import { findPatternBreach } from "../../src/testing/index.ts";
import { describeWithParts } from "../real/require-part.ts";
import { createRandom } from "../scenarios/seeded-random.ts";
import { patternObject } from "../upstream/upstream-object.ts";
import { film, isPattern, jointFormat, setUpSiteStage } from "./site-stage.ts";
import type { Expired } from "./test-site.ts";

const mebibyte = 1024 * 1024;
const ways: readonly Expired[] = [403, 404, 410, "landing page", "other length", "reset"];

describeWithParts(["yt-dlp"], "a stream that outlives its address", () => {
  it.each(ways)("opens where a known address has come to answer with %s", async (expired) => {
    await using stage = await setUpSiteStage();
    stage.site.put("a", film(500_000));
    stage.site.expired = expired;
    await stage.source.prepare(stage.keyOf("a"));
    await sleep(5);
    stage.site.expireAll();
    await sleep(5);
    await using object = await stage.source.open(stage.keyOf("a"));
    expect(await isPattern(object, { start: 0, end: 500_000 })).toBe(true);
    expect(stage.site.resolveCount("a")).toBe(2);
  });

  it.each(ways)("goes on from the exact byte where it comes to answer with %s", async (expired) => {
    await using stage = await setUpSiteStage();
    const sizeBytes = 8 * mebibyte;
    stage.site.put("a", film(sizeBytes));
    stage.site.expired = expired;
    await using object = await stage.source.open(stage.keyOf("a"));
    const sink = new CollectingSink();
    let hasExpired = false;
    const expiring = {
      async write(chunk: Uint8Array): Promise<void> {
        await sink.write(chunk);
        if (!hasExpired && sink.lengthBytes > mebibyte / 2) {
          hasExpired = true;
          stage.site.expireAll();
          await sleep(5);
        }
      },
    };
    await object.read({ start: 0, end: sizeBytes }, expiring);
    expect(sink.lengthBytes).toBe(sizeBytes);
    expect(findPatternBreach(sink.bytes(), 0)).toBe(-1);
    expect(stage.site.resolveCount("a")).toBe(2);
  });

  it("plays through addresses that live a second and are cut at their end, with seeks", async () => {
    await using stage = await setUpSiteStage();
    const sizeBytes = 200 * mebibyte;
    stage.site.put("a", film(sizeBytes));
    stage.site.addressLifeMs = 1_000;
    stage.site.cutsAtExpiry = true;
    await using object = await stage.source.open(stage.keyOf("a"));
    const random = createRandom(5);
    const startedAt = performance.now();
    for (let seek = 0; seek < 20; seek += 1) {
      const start = random(sizeBytes - 3 * mebibyte);
      const sink = new CollectingSink();
      // A player's pace: what is read ahead is taken in slowly.
      const slow = {
        async write(chunk: Uint8Array): Promise<void> {
          await sink.write(chunk);
          await sleep(25);
        },
      };
      await object.read({ start, end: start + 3 * mebibyte }, slow);
      expect(findPatternBreach(sink.bytes(), start), `seek ${seek}`).toBe(-1);
      expect(sink.lengthBytes).toBe(3 * mebibyte);
    }
    expect(performance.now() - startedAt).toBeGreaterThan(3_000);
    expect(stage.site.resolveCount("a")).toBeGreaterThan(3);
  });

  it("breaks off where the media has changed, mixes nothing, and is right the next time", async () => {
    await using stage = await setUpSiteStage();
    stage.site.put("a", film(8 * mebibyte));
    const object = await stage.source.open(stage.keyOf("a"));
    expect(await isPattern(object, { start: 0, end: mebibyte })).toBe(true);
    stage.site.put("a", film(8 * mebibyte, { salt: 1 }));
    stage.site.expireAll();
    await sleep(5);
    const sink = new CollectingSink();
    const error = await object.read({ start: mebibyte, end: 8 * mebibyte }, sink).catch((thrown: unknown) => thrown);
    expect(isSourceError(error, "changed"), String(error)).toBe(true);
    expect(sink.lengthBytes).toBe(0);
    await using next = await stage.source.open(stage.keyOf("a"));
    expect(await isPattern(next, { start: 0, end: 8 * mebibyte }, 1)).toBe(true);
  });

  it("takes another format of the same length where its own is gone, and no other", async () => {
    await using stage = await setUpSiteStage();
    const [same, other] = [jointFormat("18-b", 500_000), jointFormat("22", 600_000)];
    stage.site.put("a", { title: "a", formats: [other, jointFormat("18", 500_000)] });
    const key = stage.source.keyOfFormat(stage.keyOf("a"), "18");
    await using object = await stage.source.open(key);
    expect(await isPattern(object, { start: 0, end: 1000 })).toBe(true);
    stage.site.put("a", { title: "a", formats: [other, same] });
    stage.site.expireAll();
    await sleep(5);
    expect(await isPattern(object, { start: 1000, end: 500_000 })).toBe(true);
    expect(stage.site.media.at(-1)?.format).toBe("18-b");
    stage.site.put("a", { title: "a", formats: [other] });
    stage.site.expireAll();
    await sleep(5);
    const error = await object.read({ start: 0, end: 10 }, new CollectingSink()).catch((thrown: unknown) => thrown);
    expect(isSourceError(error), String(error)).toBe(true);
  });

  it("holds to the site's own version where its media names none", async () => {
    await using stage = await setUpSiteStage();
    const bare = (salt: number, addressVersion: string): ReturnType<typeof film> => {
      const object = patternObject(4 * mebibyte, { salt, etag: null, lastModified: null });
      return film(4 * mebibyte, { object, addressVersion });
    };
    stage.site.put("a", bare(0, "7001"));
    const object = await stage.source.open(stage.keyOf("a"));
    expect(object.validator).toMatchObject({ joinable: true });
    expect(await isPattern(object, { start: 0, end: mebibyte })).toBe(true);
    stage.site.expireAll();
    await sleep(5);
    expect(await isPattern(object, { start: mebibyte, end: 4 * mebibyte })).toBe(true);
    const { validator } = object;
    if (validator === undefined) throw new Error("no validator");
    expect(await stage.source.revalidate(stage.keyOf("a"), validator)).toMatchObject({ isCurrent: true });
    stage.site.put("a", bare(1, "7002"));
    stage.site.expireAll();
    await sleep(5);
    const error = await object.read({ start: 0, end: 10 }, new CollectingSink()).catch((thrown: unknown) => thrown);
    expect(isSourceError(error, "changed"), String(error)).toBe(true);
    expect(await stage.source.revalidate(stage.keyOf("a"), validator)).toMatchObject({ isCurrent: false });
    expect(stage.site.media.map(({ headers }) => headers["if-match"])).not.toContain(validator.etag);
  });

  it("gives up in words where new addresses are refused as well, without asking on and on", async () => {
    await using stage = await setUpSiteStage();
    stage.site.addressLifeMs = 0;
    stage.site.put("a", film(1000));
    for (let times = 0; times < 3; times += 1) {
      await expect(stage.source.open(stage.keyOf("a"))).rejects.toThrow(/the upstream answered 403/);
    }
    expect(stage.site.resolveCount("a")).toBe(2);
    expect((await stage.source.health()).sites[0]?.failuresByReason).toEqual({ "refused by the site": 1 });
  });

  it("does not run yt-dlp over and over for a host that is out of reach", async () => {
    await using stage = await setUpSiteStage();
    stage.site.addressLifeMs = 0;
    stage.site.expired = "reset";
    stage.site.put("a", film(1000));
    for (let times = 0; times < 3; times += 1) {
      const error = await stage.source.open(stage.keyOf("a")).catch((thrown: unknown) => thrown);
      expect(isSourceError(error, "unavailable"), String(error)).toBe(true);
    }
    expect(stage.site.resolveCount("a")).toBeLessThanOrEqual(5);
  });

  it("asks for windows no larger than the site wants, with the format's own headers", async () => {
    await using stage = await setUpSiteStage();
    const extra = {
      downloader_options: { http_chunk_size: mebibyte },
      http_headers: { "X-Player": "7", Cookie: "session=1", Range: "bytes=0-1" },
    };
    stage.site.put("a", film(5 * mebibyte, { extra }));
    await using object = await stage.source.open(stage.keyOf("a"));
    await object.read({ start: 0, end: 5 * mebibyte }, new CollectingSink(), { isCertain: true });
    for (const { range, headers } of stage.site.media) {
      const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range ?? "") ?? [];
      expect(Number(to) + 1 - Number(from)).toBeLessThanOrEqual(mebibyte);
      expect(headers).toMatchObject({ "x-player": "7", cookie: "session=1", "accept-encoding": "identity" });
    }
  });

  it("shares one resolve and one upstream stream among fifty viewers, and keeps what came across addresses", async () => {
    await using stage = await setUpSiteStage();
    const sizeBytes = 6 * mebibyte;
    stage.site.put("a", film(sizeBytes));
    const store = createMemorySliceStore({ sliceBytes: mebibyte, limitBytes: 64 * mebibyte });
    const cached = cachedSource(stage.source, store, { name: "site" });
    const viewers = Array.from({ length: 50 }, async () => {
      await using object = await cached.open(stage.keyOf("a"));
      return await isPattern(object, { start: 0, end: sizeBytes });
    });
    expect((await Promise.all(viewers)).every(Boolean)).toBe(true);
    expect(stage.site.resolveCount("a")).toBe(1);
    expect(stage.site.media.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0)).toBe(sizeBytes);
    const before = stage.site.media.length;
    stage.site.expireAll();
    await using later = await cached.open(stage.keyOf("a"));
    expect(await isPattern(later, { start: 0, end: sizeBytes })).toBe(true);
    expect(stage.site.media.length).toBe(before);
  });
});
