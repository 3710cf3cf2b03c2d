import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "../server-process.ts";
import { type Peer, programVersion } from "./peer.ts";

/** Varnish that caches nothing (`pass`); it uses as many cores as there are. */
export const varnishPass: Peer = varnishPeer("varnish pass", "sub vcl_recv { return (pass); }", "malloc,64m");

/** Varnish as it comes, with memory for all of a run: it keeps whole objects. */
export const varnishCache: Peer = varnishPeer("varnish", "", "malloc,4g");

function varnishPeer(name: string, subroutines: string, storage: string): Peer {
  return {
    name,
    version: () => programVersion("varnishd", ["-V"], /varnish-([\d.]+)/),
    async command({ folder, port, upstream }): Promise<Command> {
      const path = join(folder, "bench.vcl");
      const backend = `backend origin { .host = "${upstream.host}"; .port = "${upstream.port}"; }`;
      await writeFile(path, `vcl 4.1;\n${backend}\n${subroutines}\n`);
      const address = `127.0.0.1:${port}`;
      const args = ["-F", "-j", "none", "-n", join(folder, "varnish"), "-f", path, "-a", address, "-s", storage];
      return { command: "varnishd", args };
    },
  };
}
