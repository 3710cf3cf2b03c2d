import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { describeWithParts } from "../real/require-part.ts";
import { openPlayerBrowser, openPlayerStage, type PlayerBrowser, type PlayerStage, playingOf } from "./player-stage.ts";
import { zipFile } from "./zip-file.ts";

const demo = join(import.meta.dirname, "../../demo");

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

/** Machines that run all tests at once take their time. */
function eventually<Value>(ask: () => Value | Promise<Value>): ReturnType<typeof expect.poll> {
  return expect.poll(ask, { timeout: 15_000, interval: 20 });
}

describeWithParts(["chromium"], "what is one's own, in Chromium", () => {
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

  const titlesOf = (page: Page): Promise<string[]> => page.locator(".own-line .row-title").allTextContents();

  async function createPlaylist(page: Page, name: string): Promise<void> {
    await page.goto(`${stage.address}/playlists`);
    await page.getByLabel("Name of a new playlist").fill(name);
    await page.getByRole("button", { name: "Create" }).click();
    await page.getByRole("link", { name: new RegExp(name) }).click();
    await page.getByRole("heading", { name }).waitFor();
  }

  async function importFiles(
    page: Page,
    files: readonly { name: string; content: string | Buffer }[],
  ): Promise<string> {
    await page.goto(`${stage.address}/settings`);
    await page
      .getByLabel("File to import")
      .setInputFiles(files.map(({ name, content }) => ({ name, mimeType: "", buffer: Buffer.from(content) })));
    const outcome = page.locator(".notice span");
    await eventually(() => outcome.textContent()).not.toMatch(/^(?:Reading|Looking)/);
    return (await outcome.textContent()) ?? "";
  }

  it("fills a playlist by a search, many at once, and takes that back", async () => {
    const page = await browser.open(stage.address);
    await createPlaylist(page, "Sunday");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await eventually(() => page.evaluate("document.activeElement?.getAttribute('aria-label')")).toBe(
      "Look for what to add",
    );
    await page.keyboard.type("tide");
    for (const title of ["Low Water", "Harbour Lights", "Salt & Starlight"]) {
      await page.locator(".ticks label", { hasText: title }).click();
    }
    await page.getByRole("button", { name: "Add 3 items" }).click();
    await eventually(() => titlesOf(page)).toEqual(["Low Water", "Harbour Lights", "Salt & Starlight"]);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("Still empty").waitFor();
    expect(browser.complaints).toEqual([]);
  });

  it("takes a whole album into a playlist, moves its lines by keys and by dragging, takes lines out, and plays from one on", async () => {
    const page = await browser.open(await stage.albumAddress("Tidewater"));
    await page.getByRole("button", { name: "Add all to a playlist" }).click();
    await page.getByRole("button", { name: "New playlist with them" }).click();
    await page.getByText("5 items added to “Tidewater”.").first().waitFor();
    await page.goto(`${stage.address}/playlists`);
    await page.getByRole("link", { name: "Tidewater 5 items" }).click();
    await page.getByRole("button", { name: /^Move Low Water/ }).focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await eventually(() => titlesOf(page)).toEqual([
      "Harbour Lights",
      "Nachtzug nach Föhr",
      "Low Water",
      "Salt & Starlight",
      "Morning on the Flats",
    ]);
    expect(await page.getByRole("status").textContent()).toContain("Moved to place 3 of 5");
    const grip = await page.getByRole("button", { name: /^Move Harbour Lights/ }).boundingBox();
    if (grip === null) throw new Error("The line has no grip");
    await page.mouse.move(grip.x + 5, grip.y + 10);
    await page.mouse.down();
    await page.mouse.move(grip.x + 5, grip.y + 10 + 4 * 64, { steps: 4 });
    await page.mouse.up();
    await eventually(async () => (await titlesOf(page)).at(-1)).toBe("Harbour Lights");
    await page.getByRole("button", { name: "Take Low Water out" }).click();
    await eventually(() => titlesOf(page)).not.toContain("Low Water");
    await page.getByRole("button", { name: "Undo" }).click();
    await eventually(async () => (await titlesOf(page))[1]).toBe("Low Water");
    await page.getByRole("button", { name: "Play Low Water" }).click();
    await eventually(async () => (await playingOf(page)).seconds).toBeGreaterThan(0.2);
    expect(await page.locator(".player-bar .bar-title").textContent()).toBe("Low Water");
    await page.reload();
    await eventually(async () => (await titlesOf(page)).at(-1)).toBe("Harbour Lights");
  });

  it("renames a playlist, and deletes it with a way back", async () => {
    const page = await browser.open(stage.address);
    await createPlaylist(page, "Sunday");
    await page.getByRole("button", { name: "Change this playlist" }).click();
    await page.getByRole("button", { name: "Rename", exact: true }).click();
    await page.keyboard.type("Monday");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Monday" }).waitFor();
    await page.getByRole("button", { name: "Change this playlist" }).click();
    await page.getByRole("button", { name: "Delete the playlist" }).click();
    await page.waitForURL("**/playlists");
    expect(await page.getByRole("link", { name: /Monday/ }).count()).toBe(0);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("link", { name: /Monday/ }).waitFor();
  });

  it("brings in an archive of Spotify's: what is here is found, what is not is kept and looked for later", async () => {
    const artist = "Sluice House Ensemble";
    const track = (trackName: string, artistName = artist): object => ({ track: { trackName, artistName } });
    const archive = zipFile({
      "Spotify Account Data/Playlist1.json": JSON.stringify({
        playlists: [
          {
            name: "Sea songs",
            items: [track("Low Water"), track("Not here", "Nobody"), track("Harbour Lights (feat. X)")],
          },
        ],
      }),
      "Spotify Account Data/YourLibrary.json": JSON.stringify({
        tracks: [{ track: "Salt & Starlight", artist, album: "Tidewater" }],
      }),
      "Spotify Account Data/StreamingHistory_music_0.json": JSON.stringify([
        { endTime: "2024-03-01 12:30", artistName: artist, trackName: "Low Water", msPlayed: 44_000 },
        { endTime: "2024-03-01 12:34", artistName: "Nobody", trackName: "Not here", msPlayed: 60_000 },
      ]),
      "Spotify Account Data/Userdata.json": "{}",
      "Spotify Account Data/cover.jpg": "no picture",
    });
    const page = await browser.open(stage.address);
    const said = await importFiles(page, [{ name: "my_spotify_data.zip", content: archive }]);
    expect(said).toBe(
      "From Spotify: 1 playlist, 1 like, 1 play. 1 of what it names is not in the library, and is kept in your playlists.",
    );
    await page.goto(`${stage.address}/playlists`);
    await page.getByRole("link", { name: "Played on Spotify, not in the library 1 item" }).waitFor();
    await page.getByRole("link", { name: "Sea songs 3 items" }).click();
    await eventually(() => titlesOf(page)).toEqual(["Low Water", "Not here", "Harbour Lights"]);
    await page.getByText("3 items, 1 of them not in the library").waitFor();
    await page.getByRole("button", { name: "Change this playlist" }).click();
    await page.getByRole("button", { name: "Look for what is missing" }).click();
    await page.getByText("None of them is in the library yet.").first().waitFor();
    await page.goto(`${stage.address}/yours/history`);
    await page.getByRole("link", { name: "Low Water" }).waitFor();
    await page.goto(`${stage.address}/yours/likes`);
    await page.getByRole("link", { name: "Salt & Starlight" }).waitFor();
    // A second time changes nothing.
    await importFiles(page, [{ name: "my_spotify_data.zip", content: archive }]);
    await page.goto(`${stage.address}/playlists`);
    await page.getByRole("link", { name: "Sea songs 3 items" }).waitFor();
    expect(await page.getByRole("link", { name: /Sea songs/ }).count()).toBe(1);
    expect(browser.complaints).toEqual([]);
  });

  it("brings in several files at once, and says of each that cannot be read why", async () => {
    const list = "#EXTM3U\n#EXTINF:44,Sluice House Ensemble - Low Water\nmusic/01.mp3\n";
    const page = await browser.open(stage.address);
    const said = await importFiles(page, [
      { name: "Walk.m3u8", content: list },
      { name: "watch-history.html", content: '<div class="outer-cell mdl-cell">' },
      { name: "broken.json", content: '{"playlists": [' },
      { name: "cut.zip", content: zipFile({ "a.json": "{}" }).subarray(0, 40) },
      { name: "photo.json", content: "[1, 2, 3]" },
    ]);
    expect(said).toContain("From the playlist: 1 playlist.");
    expect(said).toContain("Ask Google Takeout for the history as JSON");
    expect(said).toContain("The file is damaged or was cut off");
    expect(said).toContain("The archive is cut off");
    expect(said).toContain('"photo.json" is no playlist that this player can read');
    await page.goto(`${stage.address}/playlists`);
    await page.getByRole("link", { name: "Walk 1 item" }).click();
    await page.getByRole("button", { name: "Play Low Water" }).waitFor();
  });

  it("keeps an import whole with the server gone, to be looked for later", async () => {
    const page = await browser.open(`${stage.address}/settings`);
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    // What the page needs for it is there already: the worker keeps all of the app.
    await page.reload();
    await stage.kill();
    try {
      const said = await importFiles(page, [
        { name: "Walk.m3u8", content: "#EXTM3U\n#EXTINF:44,Sluice House Ensemble - Low Water\nmusic/01.mp3\n" },
      ]);
      expect(said).toContain("The server is out of reach");
    } finally {
      await stage.start();
    }
    await page.goto(`${stage.address}/playlists`);
    await page.getByRole("link", { name: "Walk 1 item" }).click();
    await page.getByRole("button", { name: "Change this playlist" }).click();
    await page.getByRole("button", { name: "Look for what is missing" }).click();
    await page.getByText("1 of 1 are in the library now.").first().waitFor();
    await page.getByRole("button", { name: "Play Low Water" }).waitFor();
  });

  it("plays and shows files of this device, and tells the server nothing of them", async () => {
    const page = await browser.open(`${stage.address}/open`);
    const asked: string[] = [];
    page.on("request", (request) => {
      if (request.url().includes("/api/v3/items/")) asked.push(request.url());
    });
    await page.getByText("No file is open").waitFor();
    await page
      .getByLabel("Files to open")
      .setInputFiles([join(demo, "Music/Tidewater/01 Low Water.mp3"), join(demo, "Pictures/Contour lines.png")]);
    await eventually(async () => (await playingOf(page)).seconds).toBeGreaterThan(0.3);
    expect((await playingOf(page)).url).toMatch(/^blob:/);
    expect(await page.locator(".player-bar .bar-title").textContent()).toBe("01 Low Water");
    await eventually(() => page.evaluate("document.querySelector('.viewer img')?.naturalWidth")).toBeGreaterThan(100);
    await page
      .getByLabel("Files to open")
      .setInputFiles([{ name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("a") }]);
    await page.getByText("No browser plays such a file.").first().waitFor();
    await page.reload();
    await page.locator(".player-bar .bar-title", { hasText: "01 Low Water" }).waitFor();
    await page.locator(".player-bar").getByRole("button", { name: "Play", exact: true }).click();
    await page.getByText("this file of the device has to be opened again").first().waitFor();
    expect(asked).toEqual([]);
    expect(browser.complaints).toEqual([]);
  });

  it("takes what the system launches it with: files, and addresses while something plays", async () => {
    // Chromium hands launches to installed apps alone: the queue is stood in for, the handle of the file is a real one.
    await browser.context.addInitScript(
      "Object.defineProperty(globalThis, 'launchQueue', { value: { setConsumer: (consumer) => (globalThis.launch = consumer) } })",
    );
    const page = await browser.open(stage.address);
    await page.getByText("New music").waitFor();
    const bytes = (await readFile(join(demo, "Music/Tidewater/01 Low Water.mp3"))).toString("base64");
    await page.evaluate(`(async () => {
      const folder = await navigator.storage.getDirectory();
      const handle = await folder.getFileHandle("from disk.mp3", { create: true });
      const writable = await handle.createWritable();
      await writable.write(Uint8Array.from(atob("${bytes}"), (character) => character.charCodeAt(0)));
      await writable.close();
      launch({ files: [handle], targetURL: location.origin + "/open" });
    })()`);
    await page.waitForURL("**/open");
    await eventually(async () => (await playingOf(page)).seconds).toBeGreaterThan(0.3);
    await page.evaluate("launch({ files: [], targetURL: location.origin + '/search?q=tide' })");
    await page.waitForURL("**/search?q=tide");
    await page.getByRole("button", { name: "Play Low Water" }).waitFor();
    const { seconds, paused } = await playingOf(page);
    expect(paused).toBe(false);
    await eventually(async () => (await playingOf(page)).seconds).toBeGreaterThan(seconds);
    expect(await page.locator(".player-bar .bar-title").textContent()).toBe("from disk");
  });
});
