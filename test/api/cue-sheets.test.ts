import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Playlist, PlaylistEntryPage, PlaylistPage } from "../../src/api/contract.ts";
import { parsePlaylist } from "../../src/library/parse-playlist.ts";
import { type ApiStage, openApiStage } from "./api-stage.ts";

/** Three tracks of one file of the demo, the last of another band, and one whose file is not there. */
const sheet = `PERFORMER "Tidewater"
TITLE "One take"
FILE "03 Nachtzug nach Föhr.flac" WAVE
  TRACK 01 AUDIO
    TITLE "Platform"
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    TITLE "Causeway"
    INDEX 00 00:03:00
    INDEX 01 00:04:37
  TRACK 03 AUDIO
    TITLE "Ferry"
    PERFORMER "Gull"
    INDEX 01 00:10:00
FILE "gone.flac" WAVE
  TRACK 04 AUDIO
    TITLE "Nothing"
    INDEX 01 00:00:00
`;
const second = 4 + 37 / 75;

describe("a cue sheet", () => {
  let stage: ApiStage;
  let playlist: Playlist;

  beforeAll(async () => {
    stage = await openApiStage();
    await writeFile(join(stage.folder, "Music/Tidewater/one take.cue"), sheet);
    await stage.rescan();
    const { playlists } = await stage.json<PlaylistPage>("/api/v3/playlists");
    playlist = playlists.find(({ title }) => title === "One take") ?? expect.fail();
  });

  afterAll(async () => {
    expect([stage.breaches, stage.errors]).toEqual([[], []]);
    await stage[Symbol.asyncDispose]();
  });

  const exported = async (format: string): Promise<string> =>
    await (await stage.ask(`/api/v3/playlists/${playlist.id}/export?format=${format}`)).text();

  it("tells of each track where in its file it begins and ends", async () => {
    const { entries } = await stage.json<PlaylistEntryPage>(`/api/v3/playlists/${playlist.id}/items`);
    const whole = entries[0]?.item?.durationSeconds ?? expect.fail();
    expect(entries.map(({ title, startSeconds, endSeconds }) => [title, startSeconds, endSeconds])).toEqual([
      ["Tidewater - Platform", 0, second],
      ["Tidewater - Causeway", second, 10],
      ["Gull - Ferry", 10, undefined],
      ["Tidewater - Nothing", undefined, undefined],
    ]);
    const lengths = entries.map(({ durationSeconds }) => durationSeconds ?? 0);
    [second, 10 - second, whole - 10, 0].forEach((length, index) => expect(lengths[index]).toBeCloseTo(length, 6));
    expect(new Set(entries.slice(0, 3).map(({ item }) => item?.id)).size).toBe(1);
    expect(entries[3]?.item).toBeUndefined();
    expect(entries[3]?.note).toContain("gone.flac");
  });

  it("is written for other players with the times that VLC reads, and is read back as it was", async () => {
    const m3u = await exported("m3u8");
    expect(m3u.match(/^#EXTVLCOPT:.*$/gm)).toEqual([
      "#EXTVLCOPT:start-time=0",
      `#EXTVLCOPT:stop-time=${second}`,
      `#EXTVLCOPT:start-time=${second}`,
      "#EXTVLCOPT:stop-time=10",
      "#EXTVLCOPT:start-time=10",
    ]);
    const read = parsePlaylist("x.m3u8", Buffer.from(m3u));
    expect("entries" in read && read.entries).toMatchObject([
      { creator: "Tidewater", title: "Platform", endSeconds: second },
      { creator: "Tidewater", title: "Causeway", startSeconds: second, endSeconds: 10 },
      { creator: "Gull", title: "Ferry", startSeconds: 10 },
    ]);
    const addresses = "entries" in read ? read.entries.map(({ location }) => location) : [];
    expect([addresses.length, new Set(addresses).size]).toEqual([3, 1]);
    const xspf = await exported("xspf");
    expect(xspf.match(/<vlc:option>(.*?)<\/vlc:option>/g)).toHaveLength(5);
    expect(xspf).toContain('xmlns:vlc="http://www.videolan.org/vlc/playlist/ns/0/"');
  });

  it("is one song to those who know of no parts", async () => {
    const text = await (await stage.ask("/api/v1/trending?type=one%20take")).text();
    const { results } = JSON.parse(text) as { results: Record<string, { title: string }[]> };
    expect(results["One take"]?.map(({ title }) => title)).toEqual(["Nachtzug nach Föhr"]);
  });

  it("goes with its file", async () => {
    await rm(join(stage.folder, "Music/Tidewater/03 Nachtzug nach Föhr.flac"));
    await stage.rescan();
    const { entries } = await stage.json<PlaylistEntryPage>(`/api/v3/playlists/${playlist.id}/items`);
    expect(entries.map(({ item }) => item)).toEqual([undefined, undefined, undefined, undefined]);
    expect(entries.map(({ durationSeconds }) => durationSeconds)).toMatchObject([
      second,
      10 - second,
      undefined,
      undefined,
    ]);
  });
});
