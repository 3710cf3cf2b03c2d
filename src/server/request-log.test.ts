import { once } from "node:events";
import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RequestListener } from "../api/index.ts";
import { createMediaHandler, type MediaHandler } from "../delivery/index.ts";
import { createMemorySource } from "../sources/index.ts";
import { createLogger } from "./log.ts";
import { createRequestLog, type RequestLog } from "./request-log.ts";

const server = createServer();
const lines: Record<string, unknown>[] = [];
let log: RequestLog;
let port: number;

beforeEach(async () => {
  lines.length = 0;
  const logger = createLogger("debug", { write: (text) => lines.push(JSON.parse(text) as Record<string, unknown>) });
  log = createRequestLog(logger);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
});

afterEach(async () => {
  server.removeAllListeners("request");
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

function listenWith(listener: RequestListener): void {
  server.on("request", log.around(listener));
}

function handlerOf(name: string, bytes: Uint8Array): MediaHandler {
  return createMediaHandler(createMemorySource({ "a.mp4": bytes }), { onDelivered: log.recordDelivery(name) });
}

const url = (path: string): string => `http://127.0.0.1:${port}${path}`;

describe("createRequestLog()", () => {
  it("gives each of many concurrent requests its own delivery", async () => {
    const handlers = new Map([1, 2, 3].map((size) => [`s${size}`, handlerOf(`s${size}`, new Uint8Array(size * 1000))]));
    listenWith(async (request, response) =>
      handlers.get((request.url ?? "").slice(1))?.handleNode(request, response, "a.mp4"),
    );
    const names = Array.from({ length: 60 }, (_, index) => `s${(index % 3) + 1}`);
    await Promise.all(names.map(async (name) => (await fetch(url(`/${name}`))).arrayBuffer()));
    await vi.waitFor(() => expect(lines).toHaveLength(60));
    for (const { path, source, bytes } of lines) {
      expect(path).toBe(`/${String(source)}`);
      expect(bytes).toBe(Number(String(source).slice(1)) * 1000);
    }
  });

  it("keeps no signature that would open an item", async () => {
    listenWith(async (_request, response) => void response.end());
    for (const path of [
      "/stream/key.expiry.item.original.v.secret?download",
      "/stream/key.expiry.item.original.v.secret/secret.piece.ts",
      "/stream/secret",
      "/media/a.b/c.mp4",
    ]) {
      await (await fetch(url(path))).arrayBuffer();
    }
    await vi.waitFor(() => expect(lines).toHaveLength(4));
    expect(lines.map(({ path }) => path)).toEqual([
      "/stream/key.expiry.item.original.v....",
      "/stream/key.expiry.item.original.v....",
      "/stream/secret",
      "/media/a.b/c.mp4",
    ]);
  });

  it("notes a viewer who left", async () => {
    const handler = handlerOf("films", new Uint8Array(32 * 1024 * 1024));
    listenWith((request, response) => handler.handleNode(request, response, "a.mp4"));
    const request = get(url("/media/films/a.mp4"));
    const [response] = await once(request, "response");
    await once(response, "readable");
    request.destroy();
    await vi.waitFor(() => expect(lines).toHaveLength(1));
    expect(lines[0]).toMatchObject({ level: "info", status: 200, outcome: "aborted", source: "films", key: "a.mp4" });
    expect(lines[0]?.["bytes"]).toBeLessThan(32 * 1024 * 1024);
  });

  it("logs what is not media, without its query", async () => {
    listenWith(async (_request, response) => {
      response.writeHead(404).end("nothing");
    });
    await (await fetch(url("/x?token=secret"))).text();
    await vi.waitFor(() => expect(lines).toHaveLength(1));
    expect(lines[0]).toMatchObject({
      method: "GET",
      path: "/x",
      status: 404,
      outcome: "failed",
      remoteAddress: "127.0.0.1",
    });
    expect(JSON.stringify(lines)).not.toContain("secret");
  });

  it.each([
    ["/healthz", 200, "debug"],
    ["/readyz", 503, "warn"],
    ["/", 200, "info"],
    ["/", 500, "error"],
  ])("logs %s with %i as %s", async (path, status, level) => {
    listenWith(async (_request, response) => {
      response.writeHead(status).end();
    });
    await (await fetch(url(path))).text();
    await vi.waitFor(() => expect(lines).toHaveLength(1));
    expect(lines[0]).toMatchObject({ level, status });
  });

  it("breaks the connection of a listener that fails, and says so", async () => {
    listenWith(() => Promise.reject(new Error("a mistake")));
    await expect(fetch(url("/"))).rejects.toThrow();
    await vi.waitFor(() => expect(lines).toHaveLength(2));
    expect(lines[0]).toMatchObject({ level: "error", err: { message: "a mistake" } });
  });
});
