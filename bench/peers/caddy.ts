import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "../server-process.ts";
import { type Peer, type PeerContext, programVersion } from "./peer.ts";

/** Caddy's file server; it uses as many cores as there are. */
export const caddyStatic: Peer = caddyPeer(
  "caddy file_server",
  (context) => `root * ${context.root}
  file_server`,
);

/** Caddy's reverse proxy. */
export const caddyProxy: Peer = caddyPeer(
  "caddy reverse_proxy",
  ({ upstream }) => `reverse_proxy ${upstream.host}:${upstream.port}`,
);

function caddyPeer(name: string, site: (context: PeerContext) => string): Peer {
  return {
    name,
    version: () => programVersion("caddy", ["version"], /v?([\d.]+\S*)/),
    async command(context): Promise<Command> {
      const path = join(context.folder, "Caddyfile");
      await writeFile(path, `${GLOBAL_OPTIONS}http://127.0.0.1:${context.port} {\n  ${site(context)}\n}\n`);
      return {
        command: "caddy",
        args: ["run", "--config", path, "--adapter", "caddyfile"],
        env: { XDG_DATA_HOME: context.folder, XDG_CONFIG_HOME: context.folder },
      };
    },
  };
}

const GLOBAL_OPTIONS = `{
  admin off
  auto_https off
  log {
    output discard
  }
}
`;
