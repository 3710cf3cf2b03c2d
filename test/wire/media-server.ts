import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createMediaHandler, type DeliveryRecord, type MediaHandlerOptions } from "../../src/delivery/index.ts";
import type { Source } from "../../src/source/index.ts";

/** A Node server on 127.0.0.1 that delivers a source's objects, each at its percent-encoded key. */
export interface MediaServer extends AsyncDisposable {
  readonly port: number;
  /** One for each request that is over. */
  readonly deliveries: DeliveryRecord[];
  /** Connections open now. */
  countConnections(): Promise<number>;
}

/** Starts a server on a free port with our own Node writer and nothing else around it. */
export async function startMediaServer(source: Source, options: MediaHandlerOptions = {}): Promise<MediaServer> {
  const deliveries: DeliveryRecord[] = [];
  const handler = createMediaHandler(source, { ...options, onDelivered: (record) => deliveries.push(record) });
  // As large as the real server's: the cases send thousands of ranges, beyond Node's default of 16 KiB.
  const server = createServer({ maxHeaderSize: 32 * 1024 }, (request, response) => {
    const path = new URL(request.url ?? "/", "http://127.0.0.1").pathname;
    void handler.handleNode(request, response, decodeURIComponent(path.slice(1)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    deliveries,
    countConnections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
      }),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
