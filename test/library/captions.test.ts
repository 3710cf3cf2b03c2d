import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readArtworkObject, readCaptions } from "../../src/library/index.ts";
import { isSourceError } from "../../src/source/index.ts";
import { createLocalSource, createMemorySource } from "../../src/sources/index.ts";

const demo = createLocalSource({ root: join(import.meta.dirname, "../../demo") });

describe("readCaptions()", () => {
  it("gives WebVTT from any format and encoding", async () => {
    const srt = "1\r\n00:00:01,000 --> 00:00:02,000\r\nGr\u00FC\u00DFe\r\n";
    const source = createMemorySource({
      "latin.srt": Buffer.from(srt, "latin1"),
      "wide.srt": Buffer.from(`\uFEFF${srt}`, "utf16le"),
      "song.lrc": Buffer.from("[00:01.00]Gr\u00FC\u00DFe\n"),
    });
    const expected = { text: "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nGr\u00FC\u00DFe\n" };
    expect(await readCaptions(source, { key: "latin.srt", format: "srt" })).toEqual(expected);
    expect(await readCaptions(source, { key: "wide.srt", format: "srt" })).toEqual(expected);
    expect(await readCaptions(source, { key: "song.lrc", format: "lrc" })).toEqual({
      text: "WEBVTT\n\n00:00:01.000 --> 00:00:11.000\nGr\u00FC\u00DFe\n",
    });
    const { text } = (await readCaptions(demo, { key: "Films/Aurora over the fjord.vtt", format: "vtt" })) as {
      text: string;
    };
    expect(text).toMatch(/^WEBVTT\n/);
  });

  it("refuses what is too large or no captions, and passes on what the source says", async () => {
    const source = createMemorySource({
      "huge.vtt": Buffer.alloc(3 * 1024 * 1024, "WEBVTT\n"),
      "film.vtt": Buffer.alloc(9),
    });
    expect(await readCaptions(source, { key: "huge.vtt", format: "vtt" })).toEqual({
      problem: "It is larger than 2 MiB",
    });
    expect(await readCaptions(source, { key: "film.vtt", format: "vtt" })).toEqual({ problem: expect.any(String) });
    const missing = await readCaptions(source, { key: "no.vtt", format: "vtt" }).catch((error: unknown) => error);
    expect(isSourceError(missing, "not-found")).toBe(true);
  });
});

describe("readArtworkObject()", () => {
  it("gives a picture's bytes, and refuses one that is too large before it is read", async () => {
    const key = "Music/Tidewater/cover.jpg";
    const whole = await readFile(join(import.meta.dirname, "../../demo", key));
    expect(await readArtworkObject(demo, key)).toEqual({ bytes: new Uint8Array(whole) });
    const source = createMemorySource({ "cover.png": new Uint8Array(17 * 1024 * 1024) });
    expect(await readArtworkObject(source, "cover.png")).toEqual({ problem: "The picture is larger than 16 MiB" });
  });
});
