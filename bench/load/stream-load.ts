import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { LoadResult } from "./load-result.ts";

const CLIENT = join(import.meta.dirname, "stream-client.ts");
const TIMEOUT_MS = 60_000;
const run = promisify(execFile);

/** Reads the first `bytes` of the object once, in a process of its own. @throws {Error} if the server sends fewer */
export async function runStreamLoad(port: number, bytes: number): Promise<LoadResult> {
  const { stdout } = await run(process.execPath, [CLIENT, `${port}`, `${bytes}`], { timeout: TIMEOUT_MS });
  return JSON.parse(stdout) as LoadResult;
}
