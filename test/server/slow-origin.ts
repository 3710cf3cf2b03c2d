import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** An HTTP origin of the test's own, 50 ms away, that counts what it is asked. */
export interface SlowOrigin extends AsyncDisposable {
  readonly address: string;
  /** Requests for media so far; the server's checks of the origin itself are not among them. */
  readonly requestCount: number;
  readonly body: Uint8Array;
}

const firstByteMs = 50;

/** Starts an origin that has the same film under every name that ends in `.mp4`. */
export async function startSlowOrigin(sizeBytes: number): Promise<SlowOrigin> {
  const body = Uint8Array.from({ length: sizeBytes }, (_, index) => (index * 31 + (index >> 8)) % 256);
  let requestCount = 0;
  const server = createServer((request, response) => {
    requestCount += request.url?.endsWith(".mp4") === true ? 1 : 0;
    void delay(firstByteMs).then(() => answer(request, response, body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/films/`,
    body,
    get requestCount() {
      return requestCount;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function answer(request: IncomingMessage, response: ServerResponse, body: Uint8Array): void {
  const fields = { etag: '"one"', "accept-ranges": "bytes", "content-type": "video/mp4" };
  if (request.url?.endsWith(".mp4") !== true) {
    response.writeHead(404).end();
    return;
  }
  if (request.headers["if-none-match"] === fields.etag) {
    response.writeHead(304, fields).end();
    return;
  }
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
  const start = Number(first ?? 0);
  const end = last === undefined || last === "" ? body.length : Math.min(Number(last) + 1, body.length);
  const range = first === undefined ? {} : { "content-range": `bytes ${start}-${end - 1}/${body.length}` };
  response.writeHead(first === undefined ? 200 : 206, { ...fields, ...range, "content-length": end - start });
  response.end(request.method === "HEAD" ? undefined : body.subarray(start, end));
}
