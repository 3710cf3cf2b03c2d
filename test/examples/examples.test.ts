import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createExpressExample } from "../../examples/express.ts";
import { createFastifyExample } from "../../examples/fastify.ts";
import { createHonoExample } from "../../examples/hono.ts";
import { createNodeExample } from "../../examples/node.ts";
import { createWebExample } from "../../examples/web.ts";

const bytes = Uint8Array.from({ length: 700_000 }, (_, index) => (index * 31 + 7) % 251);
let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "sluice-examples-"));
  await writeFile(join(root, "film é.mp4"), bytes);
});
afterAll(async () => {
  await rm(root, { recursive: true });
});

interface Running {
  /** Address of the film. */
  readonly url: string;
  close(): Promise<void>;
}

async function listen(server: Server, path: string): Promise<Running> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return runningOn(server, path);
}

function runningOn(server: Server, path: string): Running {
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${path}film%20%C3%A9.mp4`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function startHono(): Promise<Running> {
  const server = await new Promise<Server>((resolve) => {
    const started = serve({ fetch: createHonoExample(root).fetch, port: 0, hostname: "127.0.0.1" }, () =>
      resolve(started as Server),
    );
  });
  return runningOn(server, "/media/");
}

async function startFastify(): Promise<Running> {
  const app = createFastifyExample(root);
  await app.listen({ port: 0, host: "127.0.0.1" });
  return { ...runningOn(app.server, "/media/"), close: () => app.close() };
}

const examples: readonly { name: string; start: () => Promise<Running> }[] = [
  { name: "plain Node", start: () => listen(createNodeExample(root), "/") },
  { name: "Express 5", start: () => listen(createServer(createExpressExample(root)), "/media/") },
  { name: "Fastify 5", start: startFastify },
  { name: "Hono", start: startHono },
];

describe.each(examples)("example: $name", ({ start }) => {
  it("delivers the whole file, a range, its head, and a problem", async () => {
    const { url, close } = await start();
    try {
      const whole = await fetch(url);
      expect(whole.status).toBe(200);
      expect(new Uint8Array(await whole.arrayBuffer())).toEqual(bytes);
      const part = await fetch(url, { headers: { Range: "bytes=-1000" } });
      expect(part.status).toBe(206);
      expect(part.headers.get("content-range")).toBe("bytes 699000-699999/700000");
      expect(new Uint8Array(await part.arrayBuffer())).toEqual(bytes.subarray(699_000));
      const head = await fetch(url, { method: "HEAD" });
      expect([head.status, head.headers.get("content-length")]).toEqual([200, "700000"]);
      const missing = await fetch(`${url}x`);
      expect([missing.status, missing.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
      await missing.arrayBuffer();
    } finally {
      await close();
    }
  });
});

describe("example: Web handler", () => {
  it("delivers ranges of an HTTP origin without a server of its own", async () => {
    const { url, close } = await listen(createNodeExample(root), "/");
    try {
      const handle = createWebExample(new URL("/", url));
      const request = new Request("http://any.example/film%20%C3%A9.mp4", { headers: { Range: "bytes=10-19" } });
      const response = await handle(request);
      expect(response.status).toBe(206);
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes.subarray(10, 20));
    } finally {
      await close();
    }
  });
});
