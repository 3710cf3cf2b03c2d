import { once } from "node:events";
import type { RequestListener, ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { createHttpServer, type HttpServer, type HttpServerOptions } from "./http-server.ts";

const started: HttpServer[] = [];

afterEach(() => {
  for (const { server } of started.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function start(
  listener: RequestListener,
  options?: HttpServerOptions,
): Promise<{ http: HttpServer; client: Socket }> {
  const http = createHttpServer(listener, options);
  started.push(http);
  http.server.listen(0, "127.0.0.1");
  await once(http.server, "listening");
  const client = connect({ host: "127.0.0.1", port: (http.server.address() as AddressInfo).port });
  await once(client, "connect");
  return { http, client };
}

const answer: RequestListener = (_request, response) => void response.end("ok");

describe("createHttpServer()", () => {
  it("answers a head that does not end with 408", async () => {
    const { client } = await start(answer, { headersTimeoutMs: 200, requestTimeoutMs: 200, checkIntervalMs: 50 });
    client.write("GET / HTTP/1.1\r\nHost: a\r\nX: ");
    const response = await text(client);
    expect(response).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(response).toContain("connection: close\r\n");
    expect(response).toContain('"code":"request-timeout"');
  });

  it("says nothing on a connection that never asked", async () => {
    const { client } = await start(answer, { headersTimeoutMs: 200, requestTimeoutMs: 200, checkIntervalMs: 50 });
    expect(await text(client)).toBe("");
  });

  it("gets its 431 to a client that goes on sending", async () => {
    const { client } = await start(answer);
    client.write(`GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(4 * 1024 * 1024)}`);
    client.on("error", () => undefined);
    expect(await text(client)).toMatch(/^HTTP\/1\.1 431 /);
  });

  it("breaks the connection rather than write an error into a body under way", async () => {
    let response: ServerResponse | undefined;
    const { client } = await start((_request, started) => {
      response = started;
      started.writeHead(200, { "content-length": "1000" });
      started.write("abc");
    });
    client.on("error", () => undefined);
    let received = "";
    client.on("data", (chunk: Buffer) => {
      received += chunk.toString("latin1");
    });
    client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await once(client, "data");
    client.write("\0rubbish\r\n\r\n");
    await once(client, "close");
    expect(received).not.toContain("400");
    expect(response?.destroyed).toBe(true);
  });

  it("closes idle connections on demand, busy ones once they are idle", async () => {
    let response: ServerResponse | undefined;
    const { http, client } = await start((_request, started) => {
      response = started;
      started.writeHead(200, { "content-length": "6" });
      started.write("abc");
    });
    client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await once(client, "data");
    expect(http.connections.answerCount).toBe(1);
    http.connections.closeIdle();
    response?.end("def");
    expect(await text(client)).toMatch(/def$/);
    expect(http.connections.answerCount).toBe(0);
  });
});
