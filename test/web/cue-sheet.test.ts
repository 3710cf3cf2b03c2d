import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { describeWithParts } from "../real/require-part.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";
import { openPlayerBrowser, openPlayerStage, type PlayerStage, playingOf, playsBeyond } from "./player-stage.ts";

const sheet = `TITLE "One take"
FILE "take.flac" WAVE
  TRACK 01 AUDIO
    TITLE "Platform"
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    TITLE "Causeway"
    INDEX 01 00:08:00
  TRACK 03 AUDIO
    TITLE "Ferry"
    INDEX 01 00:12:00
`;

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

/** Machines that run all tests at once take their time. */
function eventually<Value>(ask: () => Value | Promise<Value>): ReturnType<typeof expect.poll> {
  return expect.poll(ask, { timeout: 15_000, interval: 20 });
}

describeWithParts(["chromium"], "an album that is one file and a cue sheet, in Chromium", () => {
  const resources = new AsyncDisposableStack();
  let stage: PlayerStage;

  beforeAll(async () => {
    const { path } = resources.use(await createTemporaryFolder("cue"));
    const demo = join(import.meta.dirname, "../../demo/Music/Tidewater");
    await mkdir(join(path, "Music"));
    await copyFile(join(demo, "03 Nachtzug nach Föhr.flac"), join(path, "Music/take.flac"));
    await writeFile(join(path, "Music/take.cue"), sheet);
    stage = resources.use(await openPlayerStage({ sources: [`music=${join(path, "Music")}`] }));
  });
  afterAll(() => resources.disposeAsync());

  it("plays track by track, without a gap and without fetching it anew", async () => {
    await using browser = await openPlayerBrowser();
    const page = await browser.open(`${stage.address}/playlists`);
    const title = page.locator(".player-bar .bar-title");
    await page.getByRole("link", { name: /One take/ }).click();
    await page.getByRole("button", { name: "Play Causeway" }).click();
    await playsBeyond(page, 8.2, 10_000);
    expect(await title.textContent()).toBe("Causeway");
    expect(await page.getByRole("slider", { name: "Seek" }).getAttribute("max")).toBe("4");
    const { url, seconds } = await playingOf(page);
    expect(seconds).toBeLessThan(11);
    await eventually(() => title.textContent()).toBe("Ferry");
    const after = await playingOf(page);
    expect(after.url).toBe(url);
    expect(after.seconds).toBeGreaterThan(11.8);
    expect(after.seconds).toBeLessThan(12.8);
    await playsBeyond(page, after.seconds + 0.5, 5_000);
    // Each of the lines is a place of its own, of which one plays.
    await page.getByRole("button", { name: "Pause Ferry" }).waitFor();
    await page.getByRole("button", { name: "Play Platform" }).waitFor();
    await page.keyboard.press("Shift+P");
    await eventually(() => title.textContent()).toBe("Causeway");
    // The queue is written down a moment after it has changed.
    await page.waitForTimeout(600);
    await page.reload();
    await eventually(() => title.textContent()).toBe("Causeway");
    expect(browser.complaints).toEqual([]);
  });
});
