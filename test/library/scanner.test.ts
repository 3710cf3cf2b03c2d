import { mkdir, rename, rm, utimes } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createScanner, type ScanReport } from "../../src/library/index.ts";
import type { Source } from "../../src/source/index.ts";
import { createHttpSource } from "../../src/sources/index.ts";
import { itemsOf, type ScanStage, setStage } from "./scan-stage.ts";
import { silentWav } from "./silent-wav.ts";
import { cutAfterHead, failingSource, plain, slowSource } from "./troubled-source.ts";

const song = "Music/Tidewater/01 Low Water.mp3";

describe("a scan", () => {
  let stage: ScanStage;

  beforeEach(async () => {
    stage = await setStage();
  });

  afterEach(async () => {
    await stage[Symbol.asyncDispose]();
  });

  const scan = (): Promise<ScanReport> => stage.scanner.scan(stage.scanned);

  it("finds the demo: songs, films, pictures, captions, covers, the playlist", async () => {
    await using full = await setStage({ demo: true });
    const report = await full.scanner.scan(full.scanned);
    expect(report).toMatchObject({ result: "complete", failed: 0, objects: 12 });
    const items = await full.items();
    expect([...items.keys()].toSorted()).toEqual([
      "Films/Aurora over the fjord.mp4",
      "Films/Slow tide.mp4",
      "Films/Starlings at dusk.webm",
      "Music/Tidewater/01 Low Water.mp3",
      "Music/Tidewater/02 Harbour Lights.m4a",
      "Music/Tidewater/03 Nachtzug nach Föhr.flac",
      "Music/Tidewater/04 Salt & Starlight.opus",
      "Music/Tidewater/05 Morning on the Flats.ogg",
      "Pictures/Contour lines.png",
      "Pictures/Dünen im Abendlicht.jpg",
      "Pictures/Ink in water.webp",
    ]);
    expect(items.get("Films/Aurora over the fjord.mp4")).toMatchObject({
      kind: "video",
      width: 1280,
      captions: [{ key: "Films/Aurora over the fjord.vtt", format: "vtt" }],
    });
    const [playlist] = (await full.catalog.playlists()).entries;
    expect(playlist).toMatchObject({ title: "Tidewater", entryCount: 5, issues: [] });
    const { entries } = await full.catalog.playlistEntries(playlist?.id ?? "");
    expect(entries.map(({ item }) => item?.trackNumber)).toEqual([1, 2, 3, 4, 5]);
  });

  it("reads nothing of what is unchanged, and again what has changed or got company", async () => {
    await stage.put("a.mp3", song);
    await stage.put("film.mp4", "Films/Slow tide.mp4");
    await scan();
    const first = await stage.items();
    stage.counts.reads = 0;
    expect(await scan()).toMatchObject({ result: "complete", objects: 2 });
    expect(stage.counts.reads).toBe(0);
    await utimes(join(stage.root, "a.mp3"), new Date(), new Date(Date.now() + 5000));
    await stage.write("film.en.srt", "1\n00:00:01,000 --> 00:00:02,000\nHi\n");
    const report = await scan();
    expect(report.source?.lastScan).toMatchObject({ added: 0, changed: 2, removed: 0 });
    const items = await stage.items();
    expect(items.get("film.mp4")?.captions).toMatchObject([{ key: "film.en.srt", language: "en", label: "English" }]);
    expect([...items.values()].map(({ id }) => id)).toEqual([...first.values()].map(({ id }) => id));
  });

  it("removes what is gone, and only then", async () => {
    await stage.put("a/one.mp3", song);
    await stage.put("b/two.mp3", song);
    await scan();
    await rm(join(stage.root, "b"), { recursive: true });
    expect((await scan()).source?.lastScan).toMatchObject({ removed: 1 });
    expect([...(await stage.items()).keys()]).toEqual(["a/one.mp3"]);
  });

  it("loses nothing of a source that is out of reach", async () => {
    await stage.put("a/one.mp3", song);
    await scan();
    await rename(stage.root, `${stage.root}-away`);
    expect(await scan()).toMatchObject({ result: "unreachable", error: expect.stringContaining("ENOENT") });
    expect((await stage.items()).size).toBe(1);
    expect(await stage.catalog.source(stage.sourceId)).toMatchObject({ state: "unreachable" });
    await rename(`${stage.root}-away`, stage.root);
    expect(await scan()).toMatchObject({ result: "complete", objects: 1 });
  });

  it("loses nothing of a source that is empty all at once, until there is anything in it", async () => {
    expect(await scan()).toMatchObject({ result: "complete", objects: 0 });
    await stage.put("a/one.mp3", song);
    await stage.put("b/two.mp3", song);
    const { source: before } = await scan();
    await rename(stage.root, `${stage.root}-away`);
    // As it is at a mount point: the folder, and perhaps empty ones and hidden files in it.
    await mkdir(join(stage.root, "a"), { recursive: true });
    await stage.write(".hidden", "");
    for (let round = 0; round < 2; round += 1) {
      const report = await scan();
      expect(report).toMatchObject({ result: "unreachable", objects: 0 });
      expect(report.error).toMatch(/is empty now and held 2 objects before: .*not mounted\. Nothing was removed\. /);
      expect(report.source).toMatchObject({ state: "unreachable", counts: { items: 2 }, lastScan: before?.lastScan });
    }
    expect((await stage.items()).size).toBe(2);
    await stage.write("emptied on purpose.txt", "yes");
    expect(await scan()).toMatchObject({ result: "complete", source: { state: "idle", counts: { items: 0 } } });
    expect((await stage.items()).size).toBe(0);
  });

  it("loses nothing where those who watch see all files go at once, or the folder with them", async () => {
    await stage.put("a/one.mp3", song);
    await stage.put("b/two.mp3", song);
    await scan();
    const changes = {
      folders: [
        { prefix: "a/", isRecursive: false },
        { prefix: "b/", isRecursive: false },
      ],
      removedKeys: ["a/one.mp3", "b/two.mp3"],
    };
    await rename(stage.root, `${stage.root}-away`);
    expect(await stage.scanner.scanChanges(stage.scanned, changes)).toMatchObject({ result: "unreachable" });
    await mkdir(stage.root);
    expect(await stage.scanner.scanChanges(stage.scanned, changes)).toMatchObject({
      result: "unreachable",
      error: expect.stringContaining("is empty now and held 2 objects before"),
    });
    expect((await stage.items()).size).toBe(2);
    await stage.put("c/three.mp3", song);
    expect(await stage.scanner.scanChanges(stage.scanned, changes)).toMatchObject({ result: "partial" });
    expect((await stage.items()).size).toBe(0);
  });

  it("loses nothing where a source is emptied while its scan is cut", async () => {
    await stage.put("a/one.mp3", song);
    await stage.put("b/two.mp3", song);
    await scan();
    const cut = await stage.catalog.beginScan(stage.sourceId);
    await stage.catalog.touch(cut, ["a/one.mp3"]);
    await stage.catalog.saveScanCursor(cut, JSON.stringify([{ prefix: "", objectsDone: true, entered: "a/" }]));
    await rename(stage.root, `${stage.root}-away`);
    await mkdir(stage.root);
    expect(await scan()).toMatchObject({ result: "unreachable" });
    expect((await stage.items()).size).toBe(2);
  });

  it("loses nothing where it fails half way, by listing or by reading", async () => {
    for (const name of ["a", "b", "c"]) await stage.put(`${name}/${name}.mp3`, song);
    await scan();
    const failing = failingSource(stage, (method, key) => method === "list" && key === "c/");
    expect((await stage.scanner.scan({ ...stage.scanned, source: failing })).result).toBe("unreachable");
    expect((await stage.items()).size).toBe(3);
    for (let index = 0; index < 20; index += 1) await stage.put(`new/${index}.mp3`, song);
    const unreadable = failingSource(stage, (method) => method === "open");
    expect((await stage.scanner.scan({ ...stage.scanned, source: unreadable })).result).toBe("unreachable");
    expect((await stage.items()).size).toBeGreaterThanOrEqual(3);
    expect(await scan()).toMatchObject({ result: "complete", failed: 0 });
    expect((await stage.items()).size).toBe(23);
  });

  it("keeps an object that cannot be read by its name, and reads it once it can be", async () => {
    await stage.put("02 - good_one.mp3", song);
    const source = failingSource(stage, (method) => method === "open");
    const report = await stage.scanner.scan({ ...stage.scanned, source });
    expect(report).toMatchObject({ result: "complete", failed: 1 });
    const unread = (await stage.items()).get("02 - good_one.mp3");
    expect(unread).toMatchObject({
      title: "good one",
      trackNumber: 2,
      issues: [expect.stringContaining("not be read")],
    });
    await scan();
    expect((await stage.items()).get("02 - good_one.mp3")).toMatchObject({ title: "Low Water", issues: [] });
  });

  it("does not take an outage for a damaged file", async () => {
    for (const name of ["01 Low Water.mp3", "04 Salt & Starlight.opus"])
      await stage.put(name, `Music/Tidewater/${name}`);
    await stage.put("late.mp4", "Films/Slow tide.mp4");
    const { source } = stage.scanned as { source: Source };
    const cut: Source = {
      ...plain(source),
      open: async (key, options) => cutAfterHead(await source.open(key, options)),
    };
    const report = await stage.scanner.scan({ ...stage.scanned, source: cut });
    expect(report).toMatchObject({ result: "complete", failed: 3 });
    for (const { issues } of (await stage.items()).values())
      expect(issues).toEqual([expect.stringContaining("pulled")]);
    expect(await scan()).toMatchObject({ result: "complete", failed: 0 });
  });

  it("keeps broken files with what is known, and goes on", async () => {
    await stage.write("empty.mp3", "");
    await stage.write("noise.mp4", "no film");
    await stage.write("evil\u202Egpj.flac", "x");
    await stage.put("ok.mp3", song);
    await stage.write("program.ts", "export {};\n");
    await stage.write("drawing.svg", "<svg/>");
    expect(await scan()).toMatchObject({ result: "complete", objects: 4, failed: 3 });
    const items = await stage.items();
    expect(items.get("empty.mp3")).toMatchObject({ title: "empty", kind: "audio", issues: ["It is empty"] });
    expect(items.get("noise.mp4")?.issues).toHaveLength(1);
    expect(items.get("evil\u202Egpj.flac")?.title).toBe("evilgpj");
  });

  it("removes nothing where a folder may not be listed, and takes in what else there is", async () => {
    await stage.put("closed/a.mp3", song);
    await scan();
    await stage.put("open/b.mp3", song);
    const source = failingSource(stage, (method, key) => method === "list" && key === "closed/", "forbidden");
    const report = await stage.scanner.scan({ ...stage.scanned, source });
    expect(report).toMatchObject({ result: "failed", error: expect.stringContaining("1 folders could not be listed") });
    expect([...(await stage.items()).keys()].toSorted()).toEqual(["closed/a.mp3", "open/b.mp3"]);
  });

  it("takes a folder's cover for songs without their own, and shows it as no item", async () => {
    await stage.write("Album/1.wav", silentWav());
    await stage.put("Album/Cover.jpg", "Music/Tidewater/cover.jpg");
    await stage.put("Photos/cover.jpg", "Music/Tidewater/cover.jpg");
    await scan();
    const items = await stage.items();
    expect([...items.keys()].toSorted()).toEqual(["Album/1.wav", "Photos/cover.jpg"]);
    expect(items.get("Album/1.wav")?.artwork).toEqual({ type: "object", key: "Album/Cover.jpg" });
    expect(items.get("Photos/cover.jpg")?.artwork).toEqual({ type: "object", key: "Photos/cover.jpg" });
  });

  it("follows playlists within the source, cuts circles, and says what leads nowhere", async () => {
    await stage.put("music/a b.mp3", song);
    await stage.write(
      "lists/one.m3u",
      "../music/a%20b.mp3\n../../../etc/passwd\nhttp://127.0.0.1/x.mp3\ntwo.pls\nmissing.mp3\n",
    );
    await stage.write("lists/two.pls", "[playlist]\nFile1=one.m3u\nFile2=../music/a b.mp3\n");
    await stage.write("lists/bomb.xspf", '<!DOCTYPE a [<!ENTITY b "c">]><playlist/>');
    await stage.write("lists/stream.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n0.ts\n");
    await scan();
    const { entries: playlists } = await stage.catalog.playlists();
    expect(playlists.map(({ key }) => key).toSorted()).toEqual(["lists/bomb.xspf", "lists/one.m3u", "lists/two.pls"]);
    const one = playlists.find(({ key }) => key === "lists/one.m3u");
    const { entries } = await stage.catalog.playlistEntries(one?.id ?? "");
    expect(entries.map(({ item, unresolved }) => item?.key ?? unresolved?.note)).toEqual([
      "music/a b.mp3",
      expect.stringContaining("outside its source"),
      expect.stringContaining("outside its source"),
      expect.stringContaining("cut here"),
      "music/a b.mp3",
      expect.any(String),
    ]);
    expect(playlists.find(({ key }) => key === "lists/bomb.xspf")?.issues).toEqual([expect.stringContaining("DTD")]);
  });

  it("pairs captions with films over the border of a page", async () => {
    for (let index = 0; index < 1003; index += 1) {
      await stage.write(`f${String(index).padStart(4, "0")}.lrc`, "[00:01.00]la\n");
    }
    for (const index of ["0000", "0998", "0999", "1000", "1002"]) await stage.write(`f${index}.wav`, silentWav());
    await scan();
    const lyrics = [...(await stage.items()).values()].map(({ key, lyrics: [first] }) => `${key} ${first?.key}`);
    expect(lyrics).toHaveLength(5);
    for (const line of lyrics) expect(line).toMatch(/^(f\d{4})\.wav \1\.lrc$/);
  });

  it("goes on where it was stopped", async () => {
    for (let index = 0; index < 1600; index += 1) await stage.write(`d${index % 40}/${index}.wav`, silentWav());
    const stop = new AbortController();
    const slow = slowSource(stage.scanned, 8);
    const scanner = createScanner({
      catalog: stage.catalog,
      onEvent: ({ type }) => {
        if (type === "progress") stop.abort();
      },
    });
    const first = await scanner.scan({ ...stage.scanned, source: slow }, { signal: stop.signal });
    expect(first).toMatchObject({ result: "aborted" });
    const done = (await stage.items()).size;
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(1600);
    const second = await scan();
    expect(second.result).toBe("complete");
    expect(stage.events).toContainEqual(expect.objectContaining({ type: "started", isResumed: true }));
    expect(second.objects).toBeLessThan(1600);
    expect((await stage.items()).size).toBe(1600);
    expect((await scan()).source?.lastScan).toMatchObject({ objects: 1600, added: 0, removed: 0 });
  });

  it("is refused by a source that cannot be listed", async () => {
    await using source = createHttpSource({ baseUrl: new URL("http://127.0.0.1:9/") });
    const report = await stage.scanner.scan({ identity: "http://127.0.0.1:9/", name: "web", source });
    expect(report).toMatchObject({ result: "unsupported", objects: 0, error: expect.stringContaining("list") });
  });

  it("lets only one at a source at a time", async () => {
    await stage.put("a.mp3", song);
    const reports = await Promise.all([scan(), scan()]);
    expect(reports.map(({ result }) => result).toSorted()).toEqual(["busy", "complete"]);
  });

  it("looks only at what is said to have changed", async () => {
    await stage.put("a/one.mp3", song);
    await stage.put("b/two.mp3", song);
    await scan();
    await rm(join(stage.root, "a/one.mp3"));
    await mkdir(join(stage.root, "c/deep"), { recursive: true });
    await stage.put("c/deep/three.mp3", song);
    await stage.put("b/unseen.mp3", song);
    const report = await stage.scanner.scanChanges(stage.scanned, {
      folders: [
        { prefix: "a/", isRecursive: false },
        { prefix: "c/", isRecursive: true },
        { prefix: "gone/", isRecursive: true },
      ],
      removedKeys: ["a/one.mp3"],
    });
    expect(report).toMatchObject({ result: "partial", objects: 1 });
    expect([...(await itemsOf(stage.catalog, stage.sourceId)).keys()].toSorted()).toEqual([
      "b/two.mp3",
      "c/deep/three.mp3",
    ]);
  });
});
