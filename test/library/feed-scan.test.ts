import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ScannedSource, scannedSourceId } from "../../src/library/index.ts";
import { SourceError } from "../../src/source/index.ts";
import { itemsOf, type ScanStage, setStage } from "./scan-stage.ts";

const address = "https://casts.test/feed.xml";

function feedOf(episodes: readonly string[], prolog = ""): string {
  const items = episodes.map(
    (name, index) =>
      `<item><guid>${name}</guid><title>${name}</title><pubDate>Wed, 0${index + 1} Jan 2025 00:00:00 GMT</pubDate>
<enclosure url="media/${name}.mp3" type="audio/mpeg" length="4000000"/></item>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>${prolog}<rss><channel><title>Tides</title>${items.join("")}</channel></rss>`;
}

describe("a scan of a feed", () => {
  let stage: ScanStage;
  let answer: () => Promise<Uint8Array>;
  const scanned: ScannedSource = {
    identity: address,
    name: "tides",
    feed: { address, fetchBytes: () => answer() },
  };

  beforeEach(async () => {
    stage = await setStage();
  });

  afterEach(async () => {
    await stage[Symbol.asyncDispose]();
  });

  const scan = (text: string) => {
    answer = () => Promise.resolve(Buffer.from(text));
    return stage.scanner.scan(scanned);
  };

  it("makes items of its episodes, and a playlist of all, the newest first", async () => {
    expect(await scan(feedOf(["ebb", "flow"]))).toMatchObject({ result: "complete", failed: 0 });
    const items = await itemsOf(stage.catalog, scannedSourceId(scanned));
    expect(items.get("ebb")).toMatchObject({
      title: "ebb",
      album: "Tides",
      kind: "audio",
      mediaType: "audio/mpeg",
      episode: { enclosureUrl: "https://casts.test/media/ebb.mp3", publishedAt: new Date("2025-01-01") },
    });
    const [playlist] = (await stage.catalog.playlists()).entries;
    const { entries } = await stage.catalog.playlistEntries(playlist?.id ?? "");
    expect(entries.map(({ item }) => item?.key)).toEqual(["flow", "ebb"]);
  });

  it("follows what comes and goes, and changes nothing for the same feed", async () => {
    await scan(feedOf(["ebb", "flow"]));
    expect((await scan(feedOf(["ebb", "flow"]))).source?.lastScan).toMatchObject({ added: 0, changed: 0, removed: 0 });
    await scan(feedOf(["flow", "slack"]));
    expect([...(await itemsOf(stage.catalog, scannedSourceId(scanned))).keys()].toSorted()).toEqual(["flow", "slack"]);
  });

  it("keeps all where the feed cannot be read, or is not one any more", async () => {
    await scan(feedOf(["ebb", "flow"]));
    expect(await scan("<html><body>We have moved</body></html>")).toMatchObject({ result: "failed" });
    expect(await scan(feedOf(["x"], '<!DOCTYPE rss [<!ENTITY a "b">]>'))).toMatchObject({
      result: "failed",
      error: expect.stringContaining("DTD"),
    });
    answer = () => Promise.reject(new SourceError("unavailable", `Cannot fetch ${address}: no answer`));
    expect(await stage.scanner.scan(scanned)).toMatchObject({ result: "unreachable" });
    expect((await itemsOf(stage.catalog, scannedSourceId(scanned))).size).toBe(2);
  });
});
