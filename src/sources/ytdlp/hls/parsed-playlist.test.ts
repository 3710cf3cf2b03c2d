import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatMasterPlaylist, formatMediaPlaylist } from "./format-playlist.ts";
import { mergedPlaylist } from "./merged-playlist.ts";
import { type ParsedPlaylist, parsePlaylist } from "./parsed-playlist.ts";

const url = new URL("https://cdn.example/film/list.m3u8?token=secret");

function parse(...lines: readonly string[]): ParsedPlaylist {
  return parsePlaylist(["#EXTM3U", ...lines].join("\n"), url);
}

/** A media playlist as we write it. */
function rewritten(...lines: readonly string[]): string[] {
  const parsed = parse(...lines);
  if (parsed.kind !== "media") {
    throw new Error(`${parsed.kind}`);
  }
  const text = formatMediaPlaylist(parsed.playlist, {
    segment: (_segment, number) => ({ href: `s${number}.ts` }),
    map: ({ map }) => map && { href: `m${map.since}.mp4` },
    key: ({ key }) => key && `k${key.since}.key`,
  });
  return text.trimEnd().split("\n").slice(1);
}

describe("media playlists", () => {
  it("are written anew: addresses are ours, what matters is kept, what is not understood is dropped", () => {
    const lines = rewritten(
      "#EXT-X-TARGETDURATION:4",
      "#EXT-X-MEDIA-SEQUENCE:7",
      '#EXT-X-DATERANGE:ID="ad",X-ASSET-URI="https://tracker.example/"',
      '#EXT-X-MAP:URI="init.mp4",BYTERANGE="100@0"',
      "#EXTINF:4.0,A title",
      "a.m4s",
      '#EXT-X-KEY:METHOD=AES-128,URI="/key?1",IV=0x0a',
      "#EXT-X-PROGRAM-DATE-TIME:2024-01-01T00:00:00Z",
      "#EXTINF:3.5,",
      "https://other.example/b.m4s",
      "#EXT-X-DISCONTINUITY",
      "#EXT-X-KEY:METHOD=NONE",
      '#EXT-X-MAP:URI="init2.mp4"',
      "#EXTINF:1,",
      "c.m4s",
      "#EXT-X-ENDLIST",
    );
    expect(lines).toEqual([
      "#EXT-X-VERSION:7",
      "#EXT-X-TARGETDURATION:4",
      "#EXT-X-MEDIA-SEQUENCE:7",
      "#EXT-X-PLAYLIST-TYPE:VOD",
      '#EXT-X-MAP:URI="m7.mp4"',
      "#EXTINF:4.000000,",
      "s7.ts",
      '#EXT-X-KEY:METHOD=AES-128,IV=0x0a,URI="k8.key"',
      "#EXT-X-PROGRAM-DATE-TIME:2024-01-01T00:00:00Z",
      "#EXTINF:3.500000,",
      "s8.ts",
      "#EXT-X-DISCONTINUITY",
      "#EXT-X-KEY:METHOD=NONE",
      '#EXT-X-MAP:URI="m9.mp4"',
      "#EXTINF:1.000000,",
      "s9.ts",
      "#EXT-X-ENDLIST",
    ]);
  });

  it("name parts of files, one after the other where they say no more", () => {
    const parsed = parse(
      ...[
        "#EXTINF:2,",
        "#EXT-X-BYTERANGE:100@50",
        "a.ts",
        "#EXTINF:2,",
        "#EXT-X-BYTERANGE:70",
        "a.ts",
        "#EXT-X-ENDLIST",
      ],
    );
    const segments = parsed.kind === "media" ? parsed.playlist.segments : [];
    expect(segments.map(({ address, range }) => ({ address, range }))).toEqual([
      { address: "https://cdn.example/film/a.ts", range: { start: 50, end: 150 } },
      { address: "https://cdn.example/film/a.ts", range: { start: 150, end: 220 } },
    ]);
  });

  it("that go on remember what has left them, and keep the names of what initialises segments", () => {
    const listAt = (first: number): Exclude<ParsedPlaylist, { kind: "refused" }> => {
      const numbers = [first, first + 1, first + 2];
      const segments = numbers.flatMap((number) => ["#EXTINF:2,", `${number}.m4s`]);
      const parsed = parse(`#EXT-X-MEDIA-SEQUENCE:${first}`, '#EXT-X-MAP:URI="init.mp4"', ...segments);
      if (parsed.kind === "refused") throw new Error(parsed.why);
      return parsed;
    };
    let merged = mergedPlaylist(listAt(10), undefined);
    for (let first = 12; first < 1000; first += 2) {
      merged = mergedPlaylist(listAt(first), merged);
    }
    const { content, past } = merged;
    const segments = content.kind === "media" ? content.playlist.segments : [];
    expect(segments.map(({ map }) => map?.since)).toEqual([10, 10, 10]);
    expect([past.size, past.get(997)?.address]).toEqual([200, "https://cdn.example/film/997.m4s"]);
  });
});

