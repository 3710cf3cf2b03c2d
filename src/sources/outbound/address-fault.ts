import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** A network in CIDR notation: `192.168.0.0/16`, `fd00::/8`. */
export type Network = string;

/** Addresses of platforms' own services that lie in public space: Azure's, which answers every virtual machine. */
const platformAddresses: ReadonlySet<string> = new Set(["168.63.129.16"]);

/** What the ranges of the special-purpose registries (RFC 6890) are called in messages. */
const rangeNames: Readonly<Record<string, string>> = {
  unspecified: "an unspecified address",
  broadcast: "a broadcast address",
  multicast: "a multicast address",
  linkLocal: "a link-local address, where clouds keep their metadata",
  loopback: "a loopback address",
  private: "a private address",
  uniqueLocal: "a private address",
  carrierGradeNat: "an address of a carrier's own network",
  ipv4Mapped: "an IPv4 address in an IPv6 one",
  rfc6145: "an IPv4 address in an IPv6 one",
  rfc6052: "an IPv4 address behind NAT64",
  "6to4": "an IPv4 address in an IPv6 one (6to4)",
  teredo: "an IPv4 address in an IPv6 one (Teredo)",
};

/**
 * Why nothing may connect to an IP address on a viewer's behalf, or `undefined` where it is an ordinary public one. What is not known to be
 * public is refused: new special ranges appear more often than new public ones.
 *
 * @param allowed networks that may be reached all the same
 */
export function addressFault(address: string, allowed: readonly Network[] = []): string | undefined {
  if (isIP(address) === 0 || address.includes("%")) {
    return "not an IP address";
  }
  const parsed = ipaddr.parse(address);
  if (allowed.some((network) => isWithin(parsed, network))) {
    return undefined;
  }
  const range: string = parsed.range();
  if (range !== "unicast") {
    return rangeNames[range] ?? "an address that is reserved";
  }
  if (platformAddresses.has(address)) {
    return "an address of a cloud's own services";
  }
  return parsed instanceof ipaddr.IPv6 ? globalFault(parsed) : undefined;
}

/** Global unicast is 2000::/3 (RFC 4291 section 2.4); below lie IPv4-compatible forms, above what nobody has assigned. */
function globalFault(address: ipaddr.IPv6): string | undefined {
  const [first = 0, , , , , fifth = 0] = address.parts;
  if (first >> 13 !== 1) {
    return "an address outside of the public ones";
  }
  // ISATAP (RFC 5214 section 6.1): any prefix, then 0000:5efe or 0200:5efe and an IPv4 address.
  return fifth === 0x5efe ? "an IPv4 address in an IPv6 one (ISATAP)" : undefined;
}

function isWithin(address: ipaddr.IPv4 | ipaddr.IPv6, network: Network): boolean {
  const [base, bits] = ipaddr.parseCIDR(network);
  if (address instanceof ipaddr.IPv4) {
    return base instanceof ipaddr.IPv4 && address.match(base, bits);
  }
  return base instanceof ipaddr.IPv6 && address.match(base, bits);
}
