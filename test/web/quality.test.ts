import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithParts } from "../real/require-part.ts";
import { makeSampleVideo } from "../real/sample-media.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";
import { bytesObject } from "../upstream/upstream-object.ts";
import { jointFormat } from "../ytdlp/site-stage.ts";
import { TestSite } from "../ytdlp/test-site.ts";
import { openPlayerBrowser, openPlayerStage, type PlayerStage, playingOf, playsBeyond } from "./player-stage.ts";

describeWithParts(["yt-dlp", "ffmpeg", "chromium"], "a film that can be had in two qualities, in Chromium", () => {
  const resources = new AsyncDisposableStack();
  let stage: PlayerStage;

  beforeAll(async () => {
    const folder = resources.use(await createTemporaryFolder("quality"));
    const site = resources.use(await TestSite.start());
    const film = await readFile(join(folder.path, await makeSampleVideo(folder.path)));
    const object = bytesObject(film);
    const formats = [
      { ...jointFormat("18", film.length), object },
      { ...jointFormat("22", film.length, { height: 720, tbr: 1500 }), object },
    ];
    site.put("spring", { title: "Spring tide", formats });
    site.put("neap", { title: "Neap tide", formats });
    const options = new URLSearchParams({
      search: "sluicesearch",
      plugins: join(import.meta.dirname, "../ytdlp/plugin"),
      "allowed-networks": "127.0.0.1/32",
      "extractor-args": `sluicesearch:site=${site.origin}`,
    });
    const films = join(import.meta.dirname, "../../demo/Films");
    const env = { HOME: folder.path, XDG_CACHE_HOME: folder.path };
    const sources = [`films=${films}`, `site=ytdlp:?${options.toString()}`];
    stage = resources.use(await openPlayerStage({ sources, env }));
  });
  afterAll(() => resources.disposeAsync());

  it(
    "plays in the one that is chosen, from where it was, and so do others from then on",
    { timeout: 150_000 },
    async () => {
      await using browser = await openPlayerBrowser();
      const page = await browser.open(`${stage.address}/item/${await stage.idOf("Spring tide")}`);
      const radio = (name: string) => page.getByRole("radiogroup", { name: "Play it as" }).getByRole("radio", { name });
      await page.locator("main").getByRole("button", { name: "Play", exact: true }).click();
      await playsBeyond(page, 1.5, 20_000);
      await expect.poll(() => radio("720p").isChecked(), { timeout: 15_000 }).toBe(true);
      const before = await playingOf(page);
      await radio("360p").check();
      await expect.poll(async () => (await playingOf(page)).url, { timeout: 15_000 }).not.toBe(before.url);
      await playsBeyond(page, before.seconds + 0.5, 15_000);
      const asked: string[] = [];
      page.on("request", (request) => {
        if (request.url().includes("format=")) asked.push(new URL(request.url()).search);
      });
      await page.goto(`${stage.address}/item/${await stage.idOf("Neap tide")}`);
      await expect.poll(() => radio("360p").isChecked(), { timeout: 15_000 }).toBe(true);
      await page.locator("main").getByRole("button", { name: "Play", exact: true }).click();
      await playsBeyond(page, 0.3, 20_000);
      expect(asked.at(-1)).toMatch(/^\?format=/);
      const askedBefore = asked.length;
      await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
      await page.getByRole("button", { name: "Save offline" }).click();
      await page.getByRole("button", { name: /^Saved/ }).waitFor({ timeout: 20_000 });
      expect(asked.length).toBeGreaterThan(askedBefore);
      await page.goto(`${stage.address}/settings`);
      expect(await page.getByLabel("Quality of films").inputValue()).toBe("360");
      await page.getByLabel("Quality of films").selectOption("The best");
      await page.goto(`${stage.address}/item/${await stage.idOf("Spring tide")}`);
      await expect.poll(() => radio("720p").isChecked(), { timeout: 15_000 }).toBe(true);
    },
  );

  it("offers the choice in the full player too", { timeout: 120_000 }, async () => {
    await using browser = await openPlayerBrowser();
    const page = await browser.open(`${stage.address}/item/${await stage.idOf("Spring tide")}`);
    await page.locator("main").getByRole("button", { name: "Play", exact: true }).click();
    await playsBeyond(page, 0.5, 20_000);
    await page.locator(".player-bar").getByRole("button", { name: "Full player", exact: true }).click();
    await page.mouse.move(400, 300);
    await page.getByRole("button", { name: /^Quality: .*720p/ }).click();
    await page.getByRole("button", { name: /360p/ }).click();
    await page.getByRole("button", { name: /^Quality: .*360p/ }).waitFor();
    await playsBeyond(page, 0.8, 15_000);
    // The site has no pictures of its films.
    expect(browser.complaints.filter((complaint) => !complaint.includes("404"))).toEqual([]);
  });
});
