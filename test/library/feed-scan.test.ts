import { isDeepStrictEqual } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ScannedSource, scannedSourceId, type ScanReport } from "../../src/library/index.ts";
import type { Feed, FeedVersion } from "../../src/library/scanned-source.ts";
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
  let answer: Feed["fetch"];
  const scanned: ScannedSource = {
    identity: address,
    name: "tides",
    feed: { address, fetch: (options) => answer(options) },
  };

  beforeEach(async () => {
    stage = await setStage();
  });

  afterEach(async () => {
    await stage[Symbol.asyncDispose]();
  });

  const scan = (text: string) => {
    answer = async () => ({ bytes: Buffer.from(text), version: {} });
    return stage.scanner.scan(scanned);
  };
  /** Answers as a host does that knows its versions; tells what it was shown. */
  const scanVersion = async (text: string, version: FeedVersion): Promise<readonly [ScanReport, unknown]> => {
    let shown: unknown;
    answer = async ({ heldVersion }) => {
      shown = heldVersion;
      return isDeepStrictEqual(heldVersion, version) ? undefined : { bytes: Buffer.from(text), version };
    };
    return [await stage.scanner.scan(scanned), shown];
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

  it("shows the host what it has, and believes it that nothing has changed", async () => {
    const first = { etag: '"1"', lastModified: "Wed, 01 Jan 2025 00:00:00 GMT" };
    const text = feedOf(["ebb", "flow"]);
    expect(await scanVersion(text, first)).toMatchObject([{ result: "complete", objects: 3 }, undefined]);
    for (let round = 0; round < 2; round += 1) {
      const [report, shown] = await scanVersion(text, first);
      expect(report).toMatchObject({ result: "complete", objects: 3, source: { counts: { items: 2, playlists: 1 } } });
      expect(report.source?.lastScan).toMatchObject({ objects: 3, added: 0, changed: 0, removed: 0 });
      expect(shown).toEqual(first);
    }
    const [report, shown] = await scanVersion(feedOf(["flow", "slack"]), { etag: 'W/"2"' });
    expect([report.source?.lastScan, shown]).toMatchObject([{ added: 1, removed: 1 }, first]);
    expect((await scanVersion("", { etag: 'W/"2"' }))[1]).toEqual({ etag: 'W/"2"' });
  });

  it("reads the feed anew after a scan that did not end well: what is held may not be all of it", async () => {
    const version = { etag: '"1"' };
    await scanVersion(feedOf(["ebb", "flow"]), version);
    answer = () => Promise.reject(new SourceError("unavailable", `Cannot fetch ${address}: no answer`));
    await stage.scanner.scan(scanned);
    expect((await scanVersion(feedOf(["ebb", "flow"]), version))[1]).toBeUndefined();
    expect((await scanVersion("", version))[1]).toEqual(version);
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
