import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { OBJECT_PATH } from "../fixture.ts";
import type { Command } from "../server-process.ts";
import { type Peer, type PeerContext, programVersion } from "./peer.ts";

/** nginx as a static file server: `sendfile`, one worker. */
export const nginxStatic: Peer = nginxPeer("nginx static", (context) => `root ${context.root};`);

/**
 * nginx as a proxy with what it does by default, but for kept-alive upstream connections, without which it would open one
 * a request. By default it spools what a viewer does not take at once to a file.
 */
export const nginxProxy: Peer = nginxPeer("nginx proxy_pass", proxyLocation);

/** The same without the spool file, as operators who stream set it. */
export const nginxUnspooledProxy: Peer = nginxPeer(
  "nginx proxy_pass, no temp file",
  (context) => `proxy_max_temp_file_size 0; ${proxyLocation(context)}`,
);

/** An exact location, so that `proxy_pass` may carry the query of a presigned address. */
function proxyLocation({ upstream }: PeerContext): string {
  return `location = /${OBJECT_PATH} {
    proxy_pass http://origin${upstream.target};
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host ${upstream.host}:${upstream.port};
    proxy_cache off;
  }`;
}

/** nginx as it is advised for large media: slices of 1 MiB, kept on disk, one fetch of each at a time. */
export const nginxSliceCache: Peer = nginxPeer(
  "nginx slice cache",
  ({ upstream }) => `location / {
    slice 1m;
    proxy_pass http://origin;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host ${upstream.host}:${upstream.port};
    proxy_set_header Range $slice_range;
    proxy_cache media;
    proxy_cache_key $uri$slice_range;
    proxy_cache_valid 200 206 1h;
    proxy_cache_lock on;
  }`,
  ({ folder }) =>
    `proxy_cache_path ${folder}/cache levels=1:2 keys_zone=media:32m max_size=8g inactive=1h use_temp_path=off;`,
);

function nginxPeer(
  name: string,
  serverBlock: (context: PeerContext) => string,
  httpBlock: (context: PeerContext) => string = () => "",
): Peer {
  return {
    name,
    version: () => programVersion("nginx", ["-v"], /nginx\/([\d.]+)/),
    async command(context): Promise<Command> {
      const path = join(context.folder, "nginx.conf");
      await mkdir(join(context.folder, "temp"), { recursive: true });
      await writeFile(path, configuration(context, serverBlock(context), httpBlock(context)));
      return { command: "nginx", args: ["-p", context.folder, "-c", path, "-e", "stderr"] };
    },
  };
}

/** `keepalive_requests` is raised because a range test asks more than the default 1,000 a connection in a second. */
function configuration(context: PeerContext, serverBlock: string, httpBlock: string): string {
  const { folder, upstream, port } = context;
  const user = process.getuid?.() === 0 ? "user root;" : "";
  const tempPaths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((kind) => `${kind}_temp_path ${folder}/temp/${kind};`)
    .join("\n  ");
  return `${user}
worker_processes 1;
worker_rlimit_nofile 16384;
daemon off;
pid ${folder}/nginx.pid;
error_log stderr crit;
events { worker_connections 8192; }
http {
  access_log off;
  sendfile on;
  tcp_nopush off;
  keepalive_requests 100000000;
  default_type application/octet-stream;
  ${tempPaths}
  ${httpBlock}
  upstream origin {
    server ${upstream.host}:${upstream.port};
    keepalive 128;
    keepalive_requests 100000000;
  }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    ${serverBlock}
  }
}
`;
}
