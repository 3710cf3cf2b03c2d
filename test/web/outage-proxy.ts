import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { pipeline } from "node:stream/promises";

/** How a connection is out: `reset` breaks what is open and all that comes, `silent` lets nothing through and says nothing. */
export type Outage = "reset" | "silent";

/** A TCP proxy on 127.0.0.1 before a server: the network between the two, which can fail. */
export interface OutageProxy extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  begin(outage: Outage): void;
  end(): void;
}

/** Starts a proxy before the server at `address`. */
export async function startOutageProxy(address: string): Promise<OutageProxy> {
  const { hostname, port } = new URL(address);
  const sockets = new Set<Socket>();
  let isReset = false;
  let silence: PromiseWithResolvers<void> | undefined;
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on("close", () => sockets.delete(socket)).on("error", () => {});
  };
  async function* gate(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
    for await (const chunk of chunks) {
      await silence?.promise;
      yield chunk;
    }
  }
  const server = createServer((viewer) => {
    keep(viewer);
    if (isReset) {
      viewer.resetAndDestroy();
      return;
    }
    const upstream = keep(connect(Number(port), hostname));
    // Either end may leave at any time.
    pipeline(viewer, gate, upstream).catch(() => upstream.destroy());
    pipeline(upstream, gate, viewer).catch(() => viewer.destroy());
  });
  const end = (): void => {
    isReset = false;
    silence?.resolve();
    silence = undefined;
  };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    begin(outage) {
      if (outage === "silent") {
        silence ??= Promise.withResolvers<void>();
        return;
      }
      isReset = true;
      for (const socket of Array.from(sockets)) socket.resetAndDestroy();
    },
    end,
    async [Symbol.asyncDispose]() {
      end();
      server.close();
      for (const socket of Array.from(sockets)) socket.destroy();
      await once(server, "close");
    },
  };
}
