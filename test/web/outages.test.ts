import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeMedia, tone } from "../library/make-media.ts";
import { describeWithParts } from "../real/require-part.ts";
import { createTemporaryFolder, type TemporaryFolder } from "../real/temporary-folder.ts";
import { type Outage, startOutageProxy } from "./outage-proxy.ts";
import { openPlayerBrowser, openPlayerStage, type PlayerStage, playingOf, playsBeyond } from "./player-stage.ts";

const outageMs = 30_000;

describeWithParts(["chromium", "ffmpeg"], "while something plays", () => {
  let folder: TemporaryFolder;
  let stage: PlayerStage;

  beforeAll(async () => {
    folder = await createTemporaryFolder("outages");
    // Uncompressed, 1.5 MB a second: browser and sockets together hold no half a minute of it.
    const coding = ["-ac", "2", "-ar", "192000", "-c:a", "pcm_f32le"];
    await makeMedia(join(folder.path, "Long tone.wav"), ...tone, "-t", "75", ...coding);
    stage = await openPlayerStage({ sources: [`long=${folder.path}`] });
  });
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  /** Opens the item and plays it; the page carries a mark that a reload would wipe away. */
  async function playLongTone(page: Page, address: string): Promise<void> {
    await page.goto(`${address}/item/${await stage.idOf("Long tone")}`);
    await page.evaluate("void (globalThis.isSamePage = true)");
    await page.locator("main").getByRole("button", { name: "Play", exact: true }).click();
    await playsBeyond(page, 2);
  }

  /** It plays what had not come before, in the same page, and nobody pressed anything. */
  async function goesOn(page: Page, stalledAt: number): Promise<void> {
    await playsBeyond(page, stalledAt + 2, 45_000);
    expect(await page.evaluate("globalThis.isSamePage")).toBe(true);
  }

  it.each(["reset", "silent"] satisfies Outage[])(
    "the connection is out for 30 s (%s), and it goes on by itself",
    { timeout: 120_000 },
    async (outage) => {
      await using proxy = await startOutageProxy(stage.address);
      await using browser = await openPlayerBrowser();
      const page = await browser.context.newPage();
      await playLongTone(page, proxy.address);
      proxy.begin(outage);
      const begunAt = (await playingOf(page)).seconds;
      await page.waitForTimeout(outageMs);
      const stalledAt = (await playingOf(page)).seconds;
      expect(stalledAt - begunAt, "seconds that were held").toBeLessThan(outageMs / 1000 - 2);
      proxy.end();
      const endedAt = performance.now();
      await goesOn(page, stalledAt);
      const seconds = (performance.now() - endedAt) / 1000;
      console.log(`${outage}: stood at ${stalledAt.toFixed(1)} s, plays beyond again ${seconds.toFixed(1)} s after`);
    },
  );

  it("the server is killed and started again, and it goes on by itself", { timeout: 120_000 }, async () => {
    await using browser = await openPlayerBrowser();
    const page = await browser.context.newPage();
    await playLongTone(page, stage.address);
    await stage.kill();
    // Until what was held is over: it is heard that the server was away.
    let stalledAt = -1;
    for (let at = 0; at > stalledAt; at = (await playingOf(page)).seconds) {
      stalledAt = at;
      await page.waitForTimeout(1_000);
    }
    await stage.start();
    const startedAt = performance.now();
    await goesOn(page, stalledAt);
    console.log(`restart: plays beyond again ${((performance.now() - startedAt) / 1000).toFixed(1)} s after`);
  });
});
