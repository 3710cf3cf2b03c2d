import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "../server-process.ts";
import { type Peer, programVersion } from "./peer.ts";

/** Varnish that caches nothing (`pass`); it uses as many cores as there are. */
export const varnishPass: Peer = {
  name: "varnish pass",
  version: () => programVersion("varnishd", ["-V"], /varnish-([\d.]+)/),
  async command({ folder, port, upstream }): Promise<Command> {
    const path = join(folder, "pass.vcl");
    await writeFile(
      path,
      `vcl 4.1;
backend origin { .host = "${upstream.host}"; .port = "${upstream.port}"; }
sub vcl_recv { return (pass); }
`,
    );
    return {
      command: "varnishd",
      args: [
        "-F",
        "-j",
        "none",
        "-n",
        join(folder, "varnish"),
        "-f",
        path,
        "-a",
        `127.0.0.1:${port}`,
        "-s",
        "malloc,64m",
      ],
    };
  },
};
