import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Duplex } from "node:stream";

/** An operator's HTTP proxy, with a password: it makes tunnels and does nothing else. */
export class ConnectProxy implements AsyncDisposable {
  /** Where it was asked to lead, in order. */
  readonly tunnels: string[] = [];
  /** What it says instead of making tunnels, or nothing. */
  refusal: string | undefined;
  /** The address of its own that it connects from: by it others know who comes through it. */
  readonly ownAddress: string = "127.0.0.7";
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();

  private constructor(server: Server) {
    this.#server = server;
    server.on("request", (_request, response) => response.writeHead(405).end("only CONNECT"));
    server.on("connect", (request: IncomingMessage, client: Duplex) => this.#answer(request, client));
  }

  static async start(): Promise<ConnectProxy> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new ConnectProxy(server);
  }

  get url(): URL {
    return new URL(`http://ann:p%40ss@127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#sockets.forEach((socket) => socket.destroy());
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  #answer({ url = "", headers }: IncomingMessage, client: Duplex): void {
    this.#sockets.add(client);
    client.on("error", () => client.destroy());
    if (headers["proxy-authorization"] !== `Basic ${Buffer.from("ann:p@ss").toString("base64")}`) {
      client.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
      return;
    }
    this.tunnels.push(url);
    if (this.refusal !== undefined) {
      client.end(this.refusal);
      return;
    }
    const [, host = "", port = ""] = /^\[?([^\]]*?)\]?:(\d+)$/.exec(url) ?? [];
    const upstream = connect({ host, port: Number(port), localAddress: this.ownAddress }, () => {
      // In two pieces, as a network may deliver it.
      client.write("HTTP/1.1 200 Connection ");
      setTimeout(() => {
        client.write("established\r\nVia: test\r\n\r\n");
        client.pipe(upstream).pipe(client);
      }, 5);
    });
    upstream.on("error", () => client.destroy());
    upstream.on("close", () => client.destroy());
    client.on("close", () => upstream.destroy());
  }
}
