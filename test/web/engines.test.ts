import { afterAll, beforeAll, expect, it } from "vitest";
import { openBrowser } from "../real/browser.ts";
import { describeWithParts } from "../real/require-part.ts";
import { openPlayerStage, type PlayerStage } from "./player-stage.ts";

/** Presses the button of that name as soon as it is there, then waits until what plays has come so far. */
const pressAndPlay = `
  const [name, beyondSeconds] = args;
  const deadline = performance.now() + 15000;
  const until = async (ask) => {
    for (;;) {
      const answer = ask();
      if (answer) return answer;
      if (performance.now() > deadline) {
        const media = document.querySelector("video[data-active=true]");
        throw new Error("Waited in vain; media: " + [media?.currentTime, media?.paused, media?.error?.message, media?.currentSrc, document.querySelector(".bar-detail")?.textContent].join(" | "));
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const button = await until(() => Array.from(document.querySelectorAll("main button")).find((each) => each.ariaLabel === name || each.textContent.trim() === name));
  // A machine without a sound card fails what sounds in Firefox; WebKit lets a script begin only what is silent.
  document.querySelector("[aria-label=Mute]")?.click();
  button.click();
  const media = await until(() => document.querySelector("video[data-active=true]"));
  await until(() => media.currentTime > beyondSeconds && !media.paused);
  return [document.querySelector(".bar-title").textContent, Math.floor(media.currentTime)];
`;

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
  });
}
