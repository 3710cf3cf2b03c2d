import { copyFile, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readEmbeddedArtwork, readMediaFacts, resizeArtwork } from "../../src/library/index.ts";
import { createLocalSource, createMemorySource } from "../../src/sources/index.ts";
import { describeWithParts } from "../real/require-part.ts";
import { createTemporaryFolder, type TemporaryFolder } from "../real/temporary-folder.ts";
import { countReads } from "./counting-source.ts";
import { filmInput, makeMedia, makeMp3WithCover, tone } from "./make-media.ts";

const demo = join(import.meta.dirname, "../../demo");
const mostBytes = 1024 * 1024;

/** Facts of a file, with what reading them has cost. */
async function factsOf(root: string, key: string) {
  const { source, counts } = countReads(createLocalSource({ root }));
  const { facts, version } = await readMediaFacts(source, key);
  return { facts, version, counts };
}

describe("readMediaFacts() of the demo's files", () => {
  const ensemble = {
    creators: ["Sluice House Ensemble"],
    year: 2025,
    genres: ["Ambient"],
    hasArtwork: true,
    issues: [],
  };
  const track = (title: string, number: number) => ({ ...ensemble, title, album: "Tidewater", track: number });

  it.each([
    ["Music/Tidewater/01 Low Water.mp3", "audio/mpeg", 44.04, track("Low Water", 1)],
    ["Music/Tidewater/02 Harbour Lights.m4a", "audio/mp4", 42.02, track("Harbour Lights", 2)],
    ["Music/Tidewater/03 Nachtzug nach Föhr.flac", "audio/flac", 18, track("Nachtzug nach Föhr", 3)],
    ["Music/Tidewater/04 Salt & Starlight.opus", "audio/ogg", 44, track("Salt & Starlight", 4)],
    ["Music/Tidewater/05 Morning on the Flats.ogg", "audio/ogg", 38, track("Morning on the Flats", 5)],
    ["Films/Slow tide.mp4", "video/mp4", 24.02, { title: "Slow tide", widthPixels: 1280, heightPixels: 720 }],
    [
      "Films/Starlings at dusk.webm",
      "video/webm",
      20,
      { title: "Starlings at dusk", widthPixels: 960, heightPixels: 540 },
    ],
    ["Pictures/Ink in water.webp", "image/webp", undefined, { widthPixels: 1440, heightPixels: 960 }],
  ])("%s", async (key, mediaType, seconds, expected) => {
    const { facts, version, counts } = await factsOf(demo, key);
    expect(facts).toMatchObject({ mediaType, ...expected });
    expect(
      facts.durationSeconds === undefined ? undefined : Math.abs(facts.durationSeconds - (seconds ?? 0)) < 0.05,
    ).toBe(seconds === undefined ? undefined : true);
    expect(version).toMatch(/^".+"$/);
    expect(counts.reads).toBeLessThanOrEqual(2);
    expect(counts.bytes).toBeLessThanOrEqual(256 * 1024);
  });

  it("finds the pictures within them, and makes these small", async () => {
    const source = createLocalSource({ root: demo });
    for (const name of [
      "01 Low Water.mp3",
      "02 Harbour Lights.m4a",
      "03 Nachtzug nach Föhr.flac",
      "04 Salt & Starlight.opus",
    ]) {
      const found = await readEmbeddedArtwork(source, `Music/Tidewater/${name}`);
      if ("problem" in found) throw new Error(`${name}: ${found.problem}`);
      for (const format of ["webp", "avif", "jpeg"] as const) {
        const small = await resizeArtwork(found.bytes, { size: 64, format });
        expect(small).toMatchObject({ mediaType: `image/${format}` });
        expect("bytes" in small && small.bytes.length).toBeLessThan(8192);
      }
    }
    expect(await readEmbeddedArtwork(source, "Films/Slow tide.mp4")).toEqual({
      problem: "The file carries no picture",
    });
  });
});

