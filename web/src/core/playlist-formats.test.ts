import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OwnPlaylist } from "./player-data.ts";
import { parsePlaylistFile } from "./parse-playlist-file.ts";
import { formatPlaylist, type PlaylistFormat } from "./playlist-formats.ts";
import { parseElements } from "./xml-elements.ts";

const origin = "https://media.example/item/";
const options = { locate: (itemId: string) => origin + encodeURIComponent(itemId) };
const itemIdIn = (location: string): string | undefined =>
  location.startsWith(origin) ? decodeURIComponent(location.slice(origin.length)) : undefined;

const mine: OwnPlaylist = {
  id: "p",
  title: "Für <uns> & alle",
  changedAtMs: 1,
  entries: [
    { itemId: "a/b", title: "One & <two>", creators: ["Ann"], album: "First", durationSeconds: 61 },
    { title: "Elsewhere", creators: [], location: "https://other.example/x.mp3" },
  ],
};

const formats: readonly PlaylistFormat[] = ["m3u8", "xspf", "jspf"];

describe("playlists as files", () => {
  it.each(formats)("come back from %s", (format) => {
    const parsed = parsePlaylistFile(formatPlaylist(mine, format, options), "x", itemIdIn);
    const [first, second] = mine.entries;
    const { album, ...plain } = first ?? { album: undefined };
    expect(parsed).toEqual({
      kind: "playlist",
      title: mine.title,
      entries: [{ ...plain, location: `${origin}a%2Fb`, ...(format === "m3u8" ? {} : { album }) }, second],
    });
  });

  it.each(formats)("keep their lines apart in %s, whatever their titles hold", (format) => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, unit: "binary" }), { minLength: 1, maxLength: 5 }), (titles) => {
        const entries = titles.map((title, index) => ({ itemId: `i${index}`, title, creators: [] }));
        const text = formatPlaylist({ ...mine, entries }, format, options);
        const parsed = parsePlaylistFile(text, "x", itemIdIn);
        expect(parsed.kind === "playlist" && parsed.entries.map(({ itemId }) => itemId)).toEqual(
          entries.map(({ itemId }) => itemId),
        );
      }),
    );
  });

  it("are read as others write them", () => {
    const vlc =
      '<?xml version="1.0"?><playlist xmlns="http://xspf.org/ns/0/" xmlns:vlc="http://www.videolan.org/vlc/playlist/ns/0/" version="1">' +
      "<title>Playlist</title><trackList><track><location>file:///m/a%20b.mp3</location><duration>5000</duration>" +
      '<extension application="http://www.videolan.org/vlc/playlist/0"><vlc:id>0</vlc:id></extension></track></trackList></playlist>';
    expect(parsePlaylistFile(vlc, "x.xspf", itemIdIn)).toMatchObject({
      title: "Playlist",
      entries: [{ title: "a b", durationSeconds: 5, location: "file:///m/a%20b.mp3" }],
    });
    const pls = "[playlist]\nFile2=b.mp3\nFile1=C:\\m\\a.mp3\nTitle1=Ann - A\nLength1=-1\nNumberOfEntries=2\n";
    expect(parsePlaylistFile(pls, "x.pls", itemIdIn)).toMatchObject({
      title: "x",
      entries: [
        { title: "A", creators: ["Ann"] },
        { title: "b", location: "b.mp3" },
      ],
    });
    const freeTube =
      '{"playlistName":"Later","videos":[{"videoId":"abc","title":"T","author":"U","lengthSeconds":9}]}\n{"playlistName":"Two"}';
    expect(parsePlaylistFile(freeTube, "x.db", itemIdIn)).toMatchObject({
      title: "Later",
      entries: [{ title: "T", location: "https://www.youtube.com/watch?v=abc" }],
    });
    expect(parsePlaylistFile("music/a.mp3\r\nmusic/b.flac\r\n", "Old.m3u", itemIdIn)).toMatchObject({
      title: "Old",
      entries: [{ title: "a" }, { title: "b" }],
    });
  });

  it.each([
    ["<html><body>no</body></html>", "no playlist"],
    ["{}", "no playlist"],
    ['{"playlist":', "no playlist"],
    ["just some words", "no playlist"],
    ["", "no playlist"],
    ["#EXTM3U\n", "holds no entries"],
    [`#EXTM3U\n${"a.mp3\n".repeat(20_001)}`, "20001 entries"],
  ])("are refused in words: %.40j", (text, reason) => {
    expect(parsePlaylistFile(text, "x", itemIdIn)).toEqual({
      kind: "invalid",
      reason: expect.stringContaining(reason) as string,
    });
  });
});

describe("parseElements", () => {
  it("takes no document type, and so no entities of its own", () => {
    expect(parseElements('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')).toBeUndefined();
    expect(parseElements("<a>&b; &amp; &#x41;</a>")).toEqual([{ name: "a", text: "&b; & A", children: [] }]);
  });

  it.each(["<a>", "</a>", "<a></b>", "<a", "<a><b></a></b>", "<a>".repeat(40) + "</a>".repeat(40)])(
    "refuses %s",
    (text) => {
      expect(parseElements(text)).toBeUndefined();
    },
  );

  it("is quick on hostile input", () => {
    const startedAt = performance.now();
    for (const text of [
      `<a ${'"'.repeat(50_000)}`,
      `<a ${"x=".repeat(50_000)}`,
      "<".repeat(50_000),
      `<![CDATA[${"]]".repeat(50_000)}`,
    ]) {
      expect(parseElements(text)).toBeUndefined();
    }
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});
