import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { makeMedia, tone } from "../library/make-media.ts";
import { describeWithParts } from "../real/require-part.ts";
import { createTemporaryFolder, type TemporaryFolder } from "../real/temporary-folder.ts";
import {
  openPlayerBrowser,
  openPlayerStage,
  type PlayerBrowser,
  type PlayerStage,
  playsBeyond,
} from "./player-stage.ts";

const hostileTitles = {
  "markup.mp3": `<img src=x onerror="document.title='taken over'"><script>document.title='taken over'</script>`,
  // Right-to-left override, an isolate that is never closed, and an invisible mark.
  "direction.mp3": "\u202Egnp.3pm\u2067 never closed \u200F",
  "long.mp3": `Endless${"x".repeat(10_240)}`,
  "stacked.mp3": `Z${"\u0335\u0321\u0322\u0327\u0328".repeat(40)}algo`,
  "<b>name & \"quotes\" 'n' #?%41.mp3": "Its name is hostile",
} as const;

/** Each page as a text to look at: nothing may have become an element, nothing may hang over the edge. */
async function assertHarmless(page: Page): Promise<void> {
  const found = await page.evaluate<object>(`(() => ({
    title: document.title === "taken over",
    elements: document.querySelectorAll("img[src=x], main script, main b").length,
    overhang: Math.max(0, document.documentElement.scrollWidth - innerWidth),
    // What a name may take of a screen: a page that begins with ten thousand letters is of no use.
    tall: Array.from(document.querySelectorAll("h1, .card, .row, .bar-item, .hero-detail, .status, .facts dd"))
      .filter((element) => element.getBoundingClientRect().height > 600 && !element.closest(".visually-hidden"))
      .map((element) => element.tagName + "." + element.className),
  }))()`);
  expect(found, page.url()).toEqual({ title: false, elements: 0, overhang: 0, tall: [] });
}

describeWithParts(["chromium", "ffmpeg"], "titles and names that were made to do harm", () => {
  let folder: TemporaryFolder;
  let stage: PlayerStage;

  beforeAll(async () => {
    folder = await createTemporaryFolder("hostile");
    for (const [name, title] of Object.entries(hostileTitles)) {
      const about = [title, title, title].flatMap((text, index) => [
        "-metadata",
        `${["title", "artist", "album"][index] ?? ""}=${text}`,
      ]);
      await makeMedia(join(folder.path, name), ...tone, "-t", "3", ...about);
    }
    stage = await openPlayerStage({ sources: [`hostile=${folder.path}`] });
  });
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  it.each([
    ["a phone", { width: 390, height: 844 }],
    ["a desktop", { width: 1280, height: 800 }],
  ] as const)("stay text, and stay in their place, on %s", { timeout: 120_000 }, async (_name, viewport) => {
    await using browser = await openPlayerBrowser({ viewport });
    const page = await browser.open(`${stage.address}/folders/hostile`);
    await page.locator(".row-title").first().waitFor();
    expect(await page.locator(".row-title").count()).toBe(Object.keys(hostileTitles).length);
    await page.getByRole("button", { name: "Play all" }).click();
    await playsBeyond(page, 0.3);
    const items = await page.locator("main a.row-title").evaluateAll((links) => links.map((link) => String(link)));
    const addresses = ["/", "/folders/hostile", "/albums", "/artists", "/search?q=Endless", "/yours/history"];
    for (const path of [...addresses, ...items.map((href) => new URL(href).pathname)]) {
      await page.goto(stage.address + path);
      await page.locator("h1").first().waitFor({ state: "attached" });
      await page.waitForLoadState("networkidle");
      await assertHarmless(page);
    }
    await page
      .getByRole("button", { name: /^Full player: / })
      .first()
      .click();
    const player = page.getByRole("dialog", { name: "Full player" });
    await player.waitFor();
    await assertHarmless(page);
    await player.getByRole("button", { name: "Queue", exact: true }).click();
    await page.locator(".queue-row").first().waitFor();
    await assertHarmless(page);
    // An album is asked for its cover; whether it has one, the answer says.
    expect(browser.complaints.filter((complaint) => !complaint.includes("/artwork"))).toEqual([]);
  });
});

describeWithParts(["chromium"], "files to import that are not what they should be", () => {
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

  it("are told in plain words, and cost nothing that was there", { timeout: 90_000 }, async () => {
    const page = await browser.open(`${stage.address}/item/${await stage.idOf("Low Water")}`);
    await page.getByRole("button", { name: "Like Low Water" }).first().click();
    const head = { format: "sluice-player-data", version: 1 };
    const files: readonly (readonly [string, string | Buffer, RegExp])[] = [
      ["empty.json", "", /is no playlist that this player can read/],
      ["cut.json", '{"format":"sluice-player-data","version":1,"likes":[{"item', /damaged or was cut off/],
      ["other.json", '{"hello":"world"}', /is no playlist that this player can read/],
      ["array.json", "[1,2,3]", /is no playlist that this player can read/],
      ["future.json", JSON.stringify({ ...head, version: 99 }), /version 99/],
      [
        "wrong.json",
        JSON.stringify({ ...head, likes: [{ itemId: 7 }, null], history: "all of it", settings: [] }),
        /Imported, without/,
      ],
      ["picture.m3u", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3, 255, 254]), /./],
      ["bomb.xspf", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbb">]><playlist>&b;</playlist>', /./],
    ];
    for (const [name, content, words] of files) {
      await page.goto(`${stage.address}/settings`);
      const buffer = Buffer.from(content);
      await page.getByLabel("File to import").setInputFiles({ name, mimeType: "application/octet-stream", buffer });
      await expect.poll(() => page.getByRole("status").textContent(), { message: name }).toMatch(words);
      console.log(`${name}: ${(await page.getByRole("status").textContent()) ?? ""}`);
    }
    await page.goto(`${stage.address}/yours/likes`);
    await page.getByRole("link", { name: "Low Water" }).waitFor();
    expect(browser.complaints).toEqual([]);
  });
});
