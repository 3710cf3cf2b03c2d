import { STATUS_CODES, createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import { type Problem, replyToProblem } from "../delivery/index.ts";
import { Connections } from "./connections.ts";
import { errorCodeOf } from "./error-code.ts";
import type { TlsIdentity } from "./tls-identity.ts";

/** Limits on connections; the defaults are for production, tests shorten them. */
export interface HttpServerOptions {
  /** How long a request's head may take to arrive. @default 15000 */
  readonly headersTimeoutMs?: number;
  /** How long a whole request may take; ours have no bodies that matter. @default 30000 */
  readonly requestTimeoutMs?: number;
  /** How long an idle connection is kept. Longer than the 60 s of nginx and load balancers, which would else reuse a closed one. @default 75000 */
  readonly keepAliveTimeoutMs?: number;
  /** How often the first two are looked at. @default 1000 */
  readonly checkIntervalMs?: number;
  /** Serves https with it. @default plain http */
  readonly tls?: Pick<TlsIdentity, "cert" | "key"> | undefined;
}

/** A server that does not listen yet. */
export interface HttpServer {
  readonly server: Server;
  readonly connections: Connections;
}

/** Longest request head in bytes; more is answered with 431. */
const maxHeaderBytes = 32 * 1024;
const handshakeMs = 15_000;

/** Creates the HTTP server: strict parsing, bounded heads, and a problem body even for what is no request at all. */
export function createHttpServer(
  listener: (request: IncomingMessage, response: ServerResponse) => void,
  options: HttpServerOptions = {},
): HttpServer {
  const { tls } = options;
  const settings = {
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: options.headersTimeoutMs ?? 15_000,
    requestTimeout: options.requestTimeoutMs ?? 30_000,
    keepAliveTimeout: options.keepAliveTimeoutMs ?? 75_000,
    connectionsCheckingInterval: options.checkIntervalMs ?? 1000,
    insecureHTTPParser: false,
    // Node would answer with an empty 400; ours says what is missing.
    requireHostHeader: false,
    noDelay: true,
    // A viewer whose machine went to sleep is found out by the kernel, not by a timer that would also cut a paused one.
    keepAlive: true,
    keepAliveInitialDelay: 60_000,
  };
  const server =
    tls === undefined
      ? createServer(settings, listener)
      : createTlsServer({ ...settings, cert: tls.cert, key: tls.key, handshakeTimeout: handshakeMs }, listener);
  // Of https the sockets that requests come on exist once hands are shaken.
  const connections = new Connections(server, tls === undefined ? "connection" : "secureConnection");
  const answered = new WeakSet<Socket>();
  server.on("clientError", (error, duplex) => {
    // Of a TCP server; other duplexes come only from whoever emits "connection" himself.
    const socket = duplex as Socket;
    // Each further chunk is an error of its own. They are let pass by until the client has read the answer.
    if (answered.has(socket)) {
      return;
    }
    answered.add(socket);
    // Text written between the bytes of an answer under way would end up in its body.
    answerClientError(error, socket, connections.isBusy(socket));
  });
  return { server, connections };
}

function answerClientError(error: Error, socket: Socket, isBusy: boolean): void {
  // Browsers connect in advance: an answer on a connection that never asked could be taken for that to its first request.
  const hasAsked = socket.bytesRead > 0;
  const code = errorCodeOf(error) ?? "";
  // Where hands were not shaken there is nothing to write to: whoever asks an https port for http hears nothing that makes sense.
  if (isBusy || !hasAsked || !socket.writable || code === "ECONNRESET" || /^ERR_(?:SSL|TLS)_/.test(code)) {
    socket.destroy();
    return;
  }
  socket.end(formatRawReply(problemOfClientError(error)));
  // Closing with unread data makes the kernel send a reset, which can overtake the answer: read on for a moment.
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), 1000);
  socket.once("close", () => clearTimeout(timer));
}

function problemOfClientError(error: Error): Problem {
  switch (errorCodeOf(error)) {
    case "HPE_HEADER_OVERFLOW":
      return {
        status: 431,
        code: "header-too-large",
        title: "Request header too large",
        detail: `The request's head is longer than ${maxHeaderBytes} bytes.`,
      };
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return {
        status: 408,
        code: "request-timeout",
        title: "Request timeout",
        detail: "The request did not arrive in time.",
      };
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return {
        status: 413,
        code: "body-too-large",
        title: "Content too large",
        detail: "The request's chunk extensions are too long.",
      };
    default:
      return { status: 400, code: "bad-request", title: "Bad request", detail: "The request is not valid HTTP." };
  }
}

/** A whole response as text: where parsing failed there is no response object to write to. */
function formatRawReply(problem: Problem): Buffer {
  const { status, headers, body } = replyToProblem(problem, { connection: "close", date: new Date().toUTCString() });
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Unknown"}\r\n${fields.join("")}\r\n`;
  return Buffer.concat([Buffer.from(head, "latin1"), body.kind === "bytes" ? body.bytes : Buffer.alloc(0)]);
}
