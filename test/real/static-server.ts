import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import send from "send";

/** A plain server of files that is not ours, to try browsers and players against. */
export interface StaticServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly address: string;
}

/** Serves `folder` with ranges; `/` is an empty page. */
export async function startStaticServer(folder: string): Promise<StaticServer> {
  const server = createServer((request, response) => {
    if (request.url === "/") {
      response.setHeader("Content-Type", "text/html");
      response.end("<!doctype html><title>Empty page</title><body></body>");
    } else {
      send(request, request.url ?? "/", { root: folder }).pipe(response);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
