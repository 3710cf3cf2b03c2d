import { execFile } from "node:child_process";

/** What a program printed, and how it ended. */
export interface PlayerExit {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a player that ends by itself; kills it after `timeoutMs`. */
export function runPlayer(command: string, args: readonly string[], timeoutMs: number): Promise<PlayerExit> {
  return new Promise((resolve, reject) => {
    const options = { timeout: timeoutMs, killSignal: "SIGKILL", maxBuffer: 16 * 1024 * 1024 } as const;
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      if (error === null || typeof error.code === "number") {
        resolve({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr });
      } else {
        reject(new Error(`${command} did not end by itself in ${timeoutMs} ms: ${error.message}`));
      }
    });
    // Some players read commands from stdin and end with it, others wait for it.
    child.stdin?.end();
  });
}
