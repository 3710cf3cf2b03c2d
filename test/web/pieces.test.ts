import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Engine, engines, openBrowser } from "../real/browser.ts";
import { describeWithParts } from "../real/require-part.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";
import { bytesObject } from "../upstream/upstream-object.ts";
import { makeDash, makeHls, makeSegmentedMedia } from "../ytdlp/segmented-media.ts";
import { jointFormat, soundFormat } from "../ytdlp/site-stage.ts";
import { TestSite } from "../ytdlp/test-site.ts";
import { pressAndPlay } from "./in-any-browser.ts";
import { openPlayerStage, type PlayerStage } from "./player-stage.ts";
import { siteLocation } from "./sources-stage.ts";

const seconds = 40;
/** The forms in which a site may have media that is no file of its own, by title. */
const titles = ["Pieces of tracks", "Pieces of a list", "Pieces with a key", "Pieces of DASH"] as const;

interface PiecesStage extends PlayerStage {
  readonly site: TestSite;
}

/** The player over a site that has nothing but media in pieces. */
async function openPiecesStage(): Promise<PiecesStage> {
  await using resources = new AsyncDisposableStack();
  const folder = resources.use(await createTemporaryFolder("pieces"));
  const site = resources.use(await TestSite.start());
  const media = await makeSegmentedMedia(folder.path, seconds);
  const sample = join(folder.path, "sample-moov-first.mp4");
  const [tracks, list, key, dash] = titles;
  site.put("tracks", {
    title: tracks,
    formats: [
      { ...jointFormat("137", 1), object: bytesObject(media.picture), acodec: "none", height: 180 },
      soundFormat("140", 1, { object: bytesObject(media.sound) }),
    ],
    extra: { duration: seconds },
  });
  const inList = { formats: [], manifests: { m3u8: ["master.m3u8"] }, extra: { duration: seconds } };
  site.put("list", {
    title: list,
    ...inList,
    files: await makeHls(folder.path, sample, { fragmented: true, apart: true }),
  });
  site.put("key", {
    title: key,
    ...inList,
    files: await makeHls(folder.path, sample, { key: Buffer.from("0123456789abcdef") }),
  });
  const files = await makeDash(folder.path, sample);
  site.put("dash", {
    title: dash,
    formats: [],
    manifests: { mpd: ["manifest.mpd"] },
    files,
    extra: { duration: seconds },
  });
  const env = { HOME: folder.path, XDG_CACHE_HOME: folder.path, SLUICE_CACHE_SIZE: "256MiB" };
  const stage = resources.use(await openPlayerStage({ sources: [`site=${siteLocation(site)}`], env }));
  const owned = resources.move();
  return { ...stage, site, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** A page script with `[seconds]`: goes there, and returns where it plays, and how long all of it is. */
const goTo = `
  const [seconds] = args;
  const media = document.querySelector("video[data-active=true]");
  const deadline = performance.now() + 20000;
  media.currentTime = seconds;
  while (media.seeking || media.paused || media.currentTime < seconds + 0.3) {
    if (performance.now() > deadline) {
      throw new Error("Waited in vain: " + [media.currentTime, media.paused, media.seeking, media.error?.message, media.currentSrc, document.querySelector(".bar-detail")?.textContent].join(" | "));
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { at: Math.floor(media.currentTime), duration: Math.round(media.duration) };
`;

/** One for all engines: it takes a while to make. */
let opening: Promise<PiecesStage> | undefined;
function openSharedStage(): Promise<PiecesStage> {
  opening ??= openPiecesStage();
  return opening;
}
afterAll(async () => {
  await (await opening)?.[Symbol.asyncDispose]();
});

function testIn(engine: Engine): void {
  describeWithParts(["yt-dlp", "ffmpeg", engine], `media in pieces, in ${engine}`, () => {
    let stage: PiecesStage;

    beforeAll(async () => {
      stage = await openSharedStage();
    }, 120_000);

    it.each(titles)(
      "%s play, and are sought in, also once their addresses have expired",
      { timeout: 120_000 },
      async (title) => {
        await using browser = await openBrowser(engine);
        const page = await browser.open(`${stage.address}/search?q=${encodeURIComponent(title)}`);
        const [playing] = await page.evaluate<[string, number], [string, number]>(pressAndPlay, `Play ${title}`, 0.3);
        expect(playing).toBe(title);
        for (const target of [seconds - 6, 2, seconds / 2]) {
          stage.site.expireAll();
          const { at, duration } = await page.evaluate<[number], { at: number; duration: number }>(goTo, target);
          expect([at >= target, at <= target + 4, Math.abs(duration - seconds) <= 1]).toEqual([true, true, true]);
        }
      },
    );
  });
}

engines.forEach(testIn);
