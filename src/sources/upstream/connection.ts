import { connect as connectTcp, isIP, type OnReadOpts } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls, type ConnectionOptions } from "node:tls";
import { TunnelStream } from "./proxy-tunnel.ts";
import type { SocketAddress } from "./socket-address.ts";

/** A connection as its reader uses it: what is written before it stands waits for that. */
export type Connection = Duplex & { ref?(): unknown; unref?(): unknown };

/** What takes the bytes that come. */
export interface Receiver {
  /** Into buffers of ours, as Node reads on connections alone that it has made itself. */
  readonly onread: OnReadOpts;
  /** In chunks of Node's own, on others. */
  readonly onChunk: (chunk: Uint8Array) => void;
}

/** Connects, straight or through a tunnel. Its errors are events. */
export function openConnection(address: SocketAddress, { onread, onChunk }: Receiver): Connection {
  const { host, port, isTls, lookup, localAddress, tunnel } = address;
  if (tunnel !== undefined) {
    const stream = new TunnelStream(address);
    return (isTls ? connectTlsOver(stream, host) : stream).on("data", onChunk).pause();
  }
  const way = { port, onread, ...(lookup && { lookup }), ...(localAddress !== undefined && { localAddress }) };
  return isTls
    ? connectTls({ ...way, noDelay: true, ...tlsOptionsFor(host) } as ConnectionOptions)
    : connectTcp({ ...way, noDelay: true, host });
}

function connectTlsOver(stream: Duplex, host: string): Duplex {
  const secure = connectTls({ socket: stream, ...tlsOptionsFor(host) });
  stream.once("error", (error) => secure.destroy(error));
  return secure;
}

/** RFC 6066 section 3 allows names alone; Node still checks the certificate against an address, where it is told of it. */
function tlsOptionsFor(host: string): ConnectionOptions {
  return { host, ...(isIP(host) === 0 && { servername: host }), ALPNProtocols: ["http/1.1"] };
}
