import { join } from "node:path";
import type { Command } from "../server-process.ts";
import { type Peer, programVersion } from "./peer.ts";

/** rclone with its cache on disk; it uses as many cores as there are. */
export const rcloneFull: Peer = {
  name: "rclone serve http, cache full",
  version: () => programVersion("rclone", ["version"], /rclone v([\d.]+)/),
  command({ folder, port, upstream }): Promise<Command> {
    const remote = new URL(".", `http://${upstream.host}:${upstream.port}${upstream.target}`);
    return Promise.resolve({
      command: "rclone",
      args: [
        ...["serve", "http", ":http:", "--http-url", remote.href, "--addr", `127.0.0.1:${port}`],
        ...["--baseurl", remote.pathname, "--vfs-cache-mode", "full", "--cache-dir", join(folder, "cache")],
        // The folder is listed when the first address is asked for; what is measured later must not list it again.
        ...["--dir-cache-time", "1h", "--config", ""],
      ],
    });
  },
};
