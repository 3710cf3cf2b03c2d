import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { SERVER_FLAGS } from "../server-flags.ts";
import type { Command } from "../server-process.ts";
import type { Peer, PeerContext } from "./peer.ts";

const SERVERS = join(import.meta.dirname, "../servers");

/** npm's static file servers, each in a process of its own behind the plainest server its documentation shows. */
export const npmStaticServers: readonly Peer[] = [
  nodeStatic("send", "send", "send.ts"),
  nodeStatic("sirv", "sirv", "sirv.ts"),
  nodeStatic("srvx", "srvx", "srvx.ts"),
  nodeStatic("@hono/node-server", "@hono/node-server", "hono.ts"),
];

/** What most Node programs do: `http.request` piped into the response. */
export const nodePipeProxy: Peer = {
  name: "node http.request, piped",
  version: () => Promise.resolve(process.versions.node),
  command: ({ port, upstream }) =>
    Promise.resolve(nodeCommand("pipe-proxy.ts", [port, upstream.host, upstream.port, upstream.target])),
};

/** Our delivery over the local source. */
export const sluiceLocal: Peer = sluice(({ root }) => ({ kind: "local", root: join(root, "media/x") }));

/** Our delivery over the HTTP source. */
export const sluiceHttp: Peer = sluice(({ upstream }) => ({
  kind: "http",
  baseUrl: new URL(".", `http://${upstream.host}:${upstream.port}${upstream.target}`).href,
}));

/** The same with a cache on disk between them, in slices of 1 MiB. */
export const sluiceCached: Peer = sluice(({ folder, upstream }) => ({
  kind: "http",
  baseUrl: new URL(".", `http://${upstream.host}:${upstream.port}${upstream.target}`).href,
  cacheFolder: join(folder, "cache"),
}));

/** Our delivery over the S3 source; `options` are the source's own, in JSON. */
export function sluiceS3(options: Readonly<Record<string, unknown>>): Peer {
  return sluice(() => ({ kind: "s3", ...options }));
}

function sluice(source: (context: PeerContext) => Readonly<Record<string, unknown>>): Peer {
  return {
    name: "Sluice",
    version: async () => JSON.parse(await readFile(join(SERVERS, "../../package.json"), "utf8")).version as string,
    command: (context) =>
      Promise.resolve(nodeCommand("sluice.ts", [context.port, JSON.stringify(source(context))], SERVER_FLAGS)),
  };
}

function nodeStatic(name: string, packageName: string, script: string): Peer {
  return {
    name,
    version: () => packageVersion(packageName),
    command: ({ port, root }) => Promise.resolve(nodeCommand(script, [port, root])),
  };
}

/** Runs one of our scripts in `servers/` under the Node that runs this. */
export function nodeCommand(
  script: string,
  args: readonly (string | number)[],
  nodeArgs: readonly string[] = [],
): Command {
  return {
    command: process.execPath,
    args: [...nodeArgs, join(SERVERS, script), ...args.map(String)],
    env: { NODE_ENV: "production" },
  };
}

/** Not `import "x/package.json"`: few packages export that. */
async function packageVersion(name: string): Promise<string> {
  let folder = dirname(createRequire(import.meta.url).resolve(name));
  while (folder !== dirname(folder)) {
    const text = await readFile(join(folder, "package.json"), "utf8").catch(() => "{}");
    const manifest = JSON.parse(text) as { name?: string; version?: string };
    if (manifest.name === name && manifest.version !== undefined) {
      return manifest.version;
    }
    folder = dirname(folder);
  }
  throw new Error(`${name} is not installed`);
}
