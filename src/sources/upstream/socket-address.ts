import type { LookupFunction } from "node:net";

/** Where to connect. */
export interface SocketAddress {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  /** Resolves the host where not every address may be reached; see `Egress`. */
  readonly lookup?: LookupFunction | undefined;
  /** The address of ours that the connection comes from. */
  readonly localAddress?: string | undefined;
  /** Where the way leads through a proxy; the lookup is then its own affair. */
  readonly tunnel?: Tunnel | undefined;
}

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
