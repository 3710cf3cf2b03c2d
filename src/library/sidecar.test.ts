import { describe, expect, it } from "vitest";
import { findCover, pairSidecars } from "./companions.ts";
import { parseSidecarKey } from "./sidecar.ts";

describe("parseSidecarKey()", () => {
  it.each([
    ["a/film.vtt", "a/film", undefined, undefined],
    ["a/film.en.vtt", "a/film", "en", "English"],
    ["film.pt-BR.sdh.srt", "film", "pt-BR", "Brazilian Portuguese (for the deaf)"],
    ["film.deu.forced.srt", "film", "de", "German (forced)"],
    ["film.hi.vtt", "film", "hi", "Hindi"],
    ["film.en.hi.vtt", "film", "en", "English (for the deaf)"],
    ["film.part2.zh_Hant.vtt", "film.part2", "zh-Hant", "Traditional Chinese"],
    ["song.lrc", "song", undefined, undefined],
    ["x.ab12.vtt", "x.ab12", undefined, undefined],
  ])("%s goes with %s: %s, %s", (key, stem, language, label) => {
    const reading = parseSidecarKey(key).at(-1);
    expect(reading?.stem).toBe(stem);
    expect(reading?.sidecar).toMatchObject({ key, format: key.slice(-3) });
    expect([reading?.sidecar.language, reading?.sidecar.label]).toEqual([language, label]);
  });

  it("is about nothing else", () => {
    expect(["film.mp4", "vtt", ".vtt", "film.vtt.bak"].flatMap(parseSidecarKey)).toEqual([]);
  });
});

describe("pairSidecars()", () => {
  const objects = (...keys: string[]) => keys.map((key) => ({ kind: "object" as const, key }));

  it("finds each its film, the longest name first", () => {
    const keys = ["d/Up.No.mp4", "d/Up.mkv", "d/song.mp3", "d/song.flac"];
    const pairs = pairSidecars(objects("d/Up.No.vtt", "d/Up.en.srt", "d/song.lrc", "d/other.vtt"), keys);
    expect(Object.fromEntries([...pairs].map(([key, sidecars]) => [key, sidecars.map((one) => one.key)]))).toEqual({
      "d/Up.No.mp4": ["d/Up.No.vtt"],
      "d/Up.mkv": ["d/Up.en.srt"],
      "d/song.mp3": ["d/song.lrc"],
      "d/song.flac": ["d/song.lrc"],
    });
    expect(pairs.get("d/Up.No.mp4")?.[0]).not.toHaveProperty("language");
  });

  it("takes a folder's picture by its name", () => {
    expect(findCover(objects("d/a.jpg", "d/Folder.JPG", "d/cover.png"))).toBe("d/cover.png");
    expect(findCover(objects("d/a.jpg", "d/cover.txt"))).toBeUndefined();
  });
});
