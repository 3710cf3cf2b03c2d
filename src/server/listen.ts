import { once } from "node:events";
import type { Server } from "node:http";
import { Server as TlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { errorCodeOf } from "./error-code.ts";
import { StartError } from "./start-error.ts";

/** Where to listen. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Starts listening and tells where. @throws {StartError} that says what is in the way */
export async function listen(server: Server, address: ListenAddress): Promise<ListenAddress> {
  server.listen(address.port, address.host);
  try {
    await once(server, "listening");
  } catch (error) {
    throw describeListenError(error, address, server instanceof TlsServer ? "https" : "http");
  }
  // Of a TCP server; only pipes have a text for an address.
  const actual = server.address() as AddressInfo;
  return { host: actual.address, port: actual.port };
}

/** How a server is spoken to. */
export type Scheme = "http" | "https";

/** `http://127.0.0.1:8080`, an IPv6 address in brackets. */
export function formatOrigin({ host, port }: ListenAddress, scheme: Scheme = "http"): string {
  return `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** The addresses at which other machines reach a server that listens on all of this one's; else none. */
export function reachableOrigins({ host, port }: ListenAddress, scheme: Scheme = "http"): readonly string[] {
  if (host !== "0.0.0.0" && host !== "::") {
    return [];
  }
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses
    .filter(({ family, scopeid }) => (family === "IPv4" || host === "::") && (scopeid ?? 0) === 0)
    .map(({ address }) => formatOrigin({ host: address, port }, scheme));
}

/** An address that works on this machine: a browser does not open `0.0.0.0`. */
export function localOrigin({ host, port }: ListenAddress, scheme: Scheme = "http"): string {
  const local = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return formatOrigin({ host: local, port }, scheme);
}

function describeListenError(error: unknown, address: ListenAddress, scheme: Scheme): StartError {
  const { host, port } = address;
  const cannot = `Cannot listen on ${formatOrigin(address, scheme)}`;
  switch (errorCodeOf(error)) {
    case "EADDRINUSE":
      return new StartError(
        1,
        `${cannot}: another program already uses port ${port}. Stop it, or choose another port: --port ${port + 1}, or --port 0 for any free one.`,
        { cause: error },
      );
    case "EACCES":
      return new StartError(1, `${cannot}: this user may not use port ${port}. Choose one from 1024 on: --port 8080.`, {
        cause: error,
      });
    case "EADDRNOTAVAIL":
      return new StartError(
        1,
        `${cannot}: this machine has no address ${host}. Use --host 127.0.0.1, or --host 0.0.0.0 for all of its addresses.`,
        {
          cause: error,
        },
      );
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new StartError(
        1,
        `${cannot}: the name ${host} does not resolve. Use an address of this machine: --host 127.0.0.1.`,
        { cause: error },
      );
    default:
      return new StartError(
        1,
        `${cannot}: ${error instanceof Error ? error.message : String(error)}. Try another --host or --port.`,
        { cause: error },
      );
  }
}
