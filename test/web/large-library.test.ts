import { link } from "node:fs/promises";
import { join } from "node:path";
import type { CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeMedia, tone } from "../library/make-media.ts";
import { describeWithParts } from "../real/require-part.ts";
import { startStaticServer } from "../real/static-server.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";
import { fillLargeLibrary, titleOf } from "./large-library.ts";
import { openPlayerBrowser, openPlayerStage, type PlayerStage } from "./player-stage.ts";

const items = 100_000;
const playlistEntries = 10_000;
const shortTracks = 50;
/** The bar is 50 ms on a machine that does nothing else. Neighbours are allowed for. */
const toleratedTaskMs = 150;

/** What scrolling was like. */
interface Scrolling {
  readonly framesPerSecond: number;
  /** In milliseconds, those above 50. */
  readonly longTasks: readonly number[];
}

/** Scrolls on by so many pixels a frame, and looks how that goes. */
const scrollDown = (frames: number, pixels: number): string => `(async () => {
  const longTasks = [];
  const observer = new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ type: "longtask" });
  const start = await new Promise(requestAnimationFrame);
  let end = start;
  for (let frame = 0; frame < ${frames}; frame += 1) {
    scrollBy(0, ${pixels});
    end = await new Promise(requestAnimationFrame);
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
  longTasks.push(...observer.takeRecords().map(({ duration }) => duration));
  observer.disconnect();
  return { framesPerSecond: ${frames} * 1000 / (end - start), longTasks };
})()`;

async function scroll(page: Page, name: string, frames = 600, pixels = 60): Promise<Scrolling> {
  const scrolling = await page.evaluate<Scrolling>(scrollDown(frames, pixels));
  const longest = Math.max(0, ...scrolling.longTasks).toFixed(0);
  console.log(
    `${name}: ${scrolling.framesPerSecond.toFixed(0)} frames a second, ${scrolling.longTasks.length} long tasks, the longest ${longest} ms`,
  );
  return scrolling;
}

function isSmooth({ framesPerSecond, longTasks }: Scrolling): void {
  expect(framesPerSecond).toBeGreaterThan(40);
  expect(longTasks.filter((milliseconds) => milliseconds > toleratedTaskMs)).toEqual([]);
}

/** What a page holds once what nobody needs is gone. */
async function memoryOf(cdp: CDPSession): Promise<{ heapMegabytes: number; nodes: number }> {
  await cdp.send("HeapProfiler.collectGarbage");
  const { usedSize } = await cdp.send("Runtime.getHeapUsage");
  const { nodes } = await cdp.send("Memory.getDOMCounters");
  return { heapMegabytes: usedSize / 1e6, nodes };
}

describeWithParts(["chromium", "ffmpeg"], "a library of 100,000 items", () => {
  const resources = new AsyncDisposableStack();
  let stage: PlayerStage;

  beforeAll(async () => {
    const folder = resources.use(await createTemporaryFolder("short-tracks"));
    await makeMedia(join(folder.path, "Short 1.wav"), ...tone, "-t", "1");
    const rest = Array.from({ length: shortTracks - 1 }, (_, index) => join(folder.path, `Short ${index + 2}.wav`));
    await Promise.all(rest.map((path) => link(join(folder.path, "Short 1.wav"), path)));
    // Nothing is there: what a list looks like does not hang on it.
    const origin = resources.use(await startStaticServer(folder.path));
    const identity = `${origin.address}/large/`;
    stage = await openPlayerStage({
      sources: [`large=${identity}`, `short=${folder.path}`],
      fillLibrary: (path) => fillLargeLibrary(path, { identity, items, playlistEntries }),
    });
    resources.use(stage);
  }, 300_000);
  afterAll(() => resources.disposeAsync());

  async function addressOf(list: "playlists" | "creators" | "albums"): Promise<string> {
    const response = await fetch(`${stage.address}/api/v3/${list}`);
    const answer = (await response.json()) as Record<string, { id: string; name?: string; title?: string }[]>;
    const found = answer[list]?.find(({ name, title }) =>
      [name, title].some((text) => /^(?:Ten|Every)/.test(text ?? "")),
    );
    return `${stage.address}/${list === "creators" ? "artist" : "playlist"}/${found?.id}`;
  }

  it(
    "a playlist of 10,000 scrolls smoothly, to its end, and holds no more memory for it",
    { retry: 2, timeout: 180_000 },
    async () => {
      await using browser = await openPlayerBrowser();
      const page = await browser.open(await addressOf("playlists"));
      await page.getByRole("link", { name: titleOf(0), exact: true }).waitFor();
      const cdp = await browser.context.newCDPSession(page);
      isSmooth(await scroll(page, "playlist of 10,000"));
      const atFirst = await memoryOf(cdp);
      await page.keyboard.press("End");
      await page.getByRole("link", { name: titleOf(playlistEntries - 1), exact: true }).waitFor({ timeout: 60_000 });
      const atLast = await memoryOf(cdp);
      await page.evaluate("scrollTo(0, 0)");
      isSmooth(await scroll(page, "the same, all read"));
      const after = await memoryOf(cdp);
      console.log(`memory: ${JSON.stringify({ atFirst, atLast, after })}`);
      // What is known of 10,000 items stays; what is in the page does not grow with them.
      expect(after.nodes).toBeLessThan(atFirst.nodes * 1.5);
      expect(after.heapMegabytes - atFirst.heapMegabytes).toBeLessThan(60);
    },
  );

  it.each([
    ["everything by one artist", "creators"],
    ["all albums", undefined],
  ] as const)("%s scrolls smoothly", { retry: 2, timeout: 180_000 }, async (name, list) => {
    await using browser = await openPlayerBrowser();
    const page = await browser.open(list === undefined ? `${stage.address}/albums` : await addressOf(list));
    await page.locator(".row-title, .card-title").first().waitFor();
    isSmooth(await scroll(page, name, 900, 120));
  });

  it("plays track after track, and holds no more memory for it", { timeout: 180_000 }, async () => {
    await using browser = await openPlayerBrowser();
    const page = await browser.open(`${stage.address}/folders/short`);
    const cdp = await browser.context.newCDPSession(page);
    await page.getByRole("button", { name: "Play all" }).click();
    const title = page.locator(".player-bar .bar-title");
    const placeIs = (place: number): Promise<void> =>
      expect
        .poll(async () => await page.evaluate<number>("globalThis.playsSoFar ?? 0"), { timeout: 90_000 })
        .toBeGreaterThanOrEqual(place);
    await page.evaluate(`(() => {
      globalThis.playsSoFar = 1;
      new MutationObserver(() => (globalThis.playsSoFar += 1)).observe(document.querySelector(".player-bar .bar-title"), {
        childList: true, characterData: true, subtree: true,
      });
    })()`);
    await placeIs(10);
    const early = await memoryOf(cdp);
    await placeIs(shortTracks - 3);
    const late = await memoryOf(cdp);
    console.log(`after 10 tracks ${JSON.stringify(early)}, after ${shortTracks - 3} ${JSON.stringify(late)}`);
    expect(await title.textContent()).toMatch(/^Short /);
    expect(late.heapMegabytes - early.heapMegabytes).toBeLessThan(4);
    expect(late.nodes).toBeLessThan(early.nodes * 1.2);
  });
});
