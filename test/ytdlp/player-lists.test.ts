import { expect, it } from "vitest";
import { describeWithParts } from "../real/require-part.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";
import { openPlayerBrowser, openPlayerStage } from "../web/player-stage.ts";
import { siteLocation } from "../web/sources-stage.ts";
import { film } from "./site-stage.ts";
import { TestSite } from "./test-site.ts";

describeWithParts(["yt-dlp", "chromium"], "a site's lists in the player", () => {
  it("a list of 5,000 is shown as far as one looks; what cannot be played says why", { timeout: 120_000 }, async () => {
    await using folder = await createTemporaryFolder("player-lists");
    await using site = await TestSite.start();
    site.putList("big", 5_000);
    site.put("v1", { ...film(1000), title: "The one to come", extra: { live_status: "is_upcoming" } });
    const env = { HOME: folder.path, XDG_CACHE_HOME: folder.path, SLUICE_CACHE_SIZE: "64MiB" };
    await using stage = await openPlayerStage({ sources: [`site=${siteLocation(site)}`], env });
    await using browser = await openPlayerBrowser();
    const page = await browser.open(`${stage.address}/search`);
    await page.locator("#search").fill(`${site.origin}/list/big`);
    const titled = (title: string) => page.locator("main").getByRole("link", { name: title, exact: true });
    await titled("Video v0").waitFor({ timeout: 30_000 });
    const upcoming = page.locator("article", { has: page.getByRole("link", { name: "The one to come", exact: true }) });
    await upcoming.getByText("Upcoming", { exact: true }).waitFor();
    expect(await upcoming.getByRole("button").count()).toBe(0);
    await titled("Video v19").scrollIntoViewIfNeeded({ timeout: 30_000 });
    await titled("Video v25").waitFor({ timeout: 30_000 });
    // No further than somebody looks: all would be two hundred and fifty pages, of two requests and more.
    expect(site.apiRequests.filter((path) => path.startsWith("/api/list/")).length).toBeLessThan(20);
  });
});
