// A server over the demo library with the built player, as a process of its own, so that tests can kill it. Says its address on stdout.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createSigningKey, createTokenSigner } from "../../src/access/index.ts";
import {
  createApi,
  createReadiness,
  createRequestListener,
  createRoutes,
  openPlayerPages,
} from "../../src/api/index.ts";
import { openSqliteCatalog, sourceIdOf } from "../../src/catalog/index.ts";
import { createMediaHandler } from "../../src/delivery/index.ts";
import { createScanner } from "../../src/library/index.ts";
import { createLocalSource } from "../../src/sources/index.ts";

const [port = "0", root = join(import.meta.dirname, "../../demo"), database = ":memory:"] = process.argv.slice(2);
const identity = `file://${root}`;
const catalog = await openSqliteCatalog({ path: database });
const source = createLocalSource({ root });
await createScanner({ catalog }).scan({ identity, name: "demo", source });
const mounted = { name: "demo", label: root, source, handler: createMediaHandler(source) };
const keys = [createSigningKey()];
const api = createApi({
  catalog,
  sources: [{ ...mounted, sourceId: sourceIdOf(identity) }],
  signer: createTokenSigner(() => keys),
  services: { scan: () => false },
  version: "0.0.0",
  adminTokens: [],
});
const sources = new Map([["demo", mounted]]);
const player = openPlayerPages({ folder: join(import.meta.dirname, "../../dist/web") });
const { fetch } = createRoutes({ sources, readiness: createReadiness(sources), api, player });
const server = createServer(createRequestListener({ sources, fetch, streams: api.streams }));
server.listen(Number(port), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
