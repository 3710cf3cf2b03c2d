import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithParts } from "../real/require-part.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";
import { openPlayerBrowser, openPlayerStage, type PlayerStage, playingOf, playsBeyond } from "./player-stage.ts";

const demo = join(import.meta.dirname, "../../demo");
const saved = [
  { title: "Low Water", file: "Music/Tidewater/01 Low Water.mp3" },
  { title: "Aurora over the fjord", file: "Films/Aurora over the fjord.mp4" },
] as const;
/** The bar is a second on a machine that does nothing else. */
const toleratedMs = 2_500;

/** An answer as a page sees it. */
interface Answer {
  readonly status: number;
  readonly contentRange: string | null;
  readonly digest: string;
}

async function ask(page: Page, path: string, range: string | undefined): Promise<Answer> {
  return await page.evaluate<Answer>(`(async () => {
    const range = ${JSON.stringify(range ?? null)};
    const response = await fetch(${JSON.stringify(path)}, range === null ? {} : { headers: { range } });
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await response.arrayBuffer()));
    return { status: response.status, contentRange: response.headers.get("content-range"), digest: digest.toHex?.() ??
      Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("") };
  })()`);
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Ranges of a file of `size` bytes, and what of it they are. */
function rangesOf(size: number): readonly (readonly [string, number, number])[] {
  return [
    ["bytes=0-", 0, size],
    ["bytes=0-1", 0, 2],
    ["bytes=-1000", size - 1000, size],
    [`bytes=${size - 5}-${size + 100}`, size - 5, size],
    ["bytes=262140-262150", 262_140, 262_151],
    ["bytes=12345-400000", 12_345, 400_001],
  ];
}

async function seek(page: Page, seconds: number): Promise<void> {
  const slider = page.locator(".player-bar").getByRole("slider", { name: "Seek" });
  await slider.fill(String(seconds));
  await slider.blur();
  await playsBeyond(page, seconds);
  expect((await playingOf(page)).seconds).toBeLessThan(seconds + 4);
}

describeWithParts(["chromium"], "with the server gone and the browser started anew", () => {
  let stage: PlayerStage;

  beforeAll(async () => {
    stage = await openPlayerStage();
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  it(
    "what is saved is found, plays, is sought in, and is byte for byte what was there",
    { timeout: 120_000 },
    async () => {
      await using profile = await createTemporaryFolder("profile");
      const ids = await Promise.all(saved.map(({ title }) => stage.idOf(title)));
      {
        await using browser = await openPlayerBrowser({ profile: profile.path });
        for (const id of ids) {
          const page = await browser.open(`${stage.address}/item/${id}`);
          await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
          await page.getByRole("button", { name: "Save offline" }).click();
          await page.getByRole("button", { name: /^Saved/ }).waitFor();
          await page.close();
        }
      }
      await stage.kill();
      try {
        await using browser = await openPlayerBrowser({ profile: profile.path });
        const page = await browser.context.newPage();
        const startedAt = performance.now();
        await page.goto(`${stage.address}/yours/saved`);
        await page.getByRole("button", { name: `Play ${saved[0].title}` }).waitFor();
        const usableMs = performance.now() - startedAt;
        console.log(`cold start without a server: usable after ${usableMs.toFixed(0)} ms`);
        expect(usableMs).toBeLessThan(toleratedMs);
        for (const [index, { title, file }] of saved.entries()) {
          const path = `/saved/${ids[index] ?? ""}`;
          await page.getByRole("button", { name: `Play ${title}` }).click();
          await playsBeyond(page, 0.2);
          expect((await playingOf(page)).url).toBe(stage.address + path);
          const end = Number(
            await page.locator(".player-bar").getByRole("slider", { name: "Seek" }).getAttribute("max"),
          );
          for (const part of [0.7, 0.1, 0.85, 0.02, 0.5]) await seek(page, Math.floor(end * part));

          const bytes = await readFile(join(demo, file));
          expect(await ask(page, path, undefined)).toEqual({
            status: 200,
            contentRange: null,
            digest: digestOf(bytes),
          });
          for (const [range, start, stop] of rangesOf(bytes.length)) {
            expect(await ask(page, path, range), range).toEqual({
              status: 206,
              contentRange: `bytes ${start}-${stop - 1}/${bytes.length}`,
              digest: digestOf(bytes.subarray(start, stop)),
            });
          }
          expect(await ask(page, path, `bytes=${bytes.length}-`)).toMatchObject({
            status: 416,
            contentRange: `bytes */${bytes.length}`,
          });
        }
      } finally {
        await stage.start();
      }
    },
  );

  it("queue and own playlists work, and plays are counted when the server is back", { timeout: 90_000 }, async () => {
    await using browser = await openPlayerBrowser();
    const id = await stage.idOf("Low Water");
    const page = await browser.open(`${stage.address}/item/${id}`);
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    await page.getByRole("button", { name: "Save offline" }).click();
    await page.getByRole("button", { name: /^Saved/ }).waitFor();
    const counted: string[] = [];
    browser.context.on("request", (request) => {
      if (request.method() === "POST" && request.url().includes("/plays")) counted.push(request.url());
    });
    await stage.kill();
    try {
      await page.goto(`${stage.address}/yours/saved`);
      await page.getByRole("button", { name: "Play Low Water" }).click();
      await playsBeyond(page, 0.2);
      await seek(page, 41);
      await page.getByRole("button", { name: "Queue", exact: true }).click();
      await expect.poll(() => page.locator(".queue-row .row-title").allTextContents()).toEqual(["Low Water"]);
      // To its end: that is a play.
      await expect.poll(async () => (await playingOf(page)).paused, { timeout: 15_000 }).toBe(true);
      await page.waitForTimeout(500);
      await page.goto(`${stage.address}/yours/history`);
      await page.getByRole("link", { name: "Low Water" }).waitFor();
    } finally {
      await stage.start();
    }
    counted.length = 0;
    await page.evaluate("dispatchEvent(new Event('online'))");
    await expect.poll(() => counted.length, { timeout: 10_000 }).toBeGreaterThan(0);
  });

  it("every page opens, and says what is missing", { timeout: 120_000 }, async () => {
    await using browser = await openPlayerBrowser();
    const page = await browser.open(stage.address);
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    const album = new URL(await stage.albumAddress("Tidewater")).pathname;
    const item = `/item/${await stage.idOf("Slow tide")}`;
    await stage.kill();
    try {
      const outOfReach = [
        "/",
        "/search?q=tide",
        "/folders",
        "/folders/demo/Music/",
        "/playlists",
        "/albums",
        "/artists",
        album,
        item,
      ];
      for (const path of outOfReach) {
        await page.goto(stage.address + path);
        await page.getByText("The server is out of reach").first().waitFor({ timeout: 15_000 });
        await page.getByRole("button", { name: "Try again" }).first().waitFor();
      }
      for (const path of ["/yours/likes", "/yours/saved", "/yours/history", "/settings", "/nowhere"]) {
        await page.goto(stage.address + path);
        await page.getByRole("heading", { level: 1 }).first().waitFor({ state: "attached" });
      }
    } finally {
      await stage.start();
    }
    expect(browser.complaints.filter((complaint) => !complaint.startsWith("Failed to load resource"))).toEqual([]);
  });
});
