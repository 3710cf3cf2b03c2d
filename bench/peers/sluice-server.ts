import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { SERVER_FLAGS } from "../server-flags.ts";
import type { Peer } from "./peer.ts";

const REPOSITORY = join(import.meta.dirname, "../..");

/** The whole server as users start it, with a cache before an HTTP origin. */
export function sluiceServer(name: string, workers: number): Peer {
  return {
    name,
    version: async () => JSON.parse(await readFile(join(REPOSITORY, "package.json"), "utf8")).version as string,
    command: ({ port, folder, upstream }) => {
      const options = {
        "--port": port,
        "--workers": workers,
        "--cache": join(folder, "cache"),
        "--cache-size": "2GiB",
        // As much for each process that serves: it is divided among workers.
        "--memory-cache-size": `${64 * workers}MiB`,
        // The others write no log either.
        "--log-level": "error",
      };
      const location = new URL(".", `http://${upstream.host}:${upstream.port}${upstream.target}`).href;
      const args = [...Object.entries(options).flat().map(String), `x=${location}`];
      return Promise.resolve({
        command: process.execPath,
        args: [...SERVER_FLAGS, join(REPOSITORY, "src/server/main.ts"), ...args],
        env: { NODE_ENV: "production" },
      });
    },
  };
}
