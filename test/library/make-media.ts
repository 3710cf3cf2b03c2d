import { execFile } from "node:child_process";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Runs ffmpeg, which makes one file of what its arguments say. */
export async function makeMedia(path: string, ...args: readonly string[]): Promise<void> {
  await run("ffmpeg", ["-nostdin", "-loglevel", "error", "-y", ...args, path]);
}

/** A tone as ffmpeg's input. */
export const tone: readonly string[] = ["-f", "lavfi", "-i", "sine=frequency=440"];

/** A film of so many seconds and frames a second, with tiny pictures, and a tone. */
export function filmInput(seconds: number, rate: number): string[] {
  return ["-f", "lavfi", "-i", `testsrc2=size=64x48:rate=${rate}`, ...tone, "-t", String(seconds)];
}

/** A frame of an ID3v2.4 tag. */
export function id3Frame(id: string, body: Uint8Array): Buffer {
  const header = Buffer.alloc(10);
  header.write(id, "latin1");
  writeSynchsafe(header, 4, body.length);
  return Buffer.concat([header, body]);
}

/** A frame of text in UTF-8. */
export function id3Text(id: string, text: string): Buffer {
  return id3Frame(id, Buffer.concat([Buffer.from([3]), Buffer.from(text)]));
}

/** An ID3v2.4 tag of so many bytes altogether, of which these are the first. */
export function id3Tag(frames: Uint8Array, lengthBytes: number = frames.length): Buffer {
  const header = Buffer.from("ID3\x04\0\0\0\0\0\0", "latin1");
  writeSynchsafe(header, 6, lengthBytes);
  return Buffer.concat([header, frames]);
}

function writeSynchsafe(target: Buffer, offset: number, value: number): void {
  for (let index = 0; index < 4; index += 1) {
    target[offset + index] = (value >> (7 * (3 - index))) & 0x7f;
  }
}

/** An MP3 whose cover is so large; its zeros take no room on the disk. Returns its name. */
export async function makeMp3WithCover(folder: string, coverBytes: number): Promise<string> {
  const name = "large-cover.mp3";
  const plain = join(folder, "plain.mp3");
  await makeMedia(plain, ...tone, "-t", "2", "-b:a", "64k", "-id3v2_version", "0");
  const about = Buffer.concat([id3Text("TIT2", "Heavy Weather"), id3Text("TPE1", "The Covers\0A Guest")]);
  const picture = Buffer.concat([Buffer.from("\0image/jpeg\0\x03\0", "latin1"), Buffer.from([0xff, 0xd8, 0xff, 0xe0])]);
  const pictureFrame = id3Frame("APIC", picture);
  writeSynchsafe(pictureFrame, 4, coverBytes);
  const head = Buffer.concat([about, pictureFrame]);
  const tagBytes = head.length - picture.length + coverBytes;
  await using file = await open(join(folder, name), "w");
  await file.write(id3Tag(head, tagBytes), 0, null, 0);
  await file.write(await readFile(plain), 0, null, 10 + tagBytes);
  return name;
}
