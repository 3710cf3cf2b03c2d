import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isPlaylistKey, parsePlaylist } from "./parse-playlist.ts";
import { maxPlaylistEntries, type NoPlaylist, type Playlist } from "./playlist.ts";

function parse(key: string, text: string): Playlist {
  const parsed = parsePlaylist(key, Buffer.from(text));
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed;
}

function problemOf(key: string, text: string): string {
  const parsed: Playlist | NoPlaylist = parsePlaylist(key, Buffer.from(text));
  return "problem" in parsed ? parsed.problem : "";
}

describe(".m3u", () => {
  it("reads titles, lengths and the list's own title; comments are none of its entries", () => {
    const text =
      "\uFEFF#EXTM3U\r\n#PLAYLIST: Evening \r\n# a remark\r\n#EXTINF:44,Ensemble - Low Water\r\n01 Low Water.mp3\r\n" +
      '#EXTINF:-1 tvg-name="a, b" group-title="News",Channel, One\nb.mp3\n\nplain.mp3\n';
    expect(parse("a.m3u8", text)).toEqual({
      title: "Evening",
      notes: [],
      entries: [
        { location: "01 Low Water.mp3", creator: "Ensemble", title: "Low Water", durationSeconds: 44 },
        { location: "b.mp3", title: "Channel, One", durationSeconds: undefined },
        { location: "plain.mp3" },
      ],
    });
  });

  it("refuses HLS manifests, which share the extension", () => {
    expect(problemOf("a.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\nseg0.ts\n")).toContain("HLS");
    expect(problemOf("a.m3u8", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlow.m3u8\n")).toContain("HLS");
  });

  it("keeps what it can of a list without end, and says so", () => {
    const { entries, notes } = parse("a.m3u", "a.mp3\n".repeat(maxPlaylistEntries + 5));
    expect(entries).toHaveLength(maxPlaylistEntries);
    expect(notes).toEqual([expect.stringContaining("5 are not")]);
  });
});

describe(".pls", () => {
  it("goes by its numbers, not by its lines", () => {
    const text =
      "[playlist]\nFile2=b.mp3\nTitle2=B\nLength2=-1\nfile1=a.mp3\nTitle1=A\nLength1=12\nTitle3=no file\nVersion=2";
    expect(parse("x.pls", text).entries).toEqual([
      { location: "a.mp3", title: "A", durationSeconds: 12 },
      { location: "b.mp3", title: "B", durationSeconds: undefined },
    ]);
    expect(problemOf("x.pls", "File1=a.mp3")).toContain("[playlist]");
  });
});

describe(".xspf", () => {
  const document = (tracks: string): string =>
    `<?xml version="1.0"?><playlist version="1" xmlns="http://xspf.org/ns/0/"><title>T &amp; U</title><trackList>${tracks}</trackList></playlist>`;

  it("reads tracks, decodes relative addresses once, and counts in milliseconds", () => {
    const track =
      "<track><location>F%C3%B6hr%2520.mp3</location><title>&#x41;</title><creator>B</creator><duration>1500</duration></track>";
    expect(parse("x.xspf", document(`${track}<track><title>nowhere</title></track>`))).toEqual({
      title: "T & U",
      notes: [],
      entries: [{ location: "Föhr%20.mp3", title: "A", creator: "B", durationSeconds: 1.5 }],
    });
  });

  it("refuses document types, and expands nothing", () => {
    const bomb = `<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>${document("<track><location>&b;</location></track>")}`;
    expect(problemOf("x.xspf", bomb)).toContain("document type");
    expect(problemOf("x.xspf", `<!-- <a> -->\n<!doctype x SYSTEM "file:///etc/passwd">${document("")}`)).toContain(
      "DTD",
    );
    expect(parse("x.xspf", document("<track><location>&b;</location></track>")).entries).toEqual([{ location: "&b;" }]);
  });

  it.each(["", "<playlist", "no xml", "<a/>", `${"<b>".repeat(5000)}`])("says what is wrong with %.20s", (text) => {
    expect(problemOf("x.xspf", text)).not.toBe("");
  });
});

describe(".cue", () => {
  const text = `PERFORMER "Band"
TITLE "Live"
FILE "live.flac" WAVE
  TRACK 01 AUDIO
    TITLE "One"
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    TITLE "Two"
    PERFORMER "Guest"
    INDEX 00 03:00:00
    INDEX 01 03:02:37
`;

  it("says where each track begins, and how long it is as far as that can be told", () => {
    expect(parse("x.cue", text)).toEqual({
      title: "Live",
      notes: [],
      entries: [
        {
          ...{ location: "live.flac", title: "One", creator: "Band", startSeconds: 0 },
          ...{ endSeconds: 182 + 37 / 75, durationSeconds: 182 + 37 / 75 },
        },
        { location: "live.flac", title: "Two", creator: "Guest", startSeconds: 182 + 37 / 75 },
      ],
    });
    expect(problemOf("x.cue", "REM nothing")).toContain("FILE");
  });
});

describe("parsePlaylist()", () => {
  it("knows its extensions", () => {
    expect(["a.m3u", "A.M3U8", "b/c.pls", "d.xspf", "e.cue"].map(isPlaylistKey)).toEqual(Array(5).fill(true));
    expect(["m3u", ".m3u", "a.mp3", "a.m3u/b"].map(isPlaylistKey)).toEqual(Array(4).fill(false));
  });

  it("never throws, whatever it is given", () => {
    const scraps = fc.constantFrom(
      "#EXTINF:",
      "[playlist]\n",
      "File1=",
      "<playlist>",
      "<![CDATA[",
      "&#x110000;",
      "FILE ",
      "INDEX 01 ",
      "\0",
    );
    const text = fc.array(fc.oneof(scraps, fc.string({ unit: "binary" }))).map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.constantFrom("m3u", "pls", "xspf", "cue"), text, (extension, value) => {
        const parsed = parsePlaylist(`a.${extension}`, Buffer.from(value));
        expect("problem" in parsed || Array.isArray(parsed.entries)).toBe(true);
      }),
    );
  });
});
