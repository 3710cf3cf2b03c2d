import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { makeSampleVideo } from "../real/sample-media.ts";

const run = promisify(execFile);

async function ffmpeg(...args: readonly string[]): Promise<void> {
  await run("ffmpeg", ["-nostdin", "-loglevel", "error", "-y", ...args]);
}

/** Media as sites have it that offer no single file, out of one sample. */
export interface SegmentedMedia {
  /** Files of fragments, each with an index at its head, as YouTube's: a picture in two sizes, and its sound. */
  readonly picture: Buffer;
  readonly smallPicture: Buffer;
  readonly sound: Buffer;
  /** The sample itself: one file, sound and picture, not in fragments. */
  readonly whole: Buffer;
}

/** Makes it. Two seconds are a fragment. */
export async function makeSegmentedMedia(folder: string, seconds: number): Promise<SegmentedMedia> {
  const sample = join(folder, await makeSampleVideo(folder, { large: true, seconds }));
  const indexed = ["-movflags", "+dash+global_sidx", "-f", "mp4"];
  const [picture, smallPicture, sound] = ["picture.mp4", "small.mp4", "sound.mp4"].map((name) => join(folder, name));
  await ffmpeg("-i", sample, "-an", "-c", "copy", ...indexed, picture ?? "");
  const small = ["-s", "160x90", "-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-sc_threshold", "0"];
  await ffmpeg("-i", sample, "-an", ...small, ...indexed, smallPicture ?? "");
  await ffmpeg("-i", sample, "-vn", "-c", "copy", "-frag_duration", "2000000", ...indexed, sound ?? "");
  return {
    picture: await readFile(picture ?? ""),
    smallPicture: await readFile(smallPicture ?? ""),
    sound: await readFile(sound ?? ""),
    whole: await readFile(sample),
  };
}

/** What a folder of ffmpeg's making holds, by name. */
async function filesIn(folder: string): Promise<Map<string, Buffer>> {
  const names = await readdir(folder);
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)));
}

/** How {@link makeHls} cuts the sample up. */
export interface HlsOptions {
  /** @default MPEG transport streams */
  readonly fragmented?: boolean;
  /** 16 bytes; the file is `key`. */
  readonly key?: Buffer;
  /** The sound in a list of its own. */
  readonly apart?: boolean;
}

/** A site's playlists and their segments of two seconds: `master.m3u8` over one or two variants, or picture and sound apart. */
export async function makeHls(folder: string, sample: string, options: HlsOptions = {}): Promise<Map<string, Buffer>> {
  const target = join(folder, `hls-${Object.keys(options).join("-")}`);
  await mkdir(target, { recursive: true });
  const form = options.fragmented === true ? ["-hls_segment_type", "fmp4"] : [];
  const secret = options.key === undefined ? [] : ["-hls_key_info_file", await writeKey(target, options.key)];
  const split = options.apart === true ? "a:0,agroup:sound v:0,agroup:sound" : "v:0,a:0";
  await ffmpeg(
    ...["-i", sample, "-map", "0:v", "-map", "0:a", "-c", "copy", "-f", "hls", "-hls_time", "2"],
    ...["-hls_playlist_type", "vod", "-hls_list_size", "0", ...form, ...secret, "-master_pl_name", "master.m3u8"],
    ...[
      "-var_stream_map",
      split,
      "-hls_segment_filename",
      join(target, `piece-%v-%d.${form.length > 0 ? "m4s" : "ts"}`),
    ],
    join(target, "list-%v.m3u8"),
  );
  const files = await filesIn(target);
  // A variant whose sound lies in a group must name its codecs (RFC 8216 section 4.3.4.2.1), which ffmpeg forgets.
  const master = String(files.get("master.m3u8")).replace(
    /(RESOLUTION=\w+),AUDIO/,
    '$1,CODECS="avc1.42c00d,mp4a.40.2",AUDIO',
  );
  return files.set("master.m3u8", Buffer.from(master));
}

/** The key, and what tells ffmpeg of it: where players find it, where it lies, how its counter begins. */
async function writeKey(folder: string, key: Buffer): Promise<string> {
  const [path, info] = [join(folder, "key"), join(folder, "key-info")];
  await writeFile(path, key);
  await writeFile(info, `key\n${path}\n`);
  return info;
}

/** A site's DASH manifest `manifest.mpd`, and its fragments of two seconds. */
export async function makeDash(folder: string, sample: string): Promise<Map<string, Buffer>> {
  const target = join(folder, "dash");
  await mkdir(target, { recursive: true });
  const cut = ["-map", "0:v", "-map", "0:a", "-c", "copy", "-f", "dash", "-seg_duration", "2"];
  await ffmpeg("-i", sample, ...cut, "-use_template", "1", "-use_timeline", "1", join(target, "manifest.mpd"));
  return filesIn(target);
}