describeWithParts(["ffmpeg"], "readMediaFacts() of what ffmpeg makes", () => {
  let folder: TemporaryFolder;

  beforeAll(async () => {
    folder = await createTemporaryFolder("media-facts");
  });

  afterAll(async () => {
    await folder?.[Symbol.asyncDispose]();
  });

  it("reads a long film without its tables, in a few reads", async () => {
    const path = join(folder.path, "long.mp4");
    const codec = ["-c:v", "libx264", "-preset", "ultrafast", "-x264-params", "bframes=2:b-adapt=0", "-c:a", "aac"];
    const about = ["-metadata", "title=Long", "-metadata:s:a:0", "language=deu"];
    await makeMedia(path, ...filmInput(400, 100), ...codec, ...about);
    const bytes = await readFile(path);
    expect(bytes.length - bytes.lastIndexOf("moov"), "size of moov").toBeGreaterThan(400 * 1024);
    const { facts, counts } = await factsOf(folder.path, "long.mp4");
    expect(facts).toMatchObject({ title: "Long", widthPixels: 64, heightPixels: 48, languages: ["de"], issues: [] });
    expect(facts.durationSeconds).toBeCloseTo(400, 0);
    expect(counts.bytes).toBeLessThanOrEqual(256 * 1024);
    expect(counts.reads).toBeLessThanOrEqual(4);
  }, 60_000);

  it.each([
    ["wv", "audio/wavpack", true],
    ["aif", "audio/aiff", true],
    ["aiff", "audio/aiff", true],
    // Their being there is all that is known of these.
    ["ac3", "audio/ac3", false],
    ["eac3", "audio/eac3", false],
    ["tta", "audio/x-tta", false],
  ])("knows .%s", async (extension, mediaType, isReadable) => {
    await makeMedia(join(folder.path, `tone.${extension}`), ...tone, "-t", "3", "-metadata", "title=Tone");
    const { facts } = await factsOf(folder.path, `tone.${extension}`);
    expect(facts).toMatchObject({ mediaType, issues: [] });
    expect(facts.durationSeconds).toEqual(isReadable ? expect.closeTo(3, 1) : undefined);
  });

  it("reads a film past the fonts that are attached to it", async () => {
    const font = join(folder.path, "font.ttf");
    await writeFile(font, new Uint8Array(3 * 1024 * 1024));
    const attached = ["-attach", font, "-metadata:s:2", "mimetype=application/x-truetype-font"];
    const about = ["-metadata", "title=Attached", "-metadata", "artist=Ann", "-metadata:s:a:0", "language=fre"];
    await makeMedia(
      join(folder.path, "fonts.mkv"),
      ...filmInput(20, 10),
      "-c:v",
      "libx264",
      "-c:a",
      "aac",
      ...attached,
      ...about,
    );
    const { facts, counts } = await factsOf(folder.path, "fonts.mkv");
    expect(facts).toMatchObject({
      title: "Attached",
      creators: ["Ann"],
      widthPixels: 64,
      languages: ["fr"],
      issues: [],
    });
    expect(facts.durationSeconds).toBeCloseTo(20, 0);
    expect(counts.bytes).toBeLessThanOrEqual(256 * 1024);
  });

  it("tells the size of a turned film as it is shown", async () => {
    await makeMedia(join(folder.path, "upright.mp4"), ...filmInput(1, 10), "-c:v", "libx264", "-c:a", "aac");
    const turned = join(folder.path, "turned.mp4");
    await makeMedia(turned, "-i", join(folder.path, "upright.mp4"), "-c", "copy", "-metadata:s:v:0", "rotate=90");
    expect((await factsOf(folder.path, "turned.mp4")).facts).toMatchObject({ widthPixels: 48, heightPixels: 64 });
  });

  it.each([
    ["wav", "audio/wav", ["-c:a", "pcm_s16le"]],
    ["aiff", "audio/x-aiff", ["-write_id3v2", "1"]],
    ["wma", "audio/x-ms-wma", []],
    ["wv", "audio/x-wavpack", []],
    ["mka", "audio/matroska", ["-c:a", "libopus"]],
    ["mkv", "video/matroska", ["-c:a", "libopus"]],
    ["aac", "audio/aac", []],
  ])("reads .%s", async (extension, mediaType, options) => {
    const name = `tone.${extension}`;
    await makeMedia(
      join(folder.path, name),
      ...tone,
      "-t",
      "3",
      "-metadata",
      "title=Tone",
      "-metadata",
      "artist=Ann",
      ...options,
    );
    const { facts } = await factsOf(folder.path, name);
    expect(facts).toMatchObject({ mediaType: expect.stringContaining(mediaType.split("/")[0] ?? ""), issues: [] });
    expect(facts.durationSeconds).toBeGreaterThan(2.5);
    expect(facts.durationSeconds).toBeLessThan(3.5);
    if (extension !== "aac") {
      expect(facts).toMatchObject({ title: "Tone", creators: ["Ann"] });
    }
  });

  it("reads the tags before a cover of 100 MB, and refuses the cover", async () => {
    const name = await makeMp3WithCover(folder.path, 100 * 1024 * 1024);
    const { facts, counts } = await factsOf(folder.path, name);
    expect(facts).toMatchObject({ title: "Heavy Weather", creators: ["The Covers", "A Guest"], hasArtwork: true });
    expect(facts.durationSeconds).toBeGreaterThan(1.5);
    expect(counts.bytes).toBeLessThanOrEqual(mostBytes);
    const artwork = await readEmbeddedArtwork(createLocalSource({ root: folder.path }), name);
    expect(artwork).toEqual({ problem: expect.stringContaining("16 MiB") });
  });

  it("keeps what is known of empty, truncated and misnamed files, and says what is wrong", async () => {
    const film = join(demo, "Films/Slow tide.mp4");
    await writeFile(join(folder.path, "empty.mp3"), "");
    await copyFile(film, join(folder.path, "cut.mp4"));
    await truncate(join(folder.path, "cut.mp4"), 500_000);
    await copyFile(film, join(folder.path, "film.mp3"));
    await writeFile(join(folder.path, "words.mp3"), "these are words, and no music\n".repeat(100));
    await writeFile(join(folder.path, "words.jpg"), "no picture");
    const issuesOf = async (key: string) => (await factsOf(folder.path, key)).facts.issues;
    expect(await issuesOf("empty.mp3")).toEqual(["It is empty"]);
    expect(await issuesOf("cut.mp4")).toEqual(["No sound or picture was found in it"]);
    expect(await issuesOf("words.mp3")).toHaveLength(1);
    expect(await issuesOf("words.jpg")).toEqual([expect.stringContaining("damaged")]);
    for (const name of ["bell.mid", "scan.psd", "old.avi"]) {
      await writeFile(join(folder.path, name), "of a kind whose tags nobody reads here");
      expect(await issuesOf(name)).toEqual([]);
    }
    const { facts } = await factsOf(folder.path, "film.mp3");
    expect(facts).toMatchObject({ mediaType: "video/mp4", title: "Slow tide" });
    expect(facts.issues).toEqual(["Its name says audio/mpeg, its bytes say video/mp4"]);
  });
});

