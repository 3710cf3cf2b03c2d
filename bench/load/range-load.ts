import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { OBJECT_PATH } from "../fixture.ts";
import { endedChildrenCpuSeconds } from "../process-usage.ts";
import type { LoadResult } from "./load-result.ts";

const CONNECTIONS = 64;
const OWN_CLIENT_FROM_BYTES = 512 * 1024;
const OWN_CLIENT = join(import.meta.dirname, "range-client.ts");
const SCRIPT = join(import.meta.dirname, "random-ranges.lua");
const run = promisify(execFile);

/** What `random-ranges.lua` prints. */
interface WrkResult {
  readonly requests: number;
  readonly bytes: number;
  readonly microseconds: number;
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
}

/** What to ask for. */
export interface RangeLoadOptions {
  readonly port: number;
  readonly objectBytes: number;
  readonly rangeBytes: number;
  readonly seconds: number;
}

/**
 * Random ranges of one size over 64 keep-alive connections. By wrk on one thread where answers are small; it reads 8 KiB at a time,
 * so that it, not nginx, limits large ones: for those, our own client does 2 to 3 times as much.
 * @throws {Error} if any request failed
 */
export function runRangeLoad(options: RangeLoadOptions): Promise<LoadResult> {
  return options.rangeBytes < OWN_CLIENT_FROM_BYTES ? runWrk(options) : runOwnClient(options);
}

async function runOwnClient({ port, objectBytes, rangeBytes, seconds }: RangeLoadOptions): Promise<LoadResult> {
  const args = [OWN_CLIENT, port, objectBytes, rangeBytes, CONNECTIONS, seconds].map(String);
  const { stdout } = await run(process.execPath, args, { timeout: (seconds + 20) * 1000 });
  return JSON.parse(stdout) as LoadResult;
}

async function runWrk(options: RangeLoadOptions): Promise<LoadResult> {
  const url = `http://127.0.0.1:${options.port}/${OBJECT_PATH}`;
  const args = ["-t1", `-c${CONNECTIONS}`, `-d${options.seconds}s`, "--timeout", "10s", "-s", SCRIPT, url, "--"];
  const cpuBefore = endedChildrenCpuSeconds();
  const { stdout } = await run("wrk", [...args, `${options.objectBytes}`, `${options.rangeBytes}`], {
    timeout: (options.seconds + 20) * 1000,
  });
  const result = parseWrkOutput(stdout);
  if (result.failed > 0 || result.bytes < result.requests * options.rangeBytes) {
    throw new Error(`wrk counts ${result.failed} failures and ${result.bytes} bytes in ${result.requests} answers`);
  }
  return {
    seconds: result.microseconds / 1e6,
    bytes: result.requests * options.rangeBytes,
    requests: result.requests,
    clientCpuSeconds: endedChildrenCpuSeconds() - cpuBefore,
  };
}

function parseWrkOutput(output: string): WrkResult {
  const json = /^RESULT (\{.*\})$/m.exec(output)?.[1];
  if (json === undefined) {
    throw new Error(`wrk printed no result: ${output.slice(0, 500)}`);
  }
  return JSON.parse(json) as WrkResult;
}