describe("master playlists", () => {
  it("are written anew, sounds first", () => {
    const parsed = parse(
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English",LANGUAGE="en",DEFAULT=YES,URI="sound.m3u8"',
      '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="x",URI="subs.m3u8"',
      '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="i.m3u8"',
      '#EXT-X-STREAM-INF:BANDWIDTH=1280000,RESOLUTION=1280x720,CODECS="avc1.4d401f,mp4a.40.2",AUDIO="a",SUBTITLES="s"',
      "720.m3u8",
    );
    const text = parsed.kind === "master" ? formatMasterPlaylist(parsed.playlist, (number) => `l${number}.m3u8`) : "";
    expect(text.trimEnd().split("\n").slice(3)).toEqual([
      '#EXT-X-MEDIA:TYPE=AUDIO,DEFAULT=YES,AUTOSELECT=YES,GROUP-ID="a",NAME="English",LANGUAGE="en",URI="l0.m3u8"',
      '#EXT-X-STREAM-INF:BANDWIDTH=1280000,RESOLUTION=1280x720,CODECS="avc1.4d401f,mp4a.40.2",AUDIO="a"',
      "l1.m3u8",
    ]);
  });
});

describe("what is no playlist for us", () => {
  it.each([
    ["a page", ["<html>"], "bad-upstream", "no HLS playlist"],
    [
      "SAMPLE-AES",
      ['#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://x",KEYFORMAT="com.apple.streamingkeydelivery"'],
      "unsupported",
      "DRM (SAMPLE-AES",
    ],
    [
      "a DRM key of AES-128",
      ['#EXT-X-KEY:METHOD=AES-128,URI="x",KEYFORMAT="com.widevine"'],
      "unsupported",
      "com.widevine",
    ],
    ["a session key", ['#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES-CTR,URI="x"'], "unsupported", "DRM"],
    ["variables", ['#EXT-X-DEFINE:NAME="a",VALUE="b"'], "unsupported", "variables"],
    ["a segment without a length", ["a.ts"], "bad-upstream", "segment 1"],
    ["a segment of years", ["#EXTINF:1e9,", "a.ts"], "bad-upstream", "segment 1"],
    ["an impossible number", ["#EXT-X-MEDIA-SEQUENCE:99999999999999999999"], "bad-upstream", "MEDIA-SEQUENCE"],
    ["a part without a place", ["#EXTINF:2,", "#EXT-X-BYTERANGE:5", "a.ts"], "bad-upstream", "BYTERANGE"],
    ["a map without an address", ['#EXT-X-MAP:BYTERANGE="5@0"'], "bad-upstream", "EXT-X-MAP"],
    ["a key without an address", ["#EXT-X-KEY:METHOD=AES-128"], "bad-upstream", "EXT-X-KEY"],
    ["nothing", ["#EXT-X-ENDLIST"], "bad-upstream", "no segments"],
    ["a variant without a rate", ['#EXT-X-STREAM-INF:CODECS="x"', "a.m3u8"], "bad-upstream", "variant 1"],
    ["single pictures", ["#EXT-X-I-FRAMES-ONLY"], "bad-upstream", "single pictures"],
    ["a million segments", Array.from({ length: 60_000 }, () => "#EXTINF:1,\na.ts"), "bad-upstream", "more than"],
  ])("%s is refused in words", (name, lines, code, why) => {
    const text = [name === "a page" ? "<!doctype html>" : "#EXTM3U", ...lines].join("\n");
    expect(parsePlaylist(text, url)).toMatchObject({
      kind: "refused",
      code,
      why: expect.stringContaining(why) as string,
    });
  });

  it("any text is taken for what it is, and no line of it passes through", () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom(
        "#EXTINF:2,",
        '#EXT-X-MAP:URI="a"',
        '#EXT-X-KEY:METHOD=AES-128,URI="k"',
        "#EXT-X-ENDLIST",
        "x.ts",
      ),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const parsed = parse(...lines);
        if (parsed.kind === "media") {
          const files = { segment: () => ({ href: "s" }), map: () => ({ href: "m" }), key: () => "k" };
          const written = formatMediaPlaylist(parsed.playlist, files).trimEnd().split("\n");
          expect(written.filter((one) => !/^(?:s|#EXTM3U|#EXTINF:[\d.]+,|#EXT-X-[A-Z-]+(?::.*)?)$/.test(one))).toEqual(
            [],
          );
        }
      }),
    );
  });
});
