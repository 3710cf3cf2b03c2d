import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithParts } from "../real/require-part.ts";
import { openPlayerBrowser, openPlayerStage, type PlayerStage } from "./player-stage.ts";

const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

interface AxeWindow {
  readonly axe: {
    run(options: object): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
  };
}

/** What axe finds wrong, each with the element. */
async function violationsOf(page: Page): Promise<string[]> {
  // Through the protocol: the page's own policy lets no foreign script in.
  await page.evaluate(await readFile(axePath, "utf8"));
  return await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as AxeWindow).axe.run({ resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`),
    );
  });
}

describeWithParts(["chromium"], "axe-core finds nothing wrong", () => {
  let stage: PlayerStage;
  let pages: readonly string[];

  beforeAll(async () => {
    stage = await openPlayerStage();
    const items = await Promise.all(
      ["Low Water", "Aurora over the fjord", "Contour lines"].map((title) => stage.idOf(title)),
    );
    pages = [
      "/",
      "/search?q=tide",
      "/search?q=nothing-of-this-name",
      "/folders",
      "/folders/demo/Music/Tidewater/",
      "/playlists",
      "/albums",
      "/artists",
      new URL(await stage.albumAddress("Tidewater")).pathname,
      "/yours/likes",
      "/yours/saved",
      "/yours/history",
      "/yours/playlist/none",
      "/settings",
      "/share",
      "/nowhere",
      ...items.map((id) => `/item/${id}`),
    ];
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  it.each([
    ["light", { width: 1280, height: 800 }],
    ["dark", { width: 390, height: 844 }],
    ["dark", { width: 1280, height: 800 }],
  ] as const)("on any page, %s, %j", async (colorScheme, viewport) => {
    await using browser = await openPlayerBrowser({ colorScheme, viewport });
    const page = await browser.open(stage.address);
    const found: string[] = [];
    for (const path of pages) {
      await page.goto(stage.address + path);
      await page.locator("h1").first().waitFor({ state: "attached" });
      await page.waitForLoadState("networkidle");
      found.push(...(await violationsOf(page)).map((violation) => `${path}: ${violation}`));
    }
    expect(found).toEqual([]);
  });

  it("with the queue, the full player and the help open", async () => {
    await using browser = await openPlayerBrowser();
    const page = await browser.open(await stage.albumAddress("Tidewater"));
    await page.locator("main").getByRole("button", { name: "Play", exact: true }).click();
    await page.getByRole("button", { name: "Queue", exact: true }).click();
    await page.getByRole("button", { name: /^Move Low Water/ }).waitFor();
    const found = await violationsOf(page);
    await page.keyboard.press("Escape");
    await page.locator(".player-bar").getByRole("button", { name: "Full player", exact: true }).click();
    await page.getByRole("dialog", { name: "Full player" }).waitFor();
    await page.waitForTimeout(500);
    found.push(...(await violationsOf(page)));
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Shortcuts" }).waitFor();
    found.push(...(await violationsOf(page)));
    expect(found).toEqual([]);
  });

  it("with menus, messages and lists that are not there yet", async () => {
    await using browser = await openPlayerBrowser();
    const page = await browser.open(await stage.albumAddress("Tidewater"));
    const found: string[] = [];
    const look = async (where: string): Promise<void> => {
      found.push(...(await violationsOf(page)).map((violation) => `${where}: ${violation}`));
    };
    await page.locator("main").getByRole("button", { name: "More for Low Water" }).click();
    await page.getByText("New playlist with it", { exact: true }).waitFor();
    await look("an item's menu");
    await page.getByText("New playlist with it", { exact: true }).click();
    await page
      .getByRole("region", { name: "Messages" })
      .getByText(/is new/)
      .waitFor();
    // Until it has come in: what is half transparent has no contrast.
    await page.waitForTimeout(500);
    await look("a message");
    await page.goto(`${stage.address}/playlists`);
    await page
      .getByRole("link", { name: /Tidewater/ })
      .first()
      .click();
    await page.locator("h1").first().waitFor({ state: "attached" });
    await page.waitForLoadState("networkidle");
    await look("an own playlist");
    await page.route("**/api/v3/albums*", () => {});
    await page.goto(`${stage.address}/albums`);
    await page.locator(".skeleton").first().waitFor();
    await page.locator("h1").first().waitFor({ state: "attached" });
    await look("a page that is on its way");
    await page.route("**/api/v3/creators*", (route) => route.abort());
    await page.goto(`${stage.address}/artists`);
    await page.getByText("The server is out of reach").waitFor({ timeout: 20_000 });
    await look("a page that did not come");
    await page.goto(`${stage.address}/settings`);
    await page.getByRole("button", { name: "Forget…" }).click();
    await page.getByRole("dialog").waitFor();
    await look("a question");
    expect(found).toEqual([]);
  });
});
