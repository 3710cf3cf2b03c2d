import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const PROGRAM = join(import.meta.dirname, "viewers.ts");
const run = promisify(execFile);

/** What `viewers.ts` prints. */
export interface ViewersResult {
  /** Average over its whole stay of the viewer that got least. */
  readonly slowestBytesPerSecond: number;
  /** Longest time any viewer waited from connecting to its first byte. */
  readonly longestFirstByteMs: number;
  /** Longest time any viewer waited later on for bytes it was owed. */
  readonly longestWaitMs: number;
  /** Viewers that waited longer than a second, at first or later. */
  readonly stalled: number;
  /** Viewers that were refused or cut off, and what became of the first of them. */
  readonly failures: number;
  readonly firstFailure?: string | undefined;
  readonly clientCpuSeconds: number;
}

/** A crowd. */
export interface ViewerLoadOptions {
  readonly port: number;
  readonly paths: readonly string[];
  readonly objectBytes: number;
  readonly viewers: number;
  readonly bytesPerSecond: number;
  readonly seconds: number;
}

/** Lets viewers watch for a time, all in one process of their own. */
export async function runViewerLoad(options: ViewerLoadOptions): Promise<ViewersResult> {
  const { stdout } = await run(process.execPath, [PROGRAM, JSON.stringify(options)], {
    timeout: (options.seconds + 60) * 1000,
  });
  return JSON.parse(stdout) as ViewersResult;
}
