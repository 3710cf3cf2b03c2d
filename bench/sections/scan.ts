import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { id3Tag, id3Text, makeMedia, tone } from "../../test/library/make-media.ts";
import { createTemporaryFolder } from "../../test/real/temporary-folder.ts";
import type { Bar } from "../bars.ts";
import { formatBars } from "../report.ts";
import { SERVER_FLAGS } from "../server-flags.ts";
import type { ScanFigures } from "./scan-folder.ts";
import type { SectionContext, SectionResult } from "./section.ts";

const run = promisify(execFile);
const FILES = 100_000;
const FILES_PER_ALBUM = 20;
const ALBUMS_PER_ARTIST = 50;
const MIB = 1024 * 1024;

/** A scan of many small tagged files in a folder, and one more in which nothing has changed. */
export async function runScan({ progress }: Pick<SectionContext, "progress">): Promise<SectionResult> {
  await using folder = await createTemporaryFolder("bench-scan");
  const root = join(folder.path, "media");
  progress(`scan: writing ${FILES} files`);
  await writeLibrary(root, folder.path);
  progress("scan: scanning twice");
  const worker = join(import.meta.dirname, "scan-folder.ts");
  const args = [...SERVER_FLAGS, worker, root, join(folder.path, "catalog.db")];
  const { stdout } = await run(process.execPath, args, { maxBuffer: MIB });
  const [first, second] = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as ScanFigures);
  if (first === undefined || second === undefined) {
    throw new Error(`The scan said too little: ${stdout}`);
  }
  const bars = judge(first, second);
  return { markdown: `${formatScans([first, second])}\n\n${formatBars(bars)}`, bars };
}

async function writeLibrary(root: string, scratch: string): Promise<void> {
  const plain = join(scratch, "plain.mp3");
  await makeMedia(plain, ...tone, "-t", "0.5", "-b:a", "32k", "-ac", "1", "-id3v2_version", "0");
  const sound = await readFile(plain);
  for (let index = 0; index < FILES; index += 1) {
    const album = Math.floor(index / FILES_PER_ALBUM);
    const artist = `Artist ${Math.floor(album / ALBUMS_PER_ARTIST)}`;
    const track = (index % FILES_PER_ALBUM) + 1;
    const path = join(root, artist, `Album ${album}`);
    if (track === 1) {
      await mkdir(path, { recursive: true });
    }
    const frames = Object.entries({
      TIT2: `Song number ${index}`,
      TPE1: artist,
      TALB: `Album ${album}`,
      TRCK: `${track}/${FILES_PER_ALBUM}`,
      TDRC: String(1970 + (album % 55)),
      TCON: "Jazz",
    }).map(([id, text]) => id3Text(id, text));
    await writeFile(join(path, `${track} Song ${index}.mp3`), Buffer.concat([id3Tag(Buffer.concat(frames)), sound]));
  }
}

function judge(first: ScanFigures, second: ScanFigures): Bar[] {
  const rate = Math.round(first.warmPerSecond);
  const again = Math.round(second.objects / second.seconds);
  const peakMib = Math.max(first.peakBytes, second.peakBytes) / MIB;
  const isWhole = [first, second].every(({ result, objects }) => result === "complete" && objects === FILES);
  return [
    { text: "all files found, twice", measured: String(second.objects), met: isWhole },
    { text: "new files: >= 1,500 a second", measured: `${rate}/s`, met: rate >= 1500 },
    { text: "unchanged files: >= 20,000 a second", measured: `${again}/s`, met: again >= 20_000 },
    { text: "memory <= 300 MiB", measured: `${peakMib.toFixed(0)} MiB`, met: peakMib <= 300 },
  ];
}

function formatScans(scans: readonly ScanFigures[]): string {
  const rows = scans.map(({ objects, seconds, warmPerSecond, cpuSeconds, peakBytes }, index) => {
    const figures = [
      objects,
      seconds.toFixed(1),
      warmPerSecond.toFixed(0),
      cpuSeconds.toFixed(1),
      (peakBytes / MIB).toFixed(0),
    ];
    return `| ${index === 0 ? "new" : "unchanged"} | ${figures.join(" | ")} |`;
  });
  return ["| files | count | s | a second, warm | CPU s | peak MiB |", "|---|---|---|---|---|---|", ...rows].join("\n");
}

if (import.meta.main) {
  console.log((await runScan({ progress: (line) => process.stderr.write(`${line}\n`) })).markdown);
}
