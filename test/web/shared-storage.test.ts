import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { describeWithParts } from "../real/require-part.ts";
import {
  openPlayerBrowser,
  openPlayerStage,
  type PlayerBrowser,
  type PlayerStage,
  playingOf,
  playsBeyond,
} from "./player-stage.ts";

describeWithParts(["chromium"], "what a browser keeps for the player", () => {
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

  it("is one for two tabs: one plays at a time, and what one keeps the other shows", async () => {
    const address = await stage.albumAddress("Tidewater");
    const first = await browser.open(address);
    await first.evaluate("navigator.serviceWorker.ready.then(() => true)");
    const second = await browser.open(address);
    await first.getByRole("button", { name: "Play Low Water", exact: true }).click();
    await playsBeyond(first, 0.3);
    await second.getByRole("button", { name: "Play Harbour Lights", exact: true }).click();
    await playsBeyond(second, 0.3);
    await expect.poll(async () => (await playingOf(first)).paused).toBe(true);
    expect(await first.locator(".bar-title").textContent()).toBe("Low Water");

    await first.locator("main").getByRole("button", { name: "Like Low Water" }).click();
    await second
      .locator("main")
      .getByRole("button", { name: /Low Water/, pressed: true })
      .waitFor();

    // Both at once: one of them fetches, the other waits for it.
    await Promise.all([first, second].map((page) => page.getByRole("button", { name: "Save offline" }).click()));
    await Promise.all([first, second].map((page) => page.getByRole("button", { name: /^Saved/ }).waitFor()));
    const pieces = await first.evaluate<number>(`(async () => {
      const root = await (await navigator.storage.getDirectory()).getDirectoryHandle("sluice-saved");
      let folders = 0;
      for await (const name of root.keys()) folders += 1;
      return folders;
    })()`);
    expect(pieces).toBe(5);
    await second.getByRole("button", { name: /^Saved/ }).click();
    await first.getByRole("button", { name: "Save offline" }).waitFor();
    expect(browser.complaints).toEqual([]);
  });

  it("may be cleared away while it plays: that is told, the item plays on from the server, and the next start is a clean one", async () => {
    const id = await stage.idOf("Low Water");
    const page = await browser.open(`${stage.address}/item/${id}`);
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    await page.getByRole("button", { name: "Save offline" }).click();
    await page.getByRole("button", { name: /^Saved/ }).waitFor();
    await page.goto(`${stage.address}/yours/saved`);
    await page.getByRole("button", { name: "Play Low Water" }).click();
    await playsBeyond(page, 0.3);
    expect((await playingOf(page)).url).toBe(`${stage.address}/saved/${id}`);
    const cdp = await browser.context.newCDPSession(page);
    await cdp.send("Storage.clearDataForOrigin", { origin: stage.address, storageTypes: "all" });
    // What the element holds goes on; a seek asks for what is gone.
    for (const seconds of [30, 5, 40]) {
      const slider = page.locator(".player-bar").getByRole("slider", { name: "Seek" });
      await slider.fill(String(seconds));
      await slider.blur();
      await playsBeyond(page, seconds);
    }
    await page.reload();
    await page.getByText("Nothing saved yet").waitFor();
    await page.goto(`${stage.address}/item/${id}`);
    await page.locator("main").getByRole("button", { name: /^Play/ }).first().click();
    await playsBeyond(page, 0.3);
    expect((await playingOf(page)).url).toContain("/stream/");
  });

  it("may lose one item's pieces alone: the item says so, and plays from the server", async () => {
    const id = await stage.idOf("Low Water");
    const page = await browser.open(`${stage.address}/item/${id}`);
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    await page.getByRole("button", { name: "Save offline" }).click();
    await page.getByRole("button", { name: /^Saved/ }).waitFor();
    await page.evaluate(
      `navigator.storage.getDirectory().then((root) => root.removeEntry("sluice-saved", { recursive: true }))`,
    );
    await page.locator("main").getByRole("button", { name: "Play", exact: true }).click();
    await playsBeyond(page, 0.3);
    expect((await playingOf(page)).url).toContain("/stream/");
    await page.goto(`${stage.address}/yours/saved`);
    await page.getByText("The browser has cleared it away. Save it again.").waitFor();
    await page.getByRole("button", { name: "Go on saving Low Water" }).click();
    await page.getByText(/^On this device/).waitFor();
  });
});
