import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openBrowser } from "../real/browser.ts";
import { describeWithParts } from "../real/require-part.ts";
import { pressAndPlay } from "./in-any-browser.ts";
import { openPlayerBrowser, type PlayerStage, playingOf, playsBeyond } from "./player-stage.ts";
import { itemsOfSources, openSourcesStage } from "./sources-stage.ts";

const parts = ["ceph-rgw", "yt-dlp", "ffmpeg"] as const;

describeWithParts([...parts, "chromium"], "a folder, a bucket and a site, in Chromium", () => {
  let stage: PlayerStage;

  beforeAll(async () => {
    stage = await openSourcesStage();
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  const titleInBar = (page: Page): Promise<string | null> => page.locator(".player-bar .bar-title").textContent();

  it(
    "are one search, one queue, one history, and all of it plays without a network",
    { timeout: 180_000 },
    async () => {
      await using browser = await openPlayerBrowser();
      const page = await browser.open(`${stage.address}/search`);
      await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
      await page.locator("#search").fill("tide");
      for (const { source, title } of itemsOfSources) {
        await page.locator("main").getByRole("link", { name: title, exact: true }).waitFor({ timeout: 20_000 });
        await page.getByRole("list", { name: "Sources searched" }).getByText(`${source}:`).waitFor();
      }
      for (const [index, { title }] of itemsOfSources.entries()) {
        // From the search to the item's page, and into the queue: the first at once, the others after it.
        await page.goto(`${stage.address}/search?q=tide`);
        await page.locator("main").getByRole("link", { name: title, exact: true }).click();
        await page.getByRole("heading", { level: 1, name: title }).waitFor();
        if (index === 0) {
          await page.locator("main").getByRole("button", { name: "Play", exact: true }).click();
          await playsBeyond(page, 0.2, 20_000);
          await page.keyboard.press("k");
        } else {
          await page
            .locator("main")
            .getByRole("button", { name: `More for ${title}` })
            .first()
            .click();
          await page.getByText("Play later", { exact: true }).click();
        }
        await page.getByRole("button", { name: "Save offline" }).click();
        await page.getByRole("button", { name: /^Saved/ }).waitFor({ timeout: 20_000 });
      }
      for (const { title } of itemsOfSources) {
        await expect.poll(() => titleInBar(page)).toBe(title);
        if ((await playingOf(page)).paused) await page.keyboard.press("k");
        await playsBeyond(page, 0.2, 20_000);
        await seekTo(page, 12);
        await seekTo(page, 3);
        await page.keyboard.press("Shift+N");
      }

      await stage.kill();
      try {
        await page.goto(`${stage.address}/yours/saved`);
        for (const { title } of itemsOfSources) {
          await page.getByRole("button", { name: `Play ${title}`, exact: true }).click();
          await playsBeyond(page, 0.2);
          expect((await playingOf(page)).url).toContain("/saved/");
          await seekTo(page, 14);
        }
      } finally {
        await stage.start();
      }
    },
  );

  it("are browsed as they lie, as far as they can be", async () => {
    await using browser = await openPlayerBrowser();
    const page = await browser.open(`${stage.address}/folders`);
    await page.getByRole("link", { name: /^bucket/ }).click();
    await page.getByRole("link", { name: "Tidewater" }).click();
    await page.getByRole("button", { name: "Play Harbour Lights" }).click();
    await playsBeyond(page, 0.3, 20_000);
    await page.goto(`${stage.address}/folders/site`);
    await page.getByRole("heading", { level: 1 }).waitFor({ state: "attached" });
    expect(await page.locator("main").textContent()).not.toContain("out of reach");
  });
});

async function seekTo(page: Page, seconds: number): Promise<void> {
  const slider = page.locator(".player-bar").getByRole("slider", { name: "Seek" });
  await slider.fill(String(seconds));
  await slider.blur();
  await playsBeyond(page, seconds, 20_000);
  expect((await playingOf(page)).seconds).toBeLessThan(seconds + 5);
}

for (const engine of ["firefox", "webkit"] as const) {
  describeWithParts([...parts, engine], `a folder, a bucket and a site, in ${engine}`, () => {
    let stage: PlayerStage;

    beforeAll(async () => {
      stage = await openSourcesStage();
    });
    afterAll(() => stage[Symbol.asyncDispose]());

    it("are found and played", { timeout: 180_000 }, async () => {
      await using browser = await openBrowser(engine);
      for (const { title } of itemsOfSources) {
        const page = await browser.open(`${stage.address}/search?q=tide`);
        expect((await page.evaluate<[string, number], [string, number]>(pressAndPlay, `Play ${title}`, 0.3))[0]).toBe(
          title,
        );
      }
    });
  });
}
