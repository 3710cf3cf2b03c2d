import { afterAll, beforeAll, expect, it } from "vitest";
import { openBrowser } from "../real/browser.ts";
import { describeWithParts } from "../real/require-part.ts";
import { headingOf, pressAndPlay } from "./in-any-browser.ts";
import { openPlayerStage, type PlayerStage } from "./player-stage.ts";

for (const engine of ["firefox", "webkit"] as const) {
  describeWithParts([engine], `the player in ${engine}`, () => {
    let stage: PlayerStage;

    beforeAll(async () => {
      stage = await openPlayerStage();
    });
    afterAll(() => stage[Symbol.asyncDispose]());

    it("plays a track of an album", async () => {
      await using browser = await openBrowser(engine);
      const album = await browser.open(await stage.albumAddress("Tidewater"));
      expect(await album.evaluate(pressAndPlay, "Play Low Water", 0.3)).toEqual(["Low Water", 0]);
    });

    it("plays an item from a time in the middle", async () => {
      await using browser = await openBrowser(engine);
      const item = await browser.open(`${stage.address}/item/${await stage.idOf("Harbour Lights")}?t=20`);
      expect(await item.evaluate(pressAndPlay, "Play from 0:20", 20.2)).toEqual(["Harbour Lights", 20]);
    });

    it("opens again and again, with the worker and before it is there", { timeout: 180_000 }, async () => {
      await using browser = await openBrowser(engine);
      for (const path of [
        "/",
        "/albums",
        "/",
        "/search",
        "/settings",
        "/",
        "/artists",
        "/folders",
        "/yours/saved",
        "/",
      ]) {
        const page = await browser.open(stage.address + path);
        expect(await page.evaluate(headingOf), path).not.toContain("No heading");
      }
    });
  });
}
