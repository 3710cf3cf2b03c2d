import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { describeWithParts } from "../real/require-part.ts";
import { openPlayerBrowser, openPlayerStage, type PlayerBrowser, type PlayerStage, playingOf } from "./player-stage.ts";

describeWithParts(["chromium"], "the player in Chromium", () => {
  let stage: PlayerStage;
  let browser: PlayerBrowser;

  beforeAll(async () => {
    stage = await openPlayerStage();
  });
  afterAll(() => stage[Symbol.asyncDispose]());
  beforeEach(async () => {
    browser = await openPlayerBrowser();
  });
  afterEach(() => browser[Symbol.asyncDispose]());

  async function plays(page: Page, beyondSeconds: number): Promise<void> {
    await expect.poll(async () => (await playingOf(page)).seconds, { timeout: 8_000 }).toBeGreaterThan(beyondSeconds);
    expect((await playingOf(page)).paused).toBe(false);
  }

  it("finds as one types, plays, seeks by keys, and goes on to the next", async () => {
    const page = await browser.open(stage.address);
    await page.getByRole("heading", { name: /^Good/ }).waitFor();
    await page.keyboard.press("/");
    await page.waitForURL("**/search");
    await expect.poll(() => page.evaluate("document.activeElement?.id")).toBe("search");
    await page.keyboard.type("low wat");
    await page.getByRole("option", { name: /Low Water/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Play Low Water" }).click();
    await plays(page, 0.3);
    await page.getByRole("slider", { name: "Seek" }).focus();
    await page.keyboard.press("PageUp");
    await page.keyboard.press("PageDown");
    for (let press = 0; press < 4; press += 1) await page.keyboard.press("ArrowRight");
    await plays(page, 19);
    expect(await page.getByRole("slider", { name: "Seek" }).getAttribute("aria-valuetext")).toMatch(
      /^2\d seconds of 44 seconds$/,
    );
    expect(await page.title()).toContain("low wat");
    expect(browser.complaints).toEqual([]);
  });

  it("keeps the queue and the place over a reload", async () => {
    const page = await browser.open(await stage.albumAddress("Tidewater"));
    await page.locator("main").getByRole("button", { name: "Play", exact: true }).click();
    await plays(page, 0.3);
    await page.getByRole("slider", { name: "Seek" }).fill("12");
    await page.getByRole("slider", { name: "Seek" }).blur();
    await plays(page, 12);
    await page.keyboard.press("Shift+N");
    await expect.poll(() => page.locator(".player-bar .bar-title").textContent()).toBe("Harbour Lights");
    await page.keyboard.press("k");
    await page.waitForTimeout(600);
    await page.reload();
    await expect.poll(() => page.locator(".player-bar .bar-title").textContent()).toBe("Harbour Lights");
    await page.getByRole("button", { name: "Queue", exact: true }).click();
    await expect
      .poll(() => page.locator(".queue-row .row-title").allTextContents())
      .toEqual(["Low Water", "Harbour Lights", "Nachtzug nach Föhr", "Salt & Starlight", "Morning on the Flats"]);
  });

  it("moves queued items by the arrow keys, and takes a removal back", async () => {
    const page = await browser.open(await stage.albumAddress("Tidewater"));
    await page.locator("main").getByRole("button", { name: "Play", exact: true }).click();
    await page.getByRole("button", { name: "Queue", exact: true }).click();
    const titles = page.locator(".queue-row .row-title");
    await page.getByRole("button", { name: /^Move Low Water/ }).focus();
    await page.keyboard.press("ArrowDown");
    await expect
      .poll(async () => (await titles.allTextContents()).slice(0, 2))
      .toEqual(["Harbour Lights", "Low Water"]);
    expect(await page.getByRole("status").textContent()).toContain("Moved to place 2 of 5");
    await page.getByRole("button", { name: "Remove Low Water from the queue" }).click();
    await expect.poll(() => titles.count()).toBe(4);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => titles.count()).toBe(5);
  });

  it("plays a playlist of a source from one of its lines on", async () => {
    const page = await browser.open(`${stage.address}/playlists`);
    await page.getByRole("link", { name: /Tidewater/ }).click();
    await page.getByRole("button", { name: "Play Salt & Starlight" }).click();
    await plays(page, 0.3);
    expect(await page.locator(".player-bar .bar-title").textContent()).toBe("Salt & Starlight");
  });

  it("opens an item at a time", async () => {
    const page = await browser.open(`${stage.address}/item/${await stage.idOf("Low Water")}?t=20`);
    await page.getByRole("button", { name: "Play from 0:20" }).click();
    await plays(page, 20);
  });

  it("shows a film in the corner and all over, with controls that a strict policy lets through", async () => {
    const page = await browser.open(`${stage.address}/item/${await stage.idOf("Aurora over the fjord")}`);
    await page.locator("main").getByRole("button", { name: "Play", exact: true }).click();
    await plays(page, 0.3);
    expect(await page.locator(".stage").getAttribute("data-place")).toBe("corner");
    await page.locator(".player-bar").getByRole("button", { name: "Full player", exact: true }).click();
    await page.mouse.move(300, 300);
    const button = page.locator("media-play-button");
    await button.waitFor({ state: "visible" });
    // An element without its styles would be inline, and without a size.
    expect(await page.evaluate("getComputedStyle(document.querySelector('media-play-button')).display")).toContain(
      "flex",
    );
    const before = (await playingOf(page)).seconds;
    await plays(page, before + 0.3);
    expect(await page.locator("video[data-active=true] track").count()).toBe(1);
    expect(browser.complaints).toEqual([]);
  });

  it("goes on playing when one goes elsewhere, and never loses the focus", async () => {
    const page = await browser.open(`${stage.address}/item/${await stage.idOf("Low Water")}`);
    await page.locator("main").getByRole("button", { name: "Play", exact: true }).click();
    await plays(page, 0.2);
    for (const name of ["Albums", "Artists", "Folders", "Settings", "Home"]) {
      await page
        .getByRole("navigation", { name: "Main", exact: true })
        .getByRole("link", { name, exact: true })
        .click();
      await expect.poll(() => page.evaluate("document.activeElement?.tagName")).toBe("H1");
    }
    const { seconds } = await playingOf(page);
    await plays(page, seconds + 0.2);
  });

  it("tells of a server that is gone, and comes back with it", async () => {
    const page = await browser.open(stage.address);
    await page.getByText("New music").waitFor();
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    await stage.kill();
    try {
      await page.getByRole("navigation", { name: "Main", exact: true }).getByRole("link", { name: "Albums" }).click();
      await page.getByText("The server is out of reach").waitFor();
    } finally {
      await stage.start();
    }
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("link", { name: /Tidewater/ }).waitFor();
  });

  it("saves, and with the server killed starts cold, finds, plays and seeks", async () => {
    const id = await stage.idOf("Low Water");
    const page = await browser.open(`${stage.address}/item/${id}`);
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    await page.getByRole("button", { name: "Save offline" }).click();
    await page.getByRole("button", { name: /^Saved/ }).waitFor();
    await page.close();
    await stage.kill();
    try {
      const startedAt = performance.now();
      const cold = await browser.open(`${stage.address}/yours/saved`);
      await cold.getByRole("button", { name: "Play Low Water" }).click();
      expect(performance.now() - startedAt, "milliseconds to a usable page").toBeLessThan(3_000);
      await plays(cold, 0.2);
      expect((await playingOf(cold)).url).toBe(`${stage.address}/saved/${id}`);
      for (const seconds of [30, 5, 40, 1, 22]) {
        await cold.getByRole("slider", { name: "Seek" }).fill(String(seconds));
        await cold.getByRole("slider", { name: "Seek" }).blur();
        await expect.poll(async () => Math.floor((await playingOf(cold)).seconds)).toBeGreaterThanOrEqual(seconds);
        expect((await playingOf(cold)).seconds).toBeLessThan(seconds + 3);
      }
    } finally {
      await stage.start();
    }
  });

  it("keeps likes, and takes them along in a file", async () => {
    const page = await browser.open(`${stage.address}/item/${await stage.idOf("Low Water")}`);
    await page.getByRole("button", { name: "Like Low Water" }).first().click();
    await page.goto(`${stage.address}/yours/likes`);
    await page.getByRole("link", { name: "Low Water" }).waitFor();
    await page.goto(`${stage.address}/settings`);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export" }).click(),
    ]);
    const file = await download.path();
    await page.getByRole("button", { name: "Forget…" }).click();
    await page.getByRole("button", { name: "Forget everything", exact: true }).click();
    await page.waitForURL(`${stage.address}/`);
    await page.goto(`${stage.address}/yours/likes`);
    await page.getByText("No likes yet").waitFor();
    await page.goto(`${stage.address}/settings`);
    await page.getByLabel("File to import").setInputFiles(file);
    await page.getByText("Imported.").first().waitFor();
    await page.goto(`${stage.address}/yours/likes`);
    await page.getByRole("link", { name: "Low Water" }).waitFor();
  });
});