describe("readMediaFacts() of damaged files", () => {
  const names = [
    "Music/Tidewater/01 Low Water.mp3",
    "Music/Tidewater/02 Harbour Lights.m4a",
    "Music/Tidewater/03 Nachtzug nach Föhr.flac",
    "Music/Tidewater/04 Salt & Starlight.opus",
    "Films/Starlings at dusk.webm",
    "Films/Aurora over the fjord.mp4",
    "Pictures/Dünen im Abendlicht.jpg",
  ];

  it.each(names)("never fails and never reads much: %s", async (name) => {
    const original = new Uint8Array(await readFile(join(demo, name))).slice(0, 160 * 1024);
    const damage = fc.array(fc.record({ at: fc.nat(40_000), byte: fc.nat(255) }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(damage, fc.integer({ min: 1, max: original.length }), async (blows, length) => {
        const bytes = original.slice(0, length);
        for (const { at, byte } of blows) bytes[at % length] = byte;
        const { source, counts } = countReads(createMemorySource({ [name]: bytes }));
        const { facts } = await readMediaFacts(source, name);
        expect(Array.isArray(facts.issues)).toBe(true);
        expect(counts.bytes).toBeLessThanOrEqual(mostBytes);
      }),
      { numRuns: 60 },
    );
  });
});

describe("resizeArtwork()", () => {
  it("refuses what is no picture, and pictures that would fill the memory", async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>');
    expect(await resizeArtwork(svg, { size: 64, format: "webp" })).toEqual({ problem: expect.any(String) });
    // The head of a PNG that says it is 40,000 pixels wide and high.
    const png = new Uint8Array(await readFile(join(demo, "Pictures/Contour lines.png")));
    new DataView(png.buffer).setUint32(16, 40_000);
    new DataView(png.buffer).setUint32(20, 40_000);
    expect(await resizeArtwork(png, { size: 64, format: "webp" })).toEqual({ problem: expect.any(String) });
  });
});
