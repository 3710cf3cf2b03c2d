import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, readlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { CollectingSink } from "../../src/bytes/index.ts";
import { isSourceError } from "../../src/source/index.ts";
import type { YtdlpSourceOptions } from "../../src/sources/index.ts";
import { describeWithParts } from "../real/require-part.ts";
import { makeSampleVideo, sampleDurationSeconds } from "../real/sample-media.ts";
import { startStaticServer } from "../real/static-server.ts";
import { createTemporaryFolder, type TemporaryFolder } from "../real/temporary-folder.ts";
import { bytesObject } from "../upstream/upstream-object.ts";
import { jointFormat, setUpSiteStage, type SiteStage, soundFormat } from "./site-stage.ts";

const run = promisify(execFile);
const all = { start: 0, end: Number.POSITIVE_INFINITY };

interface Probe {
  readonly streams: readonly { readonly codec_type: string; readonly nb_read_packets: string }[];
  readonly format: { readonly duration: string };
}

/** Our own ffmpegs that run now. */
async function countFfmpegs(): Promise<number> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const ours = await Promise.all(
    pids.map(async (pid) => {
      const [file, status] = [
        await readlink(`/proc/${pid}/exe`).catch(() => ""),
        await readFile(`/proc/${pid}/status`, "utf8").catch(() => ""),
      ];
      return file.endsWith("/ffmpeg") && status.includes(`PPid:\t${process.pid}\n`);
    }),
  );
  return ours.filter(Boolean).length;
}

