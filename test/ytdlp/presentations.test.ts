import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithParts } from "../real/require-part.ts";
import { createTemporaryFolder, type TemporaryFolder } from "../real/temporary-folder.ts";
import { bytesObject } from "../upstream/upstream-object.ts";
import { makeDash, makeHls, makeSegmentedMedia, type SegmentedMedia } from "./segmented-media.ts";
import { type ServedSite, serveSite } from "./served-site.ts";
import { jointFormat, soundFormat } from "./site-stage.ts";
import type { SiteFormat } from "./test-site.ts";

const run = promisify(execFile);
const seconds = 12;
const playlistType = "application/vnd.apple.mpegurl";

/** What a player finds behind an address: packets of the picture and the sound that it would choose, from `from` seconds on. */
async function packetsIn(href: string, from = 0): Promise<{ video: number; audio: number }> {
  const seek = from === 0 ? [] : ["-ss", String(from)];
  const take = ["-map", "0:v:0?", "-map", "0:a:0?", "-c", "copy", "-f", "framecrc", "-"];
  const { stdout } = await run("ffmpeg", ["-nostdin", "-v", "error", ...seek, "-i", href, ...take], {
    maxBuffer: 2 ** 26,
  });
  const kinds = new Map(
    [...stdout.matchAll(/^#media_type (\d+): (\w+)$/gm)].map(([, index = "", kind]) => [index, kind]),
  );
  const lines = [...stdout.matchAll(/^(\d+),/gm)].map(([, index = ""]) => kinds.get(index));
  return {
    video: lines.filter((kind) => kind === "video").length,
    audio: lines.filter((kind) => kind === "audio").length,
  };
}

/** The addresses in a playlist, whole. */
async function hrefsIn(href: string): Promise<string[]> {
  const response = await fetch(href);
  expect([response.status, response.headers.get("content-type")], href).toEqual([200, playlistType]);
  const text = await response.text();
  const attributes = [...text.matchAll(/URI="([^"]+)"/g)].map(([, uri = ""]) => uri);
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return [...attributes, ...lines].map((uri) => new URL(uri, href).href);
}

describeWithParts(["yt-dlp", "ffmpeg"], "what a site has in pieces, as a presentation in HLS", () => {
  let folder: TemporaryFolder;
  let media: SegmentedMedia;
  let served: ServedSite;
  const sample = (): string => join(folder.path, "sample-moov-first.mp4");
  const apart = (more: Partial<SiteFormat> = {}): SiteFormat[] => [
    { ...jointFormat("137", 1), object: bytesObject(media.picture), acodec: "none", height: 180, ...more },
    { ...jointFormat("133", 1), object: bytesObject(media.smallPicture), acodec: "none", height: 90, tbr: 100 },
    soundFormat("140", 1, { object: bytesObject(media.sound) }),
  ];
  beforeAll(async () => {
    folder = await createTemporaryFolder("presentations");
    media = await makeSegmentedMedia(folder.path, seconds);
    served = await serveSite();
  }, 60_000);
  afterAll(async () => {
    await served[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  it("lists the fragments of tracks that stand apart: they are sought in, and their bytes are the site's", async () => {
    const { site } = served;
    site.put("tracks", { title: "Tracks", formats: apart() });
    const { href, mediaType, formats } = await served.stream("tracks");
    expect(mediaType).toBe(playlistType);
    expect(formats.map(({ id }) => id)).toEqual([
      "hls~all",
      "hls~of~137",
      "hls~of~133",
      "joined~hi",
      "137",
      "133",
      "140",
    ]);
    expect(await packetsIn(href)).toMatchObject({ video: seconds * 25 });
    site.media.length = 0;
    const [sound = "", picture = ""] = await hrefsIn(href);
    const [file = "", ...others] = await hrefsIn(picture);
    expect(new Set([file, ...others]).size).toBe(1);
    // The last two seconds cost those two seconds, and the index that is known already.
    expect((await packetsIn(picture, seconds - 2)).video).toBeLessThanOrEqual(51);
    const response = await fetch(file, { headers: { Range: "bytes=1000-4999" } });
    expect([response.status, response.headers.get("content-range")]).toEqual([
      206,
      `bytes 1000-4999/${media.picture.length}`,
    ]);
    expect(Buffer.from(await response.arrayBuffer()).equals(media.picture.subarray(1000, 5000))).toBe(true);
    expect(site.media.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0)).toBeLessThan(media.picture.length);
    expect(await hrefsIn(sound)).toContain(new URL((await hrefsIn(sound))[0] ?? "").href);
    // One quality by itself.
    const small = await served.stream("tracks", "hls~of~133");
    expect(await hrefsIn(small.href)).toHaveLength(2);
  });

  it("outlives the addresses of tracks, and never mixes versions of one", async () => {
    const { site } = served;
    site.put("expiring", { title: "Expiring", formats: apart() });
    const { href } = await served.stream("expiring");
    const [, picture = ""] = await hrefsIn(href);
    const [file = ""] = await hrefsIn(picture);
    site.expireAll();
    expect((await fetch(file, { headers: { Range: "bytes=0-99" } })).status).toBe(206);
    expect(await packetsIn(href)).toMatchObject({ video: seconds * 25 });
    const other = Buffer.from(media.picture);
    other.writeUInt8(other.readUInt8(5000) ^ 1, 5000);
    site.put("replaced", { title: "Replaced", formats: apart() });
    const old = await hrefsIn((await hrefsIn((await served.stream("replaced")).href))[1] ?? "");
    site.put("replaced", { title: "Replaced", formats: apart({ object: bytesObject(other) }) });
    site.expireAll();
    expect((await fetch(old[0] ?? "", { headers: { Range: "bytes=0-99" } })).status).toBeGreaterThanOrEqual(400);
  });

  it("passes a site's own playlists on: variants, sound apart, transport streams and fragments", async () => {
    const cases = { plain: {}, fragmented: { fragmented: true }, apart: { apart: true, fragmented: true } };
    for (const [name, options] of Object.entries(cases)) {
      const files = await makeHls(folder.path, sample(), options);
      // Known to yt-dlp by its variants, or by nothing but its address.
      served.site.put(`hls-${name}`, { title: name, formats: [], files, manifests: { m3u8: ["master.m3u8"] } });
      served.site.put(`own-${name}`, { title: name, formats: [], files, playlists: ["master.m3u8"] });
      for (const id of [`hls-${name}`, `own-${name}`]) {
        const { href, mediaType } = await served.stream(id);
        expect(mediaType).toBe(playlistType);
        const packets = await packetsIn(href);
        expect([id, packets.video]).toEqual([id, seconds * 25]);
        expect(packets.audio, id).toBeGreaterThan(seconds * 40);
        expect((await packetsIn(href, seconds - 3)).video, id).toBeLessThan(102);
      }
    }
  });

  it("finds segments again whose addresses have expired", async () => {
    const files = await makeHls(folder.path, sample(), { fragmented: true });
    const { site } = served;
    site.put("a", { title: "a", formats: [], files, manifests: { m3u8: ["master.m3u8"] } });
    const { href } = await served.stream("a");
    const [list = ""] = await hrefsIn(href);
    const [map = "", ...segments] = await hrefsIn(list);
    expect(segments).toHaveLength(seconds / 2);
    for (const [index, name] of [
      [4, "piece-0-4.m4s"],
      [0, "piece-0-0.m4s"],
      [5, "piece-0-5.m4s"],
    ] as const) {
      site.expireAll();
      const response = await fetch(segments[index] ?? "");
      expect([response.status, response.headers.get("content-type")]).toEqual([200, "video/mp4"]);
      expect(Buffer.from(await response.arrayBuffer()).equals(files.get(name) ?? Buffer.alloc(0))).toBe(true);
    }
    site.expireAll();
    expect((await fetch(map)).status).toBe(200);
    // Replaced by another film: what is listed is not answered with pieces of that.
    const other = new Map(files).set(
      "list-0.m3u8",
      Buffer.from(String(files.get("list-0.m3u8")).replace("2.0", "1.9")),
    );
    site.put("a", { title: "a", formats: [], files: other, manifests: { m3u8: ["master.m3u8"] } });
    site.expireAll();
    expect((await fetch(segments[3] ?? "")).status).toBeGreaterThanOrEqual(400);
  });

  it("lists the fragments of DASH", async () => {
    const files = await makeDash(folder.path, sample());
    served.site.put("dash", { title: "dash", formats: [], files, manifests: { mpd: ["manifest.mpd"] } });
    const { href, formats } = await served.stream("dash");
    expect(formats[0]).toMatchObject({ id: "hls~all", mediaType: playlistType });
    expect(await packetsIn(href)).toMatchObject({ video: seconds * 25 });
    expect((await packetsIn(href, seconds - 3)).video).toBeLessThan(102);
    // As one stream, for those who cannot take lists.
    const [audio] = formats.filter(({ mediaType }) => mediaType === "audio/mp4");
    const whole = await served.stream("dash", audio?.id);
    expect((await packetsIn(whole.href)).audio).toBeGreaterThan(seconds * 40);
  });

  it("names no address of the site, and opens nothing but what it listed", async () => {
    const { site } = served;
    site.put("closed", { title: "closed", formats: apart() });
    const { href } = await served.stream("closed");
    const lists = await hrefsIn(href);
    const [, list = ""] = lists;
    const texts = await Promise.all([href, ...lists].map(async (one) => (await fetch(one)).text()));
    expect(texts.join("\n")).not.toMatch(/https?:|127\.0\.0\.1|watch|made=/);
    const [part = ""] = await hrefsIn(list);
    const name = part.slice(part.lastIndexOf("/") + 1);
    const bad = [
      part.replace(name, name.slice(23)),
      part.replace("137", "140"),
      part.replace(/~w[^~]+/, "~wother"),
      `${part}/..`,
      part.replace(name, `${name.slice(0, 23)}hls~all.m3u8`),
      part.replace(/.(?=[^.]*\/[^/]*$)/, (character) => (character === "A" ? "B" : "A")),
    ];
    for (const address of bad) {
      expect((await fetch(address)).status, address).toBe(403);
    }
    const other = await served.stream("closed", "140");
    expect((await fetch(`${other.href}/${name}`)).status).toBe(403);
    expect((await fetch(`${href}?download`)).status).toBe(409);
    const head = await fetch(href, { method: "HEAD" });
    expect([head.status, head.headers.get("access-control-allow-origin")]).toEqual([200, "*"]);
    const again = await fetch(href, { headers: { "If-None-Match": head.headers.get("etag") ?? "" } });
    expect(again.status).toBe(304);
  });

  it("stays with one stream where the files have no index, and where HLS cannot carry them", async () => {
    const { site } = served;
    const whole = bytesObject(media.whole);
    site.put("plain", {
      title: "plain",
      formats: [{ ...jointFormat("137", 1), object: whole, acodec: "none" }, soundFormat("140", 1, { object: whole })],
    });
    expect((await served.stream("plain")).format).toBe("joined~hi");
    site.put("webm", { title: "webm", formats: apart().map((format) => ({ ...format, ext: "webm" })) });
    expect((await served.stream("webm")).format).toBe("joined~hi");
    site.put("joint", { title: "joint", formats: [jointFormat("18", 1, { object: whole }), ...apart()] });
    expect(await served.stream("joint")).toMatchObject({ format: "18", mediaType: "video/mp4" });
  });
});
