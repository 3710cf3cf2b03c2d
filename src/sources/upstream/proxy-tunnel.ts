import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { callbackify } from "node:util";
import { maxHeadBytes, parseResponseHead } from "./response-head.ts";
import type { SocketAddress } from "./socket-address.ts";

/** A proxy's answer to the request for a tunnel, put together as it comes. */
class TunnelAnswer {
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

/** A tunnel that can be written to before it stands. Its errors are what it could not be made for, or the connection's. */
export class TunnelStream extends Duplex {
  readonly #address: SocketAddress;
  readonly #abort = new AbortController();
  #socket: Socket | undefined;

  constructor(address: SocketAddress) {
    super();
    this.#address = address;
  }

  override _construct(done: (error?: Error | null) => void): void {
    callbackify(() => this.#open())(done);
  }

  async #open(): Promise<void> {
    const socket = await connectSocket(this.#address, this.#abort.signal);
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => this.push(chunk) || socket.pause()).pause();
    socket.on("end", () => this.push(null));
    socket.on("close", () => this.destroy());
  }

  override _read(): void {
    this.#socket?.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket?.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.#socket?.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#abort.abort();
    this.#socket?.destroy();
    done(error);
  }
}
