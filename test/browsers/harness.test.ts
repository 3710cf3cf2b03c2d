import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Browser, engines, openBrowser, type Page } from "../real/browser.ts";
import { playAndSeek } from "../real/play-and-seek.ts";
import { describeWithParts } from "../real/require-part.ts";
import { makeSampleVideo, sampleDurationSeconds } from "../real/sample-media.ts";
import { startStaticServer } from "../real/static-server.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";

// The harness itself, against a server that is not ours: where this fails, the engine or the harness is at fault.
for (const engine of engines) {
  describeWithParts(["ffmpeg", engine], `the harness in ${engine}`, () => {
    const resources = new AsyncDisposableStack();
    let folder: string;
    let address: string;
    let browser: Browser;
    let page: Page;

    beforeAll(async () => {
      folder = resources.use(await createTemporaryFolder("harness")).path;
      await Promise.all([makeSampleVideo(folder), makeSampleVideo(folder, { moov: "last" })]);
      writeFileSync(join(folder, "broken.mp4"), "This is no video.");
      address = resources.use(await startStaticServer(folder)).address;
      browser = resources.use(await openBrowser(engine));
      page = await browser.open(`${address}/`);
    });

    afterAll(() => resources.disposeAsync());

    it("evaluates functions and bodies, and hands errors over", async () => {
      expect(await page.evaluate((a, b) => Promise.resolve([a + b, "ü"]), 1, 2)).toEqual([3, "ü"]);
      expect(await page.evaluate("return [document.title, args[0].x];", { x: 1 })).toEqual(["Empty page", 1]);
      await expect(page.evaluate("await null; throw new Error('from the page');")).rejects.toThrow("from the page");
    });

    it.each(["first", "last"])("plays and seeks an MP4 whose index comes %s", async (moov) => {
      const timings = await playAndSeek(page, {
        kind: "video",
        url: `${address}/sample-moov-${moov}.mp4`,
        durationSeconds: sampleDurationSeconds,
      });
      expect(timings).toMatchObject({ videoWidth: 320, videoHeight: 180 });
    });

    it("says why something does not play", async () => {
      for (const url of [`${address}/broken.mp4`, `${address}/missing.mp4`]) {
        await expect(playAndSeek(page, { kind: "video", url })).rejects.toThrow(/^metadata: media error 4: /);
      }
    });

    it("notices a wrong duration", async () => {
      const url = `${address}/sample-moov-first.mp4`;
      await expect(playAndSeek(page, { kind: "video", url, durationSeconds: 30 })).rejects.toThrow(/^Duration is 20/);
    });

    it("takes a screenshot", async () => {
      const path = join(folder, "page.png");
      await page.screenshot(path);
      expect(statSync(path).size).toBeGreaterThan(500);
    });
  });
}