describeWithParts(["yt-dlp", "ffmpeg"], "sound and picture that a site keeps apart", () => {
  let folder: TemporaryFolder;
  const files = new Map<string, Buffer>();
  beforeAll(async () => {
    folder = await createTemporaryFolder("joining");
    const sample = await makeSampleVideo(folder.path, { large: true });
    const tracks = { picture: ["-an", "picture.mp4"], sound: ["-vn", "sound.mp4"] };
    for (const [name, [drop = "", file = ""]] of Object.entries(tracks)) {
      const path = join(folder.path, file);
      await run("ffmpeg", [
        "-loglevel",
        "error",
        "-i",
        join(folder.path, sample),
        drop,
        "-c",
        "copy",
        "-movflags",
        "+faststart",
        path,
      ]);
      files.set(name, await readFile(path));
    }
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  async function setUp(options: YtdlpSourceOptions = {}): Promise<SiteStage> {
    const stage = await setUpSiteStage(options);
    const [picture = Buffer.alloc(0), sound = Buffer.alloc(0)] = [files.get("picture"), files.get("sound")];
    stage.site.put("a", {
      title: "apart",
      formats: [
        jointFormat("137", picture.length, { object: bytesObject(picture), acodec: "none", height: 1080, tbr: 4000 }),
        soundFormat("140", sound.length, { object: bytesObject(sound) }),
      ],
    });
    return stage;
  }

  async function probe(bytes: Uint8Array): Promise<Probe> {
    const path = join(folder.path, "joined.mp4");
    await writeFile(path, bytes);
    const args = ["-v", "error", "-count_packets", "-show_streams", "-show_format", "-of", "json", path];
    return JSON.parse((await run("ffprobe", args)).stdout) as Probe;
  }

  it("plays as one, every packet of both, also where addresses expire meanwhile", async () => {
    await using stage = await setUp();
    stage.site.addressLifeMs = 1_000;
    stage.site.cutsAtExpiry = true;
    await using object = await stage.source.open(stage.keyOf("a"));
    expect(object).toMatchObject({ sizeBytes: undefined, validator: undefined, mediaType: "video/mp4" });
    const sink = new CollectingSink();
    let lastPauseAt = 0;
    await object.read(all, {
      async write(chunk) {
        await sink.write(chunk);
        if (sink.lengthBytes - lastPauseAt > 5_000_000) {
          lastPauseAt = sink.lengthBytes;
          await sleep(500);
        }
      },
    });
    const { streams, format } = await probe(sink.bytes());
    expect(streams.map(({ codec_type }) => codec_type)).toEqual(["video", "audio"]);
    expect(Number(streams[0]?.nb_read_packets)).toBe(sampleDurationSeconds * 25);
    expect(Number(format.duration)).toBeCloseTo(sampleDurationSeconds, 0);
    expect(stage.site.resolveCount("a")).toBeGreaterThan(1);
    expect(await countFfmpegs()).toBe(0);
  });

  it("is offered beside the tracks, and is what opens where nothing has both", async () => {
    await using stage = await setUp();
    const key = stage.keyOf("a");
    const formats = await stage.source.formats(key);
    expect(formats.map(({ id, label }) => [id, label])).toEqual([
      ["joined~hi", "video 1080p, 4128 kbit/s, joined: plays from the start"],
      ["137", "video without sound 1080p, 4000 kbit/s"],
      ["140", "audio, 128 kbit/s"],
    ]);
    await using joined = await stage.source.open(stage.source.keyOfFormat(key, "joined~hi"));
    expect(joined.sizeBytes).toBeUndefined();
    await using sound = await stage.source.open(stage.source.keyOfFormat(key, "audio~hi"));
    expect(sound.sizeBytes).toBe(files.get("sound")?.length);
    await stage.source.prepare(key);
  });

  it("ends with its viewer, and leaves no ffmpeg", async () => {
    await using stage = await setUp({ maxJoins: 1 });
    await using object = await stage.source.open(stage.keyOf("a"));
    const left = new AbortController();
    const hanging = {
      write: () =>
        new Promise<void>((_, reject) => left.signal.addEventListener("abort", () => reject(new Error("gone")))),
    };
    await using second = await stage.source.open(stage.keyOf("a"));
    const reading = object.read(all, hanging, { signal: left.signal }).catch((error: unknown) => error);
    await sleep(500);
    expect(await countFfmpegs()).toBe(1);
    await expect(second.read(all, new CollectingSink())).rejects.toThrow(/Cannot run ffmpeg: 1 run and 0 wait/);
    left.abort();
    expect(isSourceError(await reading, "aborted")).toBe(true);
    await sleep(200);
    expect(await countFfmpegs()).toBe(0);
  });

  it("breaks off where a track does, and does not end as if it were whole", async () => {
    await using stage = await setUp();
    await using object = await stage.source.open(stage.keyOf("a"));
    const sink = new CollectingSink();
    const error = await object
      .read(all, {
        async write(chunk) {
          await sink.write(chunk);
          stage.site.put("a", { title: "gone", formats: [], error: "Video unavailable" });
          stage.site.expireAll();
        },
      })
      .catch((thrown: unknown) => thrown);
    expect(isSourceError(error, "not-found"), String(error)).toBe(true);
    expect(await countFfmpegs()).toBe(0);
  });

  it("says what is missing, or wrong", async () => {
    await using without = await setUp({ ffmpegPath: "/nonexistent/ffmpeg" });
    await using object = await without.source.open(without.keyOf("a"));
    await expect(object.read(all, new CollectingSink())).rejects.toThrow(/must be joined, and there is no ffmpeg/);
    await expect(object.read({ start: 5, end: 10 }, new CollectingSink())).rejects.toThrow(/from the middle/);
    await using stage = await setUp();
    const noise = bytesObject(Buffer.alloc(10_000, "noise"));
    stage.site.put("b", {
      title: "noise",
      formats: [
        jointFormat("1", 10_000, { object: noise, acodec: "none" }),
        soundFormat("2", 10_000, { object: noise }),
      ],
    });
    await using bad = await stage.source.open(stage.keyOf("b"));
    await expect(bad.read(all, new CollectingSink())).rejects.toThrow(/Cannot join the tracks.*ffmpeg: /);
  });

  it("makes one stream of a playlist, its pieces fetched where anybody may go", async () => {
    const hls = join(folder.path, "hls");
    await mkdir(hls, { recursive: true });
    const cut = ["-c", "copy", "-f", "hls", "-hls_time", "4", "-hls_list_size", "0", join(hls, "index.m3u8")];
    await run("ffmpeg", ["-loglevel", "error", "-i", join(folder.path, "sample-moov-first.mp4"), ...cut]);
    await using server = await startStaticServer(hls);
    await using stage = await setUpSiteStage();
    const extra = { url: `${server.address}/index.m3u8`, protocol: "m3u8_native" };
    stage.site.put("a", { title: "a", formats: [jointFormat("hls-1", 10, { extra })] });
    await using object = await stage.source.open(stage.keyOf("a"));
    expect(object).toMatchObject({ sizeBytes: undefined, mediaType: "video/mp4" });
    const sink = new CollectingSink();
    await object.read(all, sink);
    const { streams } = await probe(sink.bytes());
    expect(streams.map(({ codec_type }) => codec_type)).toEqual(["video", "audio"]);
    expect(Number(streams[0]?.nb_read_packets)).toBe(sampleDurationSeconds * 25);
    const [listed, stream] = await stage.source.formats(stage.keyOf("a"));
    expect([listed?.id, stream?.id]).toEqual(["hls~all", "hls-1"]);
    expect(stream?.label).toMatch(/plays from the start$/);
  });

  it("follows no playlist to files of ours, or to hosts that nobody may reach", async () => {
    let connections = 0;
    const forbidden = createServer((_request, response) => response.end("secret"));
    forbidden.on("connection", () => (connections += 1));
    forbidden.listen(0, "127.0.0.2");
    await once(forbidden, "listening");
    const { port } = forbidden.address() as AddressInfo;
    const secret = join(folder.path, "sample-moov-first.mp4");
    const hls = join(folder.path, "bad");
    await mkdir(hls, { recursive: true });
    const lines = {
      file: `file://${secret}`,
      bare: secret,
      concat: `concat:${secret}`,
      host: `http://127.0.0.2:${port}/a.ts`,
      tls: `https://127.0.0.2:${port}/a.ts`,
      tcp: `tcp://127.0.0.2:${port}`,
    };
    await using server = await startStaticServer(hls);
    await using stage = await setUpSiteStage();
    for (const [name, line] of Object.entries(lines)) {
      await writeFile(
        join(hls, `${name}.m3u8`),
        `#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n${line}\n#EXT-X-ENDLIST\n`,
      );
      const extra = { url: `${server.address}/${name}.m3u8`, protocol: "m3u8_native" };
      stage.site.put(name, { title: name, formats: [jointFormat("hls", 10, { extra })] });
      await using object = await stage.source.open(stage.keyOf(name));
      const sink = new CollectingSink();
      await expect(object.read(all, sink), name).rejects.toThrow(/ffmpeg: /);
      expect(sink.lengthBytes, name).toBe(0);
    }
    const extra = { url: `http://127.0.0.2:${port}/a.m3u8`, protocol: "m3u8_native" };
    stage.site.put("own", { title: "own", formats: [jointFormat("hls", 10, { extra })] });
    await expect(stage.source.open(stage.keyOf("own"))).rejects.toThrow(/loopback/);
    expect(connections).toBe(0);
    forbidden.close();
  });
});
