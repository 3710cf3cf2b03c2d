import { lookup as lookupName } from "node:dns/promises";
import { isIP, type LookupFunction } from "node:net";
import { callbackify } from "node:util";
import ipaddr from "ipaddr.js";
import { SourceError } from "../../source/index.ts";
import type { SocketAddress, Tunnel } from "../upstream/socket-address.ts";
import type { Egress } from "../upstream/upstream-client.ts";
import { addressFault, type Network } from "./address-fault.ts";

/** One answer of name resolution. */
export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** Options of an {@link OutboundGuard}. */
export interface OutboundGuardOptions {
  /** Hosts that may be asked, each with all below it: `["example.com"]`. @default every host with a public address */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Networks that may be reached although they are not public, for LANs and tests: `["192.168.0.0/16"]`. @default none */
  readonly allowedNetworks?: readonly Network[] | undefined;
  /** The address of ours that connections come from. @default the system's choice */
  readonly sourceAddress?: string | undefined;
  /**
   * The operator's own HTTP proxy, `http://user:password@proxy.example:3128`, through which all connections go. It is asked for tunnels to
   * addresses that were vetted here, not to names.
   */
  readonly proxy?: URL | undefined;
  /** Resolves names. @default the system's resolver */
  readonly resolveName?: ((name: string) => Promise<readonly ResolvedAddress[]>) | undefined;
}

/**
 * Stands between an address that somebody sent us and a connection (server-side request forgery, CWE-918). Names are resolved once, by
 * us; the connection goes to what was vetted and nowhere else, so that a name cannot change its meaning between look and leap.
 */
export class OutboundGuard implements Egress {
  readonly #allowedHosts: readonly string[] | undefined;
  readonly #allowedNetworks: readonly Network[];
  readonly #sourceAddress: string | undefined;
  readonly #tunnel: Tunnel | undefined;
  readonly #resolveName: (name: string) => Promise<readonly ResolvedAddress[]>;

  /** @throws {TypeError} for a network, source address or proxy that cannot be read */
  constructor(options: OutboundGuardOptions = {}) {
    this.#allowedHosts = options.allowedHosts?.map((host) => host.toLowerCase());
    this.#allowedNetworks = options.allowedNetworks ?? [];
    this.#sourceAddress = options.sourceAddress;
    this.#tunnel = options.proxy && this.#tunnelThrough(options.proxy);
    this.#resolveName = options.resolveName ?? ((name) => lookupName(name, { all: true, verbatim: true }));
    const unreadable = this.#allowedNetworks.find((network) => !ipaddr.isValidCIDR(network));
    if (unreadable !== undefined) {
      throw new TypeError(`"${unreadable}" is not a network; write it as 192.168.0.0/16 or fd00::/8`);
    }
    if (this.#sourceAddress !== undefined && isIP(this.#sourceAddress) === 0) {
      throw new TypeError(`"${this.#sourceAddress}" is not an IP address to connect from`);
    }
  }

  /**
   * Reads an address that somebody sent us, or that a redirect names. That its host resolves to something permitted shows when it is
   * connected to.
   * @throws {SourceError} `invalid-key` for what is no address, `forbidden` for one that may not be asked
   */
  vetUrl(text: string | URL, base?: URL): URL {
    const url = URL.parse(String(text), base?.href);
    if (url === null) {
      throw new SourceError("invalid-key", `Cannot ask ${JSON.stringify(String(text).slice(0, 200))}: not an address`);
    }
    if (url.protocol !== "http:" && url.protocol !== "https:") {
      throw refusal(url.protocol, "only http and https addresses are asked");
    }
    if (url.username !== "" || url.password !== "") {
      throw refusal(url.host, "the address holds credentials");
    }
    const host = hostOf(url);
    if (this.#allowedHosts !== undefined && !isListed(host, this.#allowedHosts)) {
      throw refusal(host, "the host is not among those allowed for this source");
    }
    this.#assertLiteral(host);
    return url;
  }

  socketOptionsFor(host: string): Pick<SocketAddress, "lookup" | "localAddress" | "tunnel"> {
    // Node does not look literal addresses up.
    this.#assertLiteral(host);
    const resolve = callbackify((name: string) => this.resolve(name));
    const lookup: LookupFunction = (name, { all, family }, callback) => {
      resolve(name, (error, addresses) => {
        if (error !== null) {
          callback(error, []);
          return;
        }
        const first = addresses.find((entry) => entry.family === family) ?? addresses[0];
        if (all === true) callback(null, [...addresses]);
        else callback(null, first?.address ?? "", first?.family);
      });
    };
    return { lookup, localAddress: this.#sourceAddress, tunnel: this.#tunnel };
  }

  /**
   * The addresses of a name that may be connected to, at least one. Others are left out: on networks with NAT64 a public
   * host has such addresses as well.
   * @throws {SourceError} `forbidden` where none may be, `unavailable` where the name cannot be resolved
   */
  async resolve(name: string): Promise<readonly ResolvedAddress[]> {
    const found = await this.#resolveName(name).catch((error: unknown) => {
      throw new SourceError("unavailable", `Cannot resolve ${name}`, { retryable: true, cause: error });
    });
    const vetted = found.filter(({ address }) => this.#faultOf(address) === undefined);
    if (vetted.length === 0) {
      const [first] = found;
      const why = first === undefined ? "it has no address" : `it resolves to ${this.#faultOf(first.address) ?? ""}`;
      throw refusal(name, why);
    }
    return vetted;
  }

  #tunnelThrough({ protocol, hostname, port, username, password }: URL): Tunnel {
    if (protocol !== "http:") {
      throw new TypeError(`A proxy is asked over http, not ${protocol}`);
    }
    const secret = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString("base64");
    const fields = username === "" ? "" : `Proxy-Authorization: Basic ${secret}\r\n`;
    return {
      host: hostname.replace(/^\[(.*)\]$/, "$1"),
      port: port === "" ? 80 : Number(port),
      requestFor: async (host, targetPort) => {
        const address = isIP(host) === 0 ? await this.#addressOf(host) : host;
        const authority = `${isIP(address) === 6 ? `[${address}]` : address}:${targetPort}`;
        return `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${fields}\r\n`;
      },
    };
  }

  /** One that a proxy can be asked for; more of them have a way to IPv4 than to IPv6. */
  async #addressOf(name: string): Promise<string> {
    const addresses = await this.resolve(name);
    return (addresses.find(({ family }) => family === 4) ?? addresses[0])?.address ?? "";
  }

  #assertLiteral(host: string): void {
    const fault = isIP(host) === 0 ? undefined : this.#faultOf(host);
    if (fault !== undefined) {
      throw refusal(host, `it is ${fault}`);
    }
  }

  #faultOf(address: string): string | undefined {
    return addressFault(address, this.#allowedNetworks);
  }
}

/** A URL's host as connections want it: an IPv6 address without brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, "$1");
}

/** True for a listed host and all below it; matched by whole labels, so that `evil-example.com` is not `example.com`. */
export function isListed(host: string, list: readonly string[]): boolean {
  const name = host.toLowerCase().replace(/\.$/, "");
  return list.some((listed) => name === listed || name.endsWith(`.${listed}`));
}

function refusal(what: string, why: string): SourceError {
  return new SourceError("forbidden", `Cannot connect to ${what}: ${why}`);
}
