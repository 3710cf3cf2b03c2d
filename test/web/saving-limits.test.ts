import { truncate } from "node:fs/promises";
import { join } from "node:path";
import type { CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithParts } from "../real/require-part.ts";
import { makeSampleVideo } from "../real/sample-media.ts";
import { createTemporaryFolder, type TemporaryFolder } from "../real/temporary-folder.ts";
import {
  openPlayerBrowser,
  openPlayerStage,
  type PlayerBrowser,
  type PlayerStage,
  playsBeyond,
} from "./player-stage.ts";

const longTitle = "sample-moov-first";
const shortTitle = "sample-moov-last";
const longBytes = 2 * 1024 ** 3;

/** Names and sizes of all files of saved media that lie in the origin's private file system. */
const listPieces = `(async () => {
  const found = [];
  const walk = async (folder, path) => {
    for await (const [name, handle] of folder.entries()) {
      if (handle.kind === "directory") await walk(handle, path + name + "/");
      else found.push(path + name + " " + (await handle.getFile()).size);
    }
  };
  await walk(await navigator.storage.getDirectory(), "");
  return found;
})()`;

// Over a profile on the disk: in a private window Chromium keeps everything in memory.
describeWithParts(["chromium", "ffmpeg"], "saving a film of 2 GiB where there is no room for it", () => {
  let folder: TemporaryFolder;
  let stage: PlayerStage;

  beforeAll(async () => {
    folder = await createTemporaryFolder("films");
    const name = await makeSampleVideo(folder.path);
    await makeSampleVideo(folder.path, { moov: "last" });
    // Its zeros take no room on the disk.
    await truncate(join(folder.path, name), longBytes);
    stage = await openPlayerStage({ sources: [`films=${folder.path}`] });
  });
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  async function openItem(browser: PlayerBrowser, title: string): Promise<{ page: Page; cdp: CDPSession }> {
    const page = await browser.open(`${stage.address}/item/${await stage.idOf(title)}`);
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    return { page, cdp: await browser.context.newCDPSession(page) };
  }

  async function saveShortFilm(page: Page): Promise<void> {
    await page.goto(`${stage.address}/item/${await stage.idOf(shortTitle)}`);
    await page.getByRole("button", { name: "Save offline" }).click();
    await page.getByRole("button", { name: /^Saved/ }).waitFor();
  }

  it("is told before, leaves nothing over, and what fits is still saved", async () => {
    await using profile = await createTemporaryFolder("profile");
    await using browser = await openPlayerBrowser({ profile: profile.path });
    const { page, cdp } = await openItem(browser, longTitle);
    await cdp.send("Storage.overrideQuotaForOrigin", { origin: stage.address, quotaSize: 500_000_000 });
    await page.getByRole("button", { name: "Save offline" }).click();
    await page
      .getByText(/^Not enough room: 2\.1 GB needed, and the browser gives less\. Nothing was saved\.$/)
      .first()
      .waitFor();
    expect(await page.evaluate(listPieces)).toEqual([]);
    await page.goto(`${stage.address}/yours/saved`);
    await page.getByText("Nothing saved yet").waitFor();
    await saveShortFilm(page);
    await page.locator("main").getByRole("button", { name: "Play", exact: true }).click();
    await playsBeyond(page, 0.5);
    expect(browser.complaints).toEqual([]);
  });

  it(
    "is told when the room is gone in the middle, and drops what had come, but nothing that was safe",
    { timeout: 90_000 },
    async () => {
      await using profile = await createTemporaryFolder("profile");
      await using browser = await openPlayerBrowser({ profile: profile.path });
      const { page, cdp } = await openItem(browser, longTitle);
      await saveShortFilm(page);
      const pieces = await page.evaluate<string[]>(listPieces);
      await page.goto(`${stage.address}/item/${await stage.idOf(longTitle)}`);
      await page.getByRole("button", { name: "Save offline" }).click();
      await expect
        .poll(async () => (await page.evaluate<string[]>(listPieces)).length, { timeout: 20_000 })
        .toBeGreaterThan(pieces.length + 5);
      // As a disk that something else has filled.
      await cdp.send("Storage.overrideQuotaForOrigin", { origin: stage.address, quotaSize: 1_000_000 });
      await page.goto(`${stage.address}/yours/saved`);
      await page
        .getByText("There is no room left for it on this device.")
        .or(page.getByText(/^It needs .+ gives less\.$/))
        .waitFor();
      await expect.poll(() => page.evaluate<string[]>(listPieces)).toEqual(pieces);
      await page.getByRole("button", { name: `Play ${shortTitle}` }).click();
      await playsBeyond(page, 0.5);
    },
  );
});
