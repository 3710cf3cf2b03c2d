import { randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import {
  createServer,
  request as sendRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { isSourceError } from "../../source/index.ts";
import { connectSocket } from "../upstream/proxy-tunnel.ts";
import { hostOf, type OutboundGuard } from "./outbound-guard.ts";

/** Fields that concern one hop alone (RFC 9110 section 7.6.1). */
const hopFields: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** ffmpeg takes no scheme for one without its realm. */
const challenge = 'Basic realm="sluice"';

/** How the proxy calls what the guard refuses. */
export const refusedPhrase = "Address Not Permitted";

/** An HTTP proxy on 127.0.0.1 for programs that connect by themselves; see {@link startGuardingProxy}. */
export interface GuardingProxy extends AsyncDisposable {
  /** With its credentials: whoever may run programs here must not borrow it. */
  readonly url: string;
}

/**
 * Starts a proxy through which a subprocess reaches what the guard lets it reach: the addresses it is given are vetted by us beforehand, but
 * where their pages, redirects and names lead it only this can see.
 */
export async function startGuardingProxy(guard: OutboundGuard): Promise<GuardingProxy> {
  const token = randomBytes(24).toString("base64url");
  const expected = Buffer.from(`Basic ${Buffer.from(`sluice:${token}`).toString("base64")}`);
  const isOurs = ({ headers }: IncomingMessage): boolean => {
    const given = Buffer.from(headers["proxy-authorization"] ?? "");
    return given.length === expected.length && timingSafeEqual(given, expected);
  };
  const sockets = new Set<Duplex>();
  const server = createServer((request, response) => {
    if (isOurs(request)) void forward(guard, request, response);
    else response.writeHead(407, { "proxy-authenticate": challenge }).end();
  });
  server.on("connect", (request: IncomingMessage, client: Duplex) => {
    if (isOurs(request)) void tunnel(guard, request.url ?? "", client, sockets);
    else client.end(`HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: ${challenge}\r\n\r\n`);
  });
  server.listen(0, "127.0.0.1").unref();
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://sluice:${token}@127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => close(server, sockets),
  };
}

async function close(server: Server, sockets: ReadonlySet<Duplex>): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  sockets.forEach((socket) => socket.destroy());
  await closed;
}

/** A plain request, its address in absolute form (RFC 9112 section 3.2.2). */
async function forward(guard: OutboundGuard, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const left = new AbortController();
  response.on("close", () => left.abort());
  try {
    const url = guard.vetUrl(request.url ?? "");
    const socket = await open(guard, url, left.signal);
    const upstream = sendRequest({
      createConnection: () => socket,
      method: request.method,
      path: url.pathname + url.search,
      headers: { ...endToEndFields(request.headers), host: url.host },
    });
    upstream.on("error", (error) => refuse(response, error));
    upstream.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, endToEndFields(answer.headers));
      answer.on("error", () => response.destroy());
      answer.pipe(response);
    });
    request.pipe(upstream);
  } catch (error) {
    refuse(response, error);
  }
}

/** Connects to where a vetted address leads, the way the guard says. */
function open(guard: OutboundGuard, url: URL, signal: AbortSignal): Promise<Socket> {
  const host = hostOf(url);
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  return connectSocket({ ...guard.socketOptionsFor(host), host, port }, signal);
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(...statusFor(error), { "content-type": "text/plain" });
  response.end(error instanceof Error ? error.message : "Cannot connect");
}

/** Programs repeat the reason phrase in their messages; by it our refusal is told from a site's own. */
function statusFor(error: unknown): [status: number, reason: string] {
  const words = error instanceof Error ? error.message.replaceAll(/[^\x20-\x7e]+/g, " ").slice(0, 200) : "";
  return isSourceError(error, "forbidden") ? [403, refusedPhrase] : [502, `Bad Gateway: ${words}`];
}

function endToEndFields(fields: IncomingMessage["headers"]): IncomingMessage["headers"] {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !hopFields.has(name)));
}

/** A tunnel for TLS (RFC 9110 section 9.3.6). */
async function tunnel(guard: OutboundGuard, authority: string, client: Duplex, sockets: Set<Duplex>): Promise<void> {
  const left = new AbortController();
  client.on("error", () => left.abort());
  client.on("close", () => left.abort());
  try {
    const upstream = await open(guard, guard.vetUrl(`https://${authority}`), left.signal);
    client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    join(client, upstream, sockets);
  } catch (error) {
    client.end(`HTTP/1.1 ${statusFor(error).join(" ")}\r\n\r\n`);
  }
}

/** Whichever fails or leaves, the other has nobody to talk to. */
function join(client: Duplex, upstream: Socket, sockets: Set<Duplex>): void {
  sockets.add(client).add(upstream);
  client.pipe(upstream);
  upstream.pipe(client);
  upstream.on("error", () => client.destroy());
  upstream.on("close", () => {
    sockets.delete(client);
    sockets.delete(upstream);
    client.destroy();
  });
}
