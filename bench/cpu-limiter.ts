import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const SCRIPT = join(import.meta.dirname, "load/cpu-limit.ts");

/** Holds processes to `share` of a core each, until disposed of. */
export function limitCpu(pids: readonly number[], share: number): AsyncDisposable {
  const limiter = spawn(process.execPath, [SCRIPT, String(share), ...pids.map(String)], {
    stdio: ["pipe", "ignore", "inherit"],
  });
  return {
    async [Symbol.asyncDispose]() {
      const ended = once(limiter, "exit");
      limiter.stdin.end();
      await ended;
    },
  };
}
