import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { maxHeadBytes, parseResponseHead } from "./response-head.ts";
import type { SocketAddress } from "./socket-reader.ts";

/** A way through an operator's HTTP proxy (RFC 9110 section 9.3.6), which sees where we go and not what we say there. */
export interface Tunnel {
  /** The proxy's own. */
  readonly host: string;
  readonly port: number;
  /**
   * The head of the request for a tunnel to a host.
   * @throws {SourceError} where that host must not be reached
   */
  readonly requestFor: (host: string, port: number) => Promise<string>;
}

/** A proxy's answer to the request for a tunnel, put together as it comes. */
export class TunnelAnswer {
  #text = "";

  /** Takes what has come; true once the tunnel stands. @throws {Error} where the proxy refuses, or is none */
  take(bytes: Uint8Array): boolean {
    this.#text += Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
    const end = this.#text.indexOf("\r\n\r\n");
    if (end === -1 && this.#text.length <= maxHeadBytes) {
      return false;
    }
    const head = end === -1 ? undefined : parseResponseHead(this.#text.slice(0, end));
    if (head === undefined) {
      throw new Error("what proxy= names does not answer as an HTTP proxy");
    }
    if (head.status < 200 || head.status > 299) {
      const line = this.#text.slice(0, this.#text.indexOf("\r\n"));
      throw new Error(`the proxy refuses with ${line.replace(/^\S+ /, "").slice(0, 100)}${adviceFor(head.status)}`);
    }
    if (this.#text.length > end + 4) {
      // Both HTTP and TLS leave the first word to the client.
      throw new Error("the proxy sends something nobody has asked for");
    }
    return true;
  }
}

function adviceFor(status: number): string {
  return status === 407
    ? "; check the user and password in proxy="
    : [403, 405, 501].includes(status)
      ? "; it must permit CONNECT, also to port 80 for sites without TLS"
      : "";
}

/**
 * Connects with a socket of Node's own, straight or through a tunnel; resolves once that stands.
 * @param signal destroys the connection, whenever it fires
 */
export async function connectSocket(
  { host, port, tunnel, lookup, localAddress }: Omit<SocketAddress, "isTls">,
  signal: AbortSignal,
): Promise<Socket> {
  const place =
    tunnel === undefined ? { host, port, ...(lookup && { lookup }) } : { host: tunnel.host, port: tunnel.port };
  const socket = connect({ ...place, ...(localAddress !== undefined && { localAddress }), signal });
  await once(socket, "connect");
  // Until its next owner listens an error must not go unheard; whoever reads or writes learns of it.
  socket.on("error", () => undefined);
  if (tunnel !== undefined) {
    try {
      socket.write(await tunnel.requestFor(host, port), "latin1");
      await untilTunnelled(socket);
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }
  return socket;
}

async function untilTunnelled(socket: Socket): Promise<void> {
  const answer = new TunnelAnswer();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onReadable = (): void => {
    try {
      for (let chunk = socket.read() as Buffer | null; chunk !== null; chunk = socket.read() as Buffer | null) {
        if (answer.take(chunk)) {
          resolve();
          return;
        }
      }
    } catch (error) {
      reject(error);
    }
  };
  const onEnd = (): void => reject(new Error("the proxy closed the connection"));
  // Not "data": a socket that flows would lose what comes before its next owner listens.
  socket.on("readable", onReadable).on("error", reject).on("end", onEnd);
  try {
    await promise;
  } finally {
    socket.off("readable", onReadable).off("error", reject).off("end", onEnd);
  }
}
