import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithParts } from "../real/require-part.ts";
import { openPlayerBrowser, openPlayerStage, type PlayerStage, playsBeyond } from "./player-stage.ts";

/** The bar is 100 ms on a machine that does nothing else. Neighbours are allowed for: what is lost to them is no fault of the player. */
const toleratedMs = 300;

/**
 * From the input to what is heard. The element's clock moves when the sound does: what it shows at the first look after that is taken
 * off again.
 */
const recorder = `(() => {
  let inputAt = 0;
  let from = 0;
  const note = (event) => (inputAt = event.timeStamp);
  addEventListener("click", note, true);
  addEventListener("pointerup", note, true);
  globalThis.untilHeard = async (isThere) => {
    inputAt = 0;
    const deadline = performance.now() + 8000;
    for (;;) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const element = document.querySelector("video[data-active=true]");
      if (inputAt > 0 && element !== null && isThere(element) && !element.seeking && !element.paused) {
        const start = element.currentTime;
        while (element.currentTime === start && !element.ended) await new Promise((resolve) => setTimeout(resolve, 1));
        return performance.now() - inputAt - 1000 * (element.currentTime - start);
      }
      if (performance.now() > deadline) throw new Error("Not heard: " + element?.currentSrc + " at " + element?.currentTime);
    }
  };
})()`;

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function describeTimes(name: string, values: readonly number[]): string {
  return `${name}: median ${median(values).toFixed(0)} ms, slowest ${Math.max(...values).toFixed(0)} ms of ${values.length}`;
}

describeWithParts(["chromium"], "from the hand to the ear", () => {
  let stage: PlayerStage;

  beforeAll(async () => {
    stage = await openPlayerStage();
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  /** What is heard must be another address than before. */
  async function clickToSound(page: Page, title: string): Promise<number> {
    const heard = page.evaluate<number>(`(() => {
      const before = document.querySelector("video[data-active=true]")?.currentSrc;
      return untilHeard((element) => element.currentSrc !== before && element.currentSrc !== "");
    })()`);
    await page.getByRole("button", { name: `Play ${title}`, exact: true }).click();
    return await heard;
  }

  async function seekToSound(page: Page, part: number): Promise<number> {
    const slider = page.locator(".player-bar").getByRole("slider", { name: "Seek" });
    const box = await slider.boundingBox();
    const heard = page.evaluate<number>(`(() => {
      const element = document.querySelector("video[data-active=true]");
      const target = element.duration * ${part};
      return untilHeard(({ currentTime }) => Math.abs(currentTime - target) < 3);
    })()`);
    await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) * part, (box?.y ?? 0) + (box?.height ?? 0) / 2);
    return await heard;
  }

  it("a local track that was played before sounds at once, and is sought in at once", { retry: 2 }, async () => {
    await using browser = await openPlayerBrowser();
    const page = await browser.open(await stage.albumAddress("Tidewater"));
    await page.evaluate(recorder);
    const tracks = ["Low Water", "Harbour Lights", "Nachtzug nach Föhr"];
    for (const title of tracks) await clickToSound(page, title);
    const clicks: number[] = [];
    for (const title of [...tracks, ...tracks, ...tracks]) {
      clicks.push(await clickToSound(page, title));
      await playsBeyond(page, 0.3);
    }
    const seeks: number[] = [];
    await clickToSound(page, "Low Water");
    for (const part of [0.7, 0.2, 0.6, 0.1, 0.8, 0.4]) seeks.push(await seekToSound(page, part));
    console.log(describeTimes("click to sound", clicks));
    console.log(describeTimes("seek to sound", seeks));
    expect(median(clicks)).toBeLessThan(toleratedMs);
    expect(median(seeks)).toBeLessThan(toleratedMs);
  });
});
