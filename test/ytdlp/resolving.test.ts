import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { isSourceError } from "../../src/source/index.ts";
import { describeWithParts } from "../real/require-part.ts";
import { film, isPattern, jointFormat, setUpSiteStage, soundFormat } from "./site-stage.ts";

describeWithParts(["yt-dlp"], "resolving with the real yt-dlp", () => {
  it("opens, reads and seeks an item by its page's address", async () => {
    await using stage = await setUpSiteStage();
    stage.site.put("a", film(3_000_000));
    await using object = await stage.source.open(stage.keyOf("a"));
    expect(object).toMatchObject({ sizeBytes: 3_000_000, mediaType: "video/mp4" });
    expect(await isPattern(object, { start: 0, end: 3_000_000 })).toBe(true);
    expect(await isPattern(object, { start: 2_500_000, end: 2_600_000 })).toBe(true);
    expect(stage.site.resolveCount("a")).toBe(1);
  });

  it("resolves once for fifty who ask at the same time, and for those who come later", async () => {
    await using stage = await setUpSiteStage();
    stage.site.put("a", film(100_000));
    const objects = await Promise.all(Array.from({ length: 50 }, () => stage.source.open(stage.keyOf("a"))));
    objects.push(await stage.source.open(stage.keyOf("a")));
    for (const object of objects) {
      expect(await isPattern(object, { start: 0, end: 100_000 })).toBe(true);
      await object[Symbol.asyncDispose]();
    }
    expect(stage.site.resolveCount("a")).toBe(1);
  });

  it("resolves anew at four fifths of an address's life, while the old one still serves", async () => {
    await using stage = await setUpSiteStage();
    stage.site.addressLifeMs = 5_000;
    stage.site.put("a", film(100_000));
    await stage.source.prepare(stage.keyOf("a"));
    await sleep(4_900);
    const startedAt = performance.now();
    await stage.source.prepare(stage.keyOf("a"));
    expect(performance.now() - startedAt).toBeLessThan(1_500);
    await sleep(1_500);
    expect(stage.site.resolveCount("a")).toBe(2);
  });

  it("offers a site's formats, and chooses by quality", async () => {
    await using stage = await setUpSiteStage();
    const sizes = { "18": 1000, "22": 2000, "22.b": 3000, "139": 400, "140": 500, "251": 600 };
    stage.site.put("a", {
      title: "Many",
      formats: [
        soundFormat("139", sizes["139"], { tbr: 48 }),
        soundFormat("140", sizes["140"], { tbr: 128 }),
        soundFormat("251", sizes["251"], { tbr: 160, ext: "webm", acodec: "opus" }),
        jointFormat("18", sizes["18"], { height: 360 }),
        jointFormat("22", sizes["22"], { height: 720 }),
        jointFormat("22.b", sizes["22.b"], { height: 1080 }),
        jointFormat("137", 9000, { height: 1440, acodec: "none" }),
      ],
    });
    const key = stage.keyOf("a");
    const formats = await stage.source.formats(key);
    expect(formats[0]).toMatchObject({
      id: "22~2eb",
      heightPixels: 1080,
      label: "video 1080p, 500 kbit/s",
      mediaType: "video/mp4",
    });
    expect(formats.map(({ id }) => id)).toEqual(["22~2eb", "22", "18", "137", "251", "140", "139", "joined~hi"]);
    const wishes = {
      "audio~hi": 600,
      "audio~md": 500,
      "audio~lo": 400,
      "best~hi": 3000,
      "best~md": 2000,
      "best~lo": 1000,
      "22": 2000,
      "22~2eb": 3000,
    };
    for (const [wish, sizeBytes] of Object.entries(wishes)) {
      await using object = await stage.source.open(stage.source.keyOfFormat(key, wish));
      expect(object.sizeBytes, wish).toBe(sizeBytes);
    }
    expect(stage.site.resolveCount("a")).toBe(1);
    await expect(stage.source.open(stage.source.keyOfFormat(key, "99"))).rejects.toThrow(/no format "99", but .*22/);
  });

  it("honours the operator's own choice", async () => {
    await using stage = await setUpSiteStage({ format: "worst[height>300]" });
    stage.site.put("a", {
      title: "Two",
      formats: [
        jointFormat("18", 1000),
        jointFormat("22", 2000, { height: 720 }),
        jointFormat("17", 500, { height: 144 }),
      ],
    });
    await using object = await stage.source.open(stage.keyOf("a"));
    expect(object.sizeBytes).toBe(1000);
  });

  it("says why an item cannot be had, and does not ask again at once", async () => {
    await using stage = await setUpSiteStage();
    const errors = {
      private: ["Private video. Sign in if you have been granted access", "forbidden"],
      gone: ["Video unavailable. This video has been removed", "not-found"],
      abroad: [
        "The uploader has not made this video available in your country; not available in your country",
        "forbidden",
      ],
      soon: ["Premieres in 3 hours", "unavailable"],
    } as const;
    for (const [id, [error, code]] of Object.entries(errors)) {
      stage.site.put(id, { title: id, formats: [], error });
      for (let times = 0; times < 3; times += 1) {
        const reason = await stage.source.open(stage.keyOf(id)).catch((thrown: unknown) => thrown);
        expect(isSourceError(reason, code), `${id}: ${String(reason)}`).toBe(true);
        expect(String(reason)).toContain(error.slice(0, 10));
      }
      expect(stage.site.resolveCount(id)).toBe(1);
    }
    stage.site.put("drm", { title: "drm", formats: [jointFormat("1", 10, { extra: { has_drm: true } })] });
    await expect(stage.source.open(stage.keyOf("drm"))).rejects.toThrow(/DRM/);
    stage.site.put("hls", {
      title: "hls",
      formats: [jointFormat("1", 10, { extra: { protocol: "http_dash_segments" } })],
    });
    await expect(stage.source.open(stage.keyOf("hls"))).rejects.toThrow(/as http_dash_segments only/);
    const health = await stage.source.health();
    expect(health.words[0]).toMatch(/^sluicevideo: \d of \d failed since \d\d:\d\d; yt-dlp is \d+ days old$/);
    expect(health.sites[0]?.failuresByReason).toMatchObject({
      gone: 1,
      "private or for members": 1,
      "not yet published": 1,
    });
    expect(health.warnings.join(" ")).toMatch(/days old: update it/);
  });

  it("opens no page of a host that is not allowed, and none that is not public", async () => {
    await using stage = await setUpSiteStage({ allowedHosts: ["video.example"] });
    stage.site.put("a", film(100));
    expect(() => stage.keyOf("a")).toThrow(/not among those allowed/);
    await using open = await setUpSiteStage({ allowedNetworks: [] });
    const key = `page:${Buffer.from(open.site.watchAddress("a")).toString("base64url")}`;
    await expect(open.source.open(key)).rejects.toThrow(/loopback/);
    await expect(open.source.open(`page:${Buffer.from("file:///etc/passwd").toString("base64url")}`)).rejects.toThrow(
      /only http/,
    );
    expect(open.site.apiRequests).toEqual([]);
  });

  it("does not let yt-dlp itself wander to where nobody may go", async () => {
    // The page is permitted; where its names and redirects lead only the proxy between yt-dlp and the site sees.
    await using stage = await setUpSiteStage({ allowedNetworks: ["127.0.0.9/32"] });
    await using front = await setUpSiteStage();
    const key = `page:${Buffer.from(`http://localhost:${new URL(front.site.origin).port}/watch/a`).toString("base64url")}`;
    const reason = await stage.source.open(key).catch((thrown: unknown) => thrown);
    expect(isSourceError(reason, "forbidden"), String(reason)).toBe(true);
    expect(front.site.apiRequests).toEqual([]);
  });

  it("refuses keys that are none", async () => {
    await using stage = await setUpSiteStage();
    for (const key of ["", "a", "page:", "page:!!", "a:b:c:d", "Youtube:%ff:aGk", "page:aHR0cDovL2EuZXhhbXBsZS8/a/b"]) {
      const reason = await stage.source.open(key).catch((thrown: unknown) => thrown);
      expect(isSourceError(reason, "invalid-key"), `${key}: ${String(reason)}`).toBe(true);
    }
  });
});
