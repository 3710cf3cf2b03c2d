import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Writable } from "node:stream";

/** Without these ffmpeg writes its version, random serial numbers and dates, and no two runs give the same file. */
export const reproducible: readonly string[] = [
  "-map_chapters",
  "-1",
  "-fflags",
  "+bitexact",
  "-flags:v",
  "+bitexact",
  "-flags:a",
  "+bitexact",
];

/** Runs ffmpeg to its end; `feed` writes its standard input. Fails with what ffmpeg said. */
export async function runFfmpeg(
  options: readonly string[],
  feed: (input: Writable) => Promise<void> | void,
): Promise<void> {
  const child = spawn("ffmpeg", ["-hide_banner", "-loglevel", "error", "-y", ...options], {
    stdio: ["pipe", "ignore", "pipe"],
  });
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  // A dead ffmpeg is reported by its exit code; the broken pipe it leaves says nothing more.
  child.stdin.on("error", () => undefined);
  const ended = once(child, "close");
  await Promise.race([feedAll(child.stdin, feed), ended]);
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`ffmpeg ${options.join(" ")} failed with ${String(code)}: ${complaint.trim()}`);
}

async function feedAll(input: Writable, feed: (input: Writable) => Promise<void> | void): Promise<void> {
  await feed(input);
  input.end();
}

/** Writes one chunk, and waits where the reader is behind. */
export async function writeChunk(input: Writable, chunk: Buffer): Promise<void> {
  if (!input.write(chunk)) await once(input, "drain");
}
