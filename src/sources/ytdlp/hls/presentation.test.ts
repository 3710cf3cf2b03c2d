import { describe, expect, it } from "vitest";
import { listForms } from "../list-forms.ts";
import { parseSiteFormat, type SiteFormat } from "../media-format.ts";
import type { Resolution } from "../resolution.ts";
import { choosePresentation, masterOf } from "./presentation.ts";

/** A format as yt-dlp prints it. */
function format(id: string, more: Readonly<Record<string, unknown>>): SiteFormat {
  const printed = { format_id: id, url: `https://cdn.example/${id}`, ext: "mp4", ...more };
  const parsed = parseSiteFormat(printed, {});
  if (parsed === undefined) throw new Error(`No format: ${id}`);
  return parsed;
}

const picture = { vcodec: "avc1.4d401f", acodec: "none", width: 1280, height: 720, tbr: 1000 };
const tracks = [
  format("136", picture),
  format("134", { ...picture, width: 640, height: 360, tbr: 400 }),
  format("140", { ext: "m4a", vcodec: "none", acodec: "mp4a.40.2", tbr: 128 }),
];
const webm = [
  format("247", { ...picture, ext: "webm", vcodec: "vp9" }),
  format("251", { ext: "webm", vcodec: "none", acodec: "opus" }),
];
const hls = format("hls-1", { protocol: "m3u8_native", height: 480 });
const fragments = [{ path: "init" }, { path: "1", duration: 4 }];
const dash = format("dash-1", { ...picture, acodec: undefined, protocol: "http_dash_segments", fragments });
const joint = format("18", { vcodec: "avc1.42001e", acodec: "mp4a.40.2", height: 360 });

function idsOf(formats: readonly SiteFormat[], formatId?: string): readonly (string | undefined)[] | undefined {
  const presentation = choosePresentation(formats, formatId);
  return presentation && [...presentation.pictures.map(({ id }) => id), presentation.sound?.id];
}

describe("choosePresentation()", () => {
  it.each([
    ["tracks apart, before the site's own lists", [...tracks, ...webm, hls, dash], ["136", "134", "140"]],
    ["the site's list where the tracks are WebM", [...webm, dash, hls], ["hls-1", undefined]],
    ["DASH where there is nothing else", [dash], ["dash-1", undefined]],
    [
      "a list with a picture before one without",
      [format("hls-a", { protocol: "m3u8_native", vcodec: "none" }), dash],
      ["dash-1", undefined],
    ],
    ["sound alone", [format("hls-a", { protocol: "m3u8_native", vcodec: "none" })], ["hls-a"]],
  ])("takes %s", (_name, formats, ids) => {
    expect(idsOf(formats)).toEqual(ids);
  });

  it.each([
    ["one file with all it has", [joint]],
    ["a picture without any sound", tracks.slice(0, 2)],
    ["sound in a file", tracks.slice(2)],
    ["WebM", webm],
    [
      "DASH that nothing initialises",
      [format("dash-2", { protocol: "http_dash_segments", fragments: [{ path: "1", duration: 4 }] })],
    ],
  ])("has nothing for %s", (_name, formats) => {
    expect(choosePresentation(formats)).toBeUndefined();
  });

  it("finds the sound for one picture", () => {
    expect(idsOf(tracks, "134")).toEqual(["134", "140"]);
    expect(idsOf([...tracks, hls], "hls-1")).toEqual(["hls-1", undefined]);
    expect(choosePresentation(tracks, "nothing")).toBeUndefined();
  });

  it("tells players what they will need to choose", () => {
    const presentation = choosePresentation(tracks);
    expect(presentation && masterOf(presentation)).toEqual({
      variants: [
        {
          address: "136",
          bitsPerSecond: 1_128_000,
          codecs: "avc1.4d401f,mp4a.40.2",
          resolution: "1280x720",
          soundGroup: "sound",
        },
        {
          address: "134",
          bitsPerSecond: 528_000,
          codecs: "avc1.4d401f,mp4a.40.2",
          resolution: "640x360",
          soundGroup: "sound",
        },
      ],
      sounds: [{ address: "140", group: "sound", name: "Original", isDefault: true }],
    });
    const [variant] = masterOf({
      pictures: [format("x", { protocol: "m3u8", vcodec: "h264" })],
      sound: undefined,
    }).variants;
    expect(variant).toMatchObject({ codecs: undefined, bitsPerSecond: 1_000_000 });
  });
});

describe("listForms()", () => {
  it("puts first what plays best", () => {
    const first = (formats: readonly SiteFormat[]): string | undefined =>
      listForms(
        { formats, preferredFormatId: undefined } as unknown as Resolution,
        undefined,
        choosePresentation(formats),
      )[0]?.id;
    expect(first([...tracks, joint])).toBe("18");
    expect(first(tracks)).toBe("hls~all");
    expect(first(webm)).toBe("joined~hi");
    expect(first([...webm, hls])).toBe("hls~all");
    expect(first(tracks.slice(2))).toBe("140");
    expect(first([dash])).toBe("hls~all");
  });
});
