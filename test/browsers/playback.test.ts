import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Browser, engines, openBrowser, type Page } from "../real/browser.ts";
import { demoSources, type DemoServer, demoUrl, listDemoFiles, startDemoServer } from "../real/demo-server.ts";
import { canPlayInPage, decodeImageInPage } from "../real/in-page/media-support-in-page.ts";
import { playAndSeek } from "../real/play-and-seek.ts";
import { describeWithParts } from "../real/require-part.ts";

const files = await listDemoFiles();

describeWithParts(["ceph-rgw"], "the demo library, through the real server", () => {
  const resources = new AsyncDisposableStack();
  let server: DemoServer;

  beforeAll(async () => {
    server = resources.use(await startDemoServer());
  });
  afterAll(() => resources.disposeAsync());

  for (const engine of engines) {
    describeWithParts([engine], `in ${engine}`, () => {
      let browser: Browser;
      let page: Page;
      const unsupported: string[] = [];

      beforeAll(async () => {
        browser = await openBrowser(engine);
        page = await browser.open(`${server.address}/files`);
      });
      afterAll(() => browser[Symbol.asyncDispose]());

      describe.each(demoSources)("from %s", (source) => {
        it.each(files.filter(({ kind }) => kind !== "image"))(
          "plays $key, seeks near its end, and back",
          async ({ key, kind, mediaType }) => {
            const element = kind === "video" ? "video" : "audio";
            if (!(await page.evaluate(canPlayInPage, element, mediaType))) {
              unsupported.push(`${source}: ${mediaType}`);
              return;
            }
            const timings = await playAndSeek(page, { kind: element, url: demoUrl(server, source, key) });
            expect(timings.durationSeconds).toBeGreaterThan(5);
          },
        );

        it.each(files.filter(({ kind }) => kind === "image"))("shows $key", async ({ key }) => {
          const width = await page.evaluate(decodeImageInPage, demoUrl(server, source, key));
          expect(width).toBeGreaterThan(100);
        });
      });

      it("supports at least MP4, MP3, M4A and FLAC itself", () => {
        const everywhere = ["video/mp4", "audio/mpeg", "audio/mp4", "audio/flac"];
        expect(unsupported.filter((entry) => everywhere.some((type) => entry.endsWith(type)))).toEqual([]);
      });
    });
  }
});
