import { isIP } from "node:net";

/** What is wrong with a list that {@link parseNetworkList} refuses. */
export const networkListFix =
  "Use networks in CIDR notation, separated by commas: 192.168.0.0/16,fd00::/8; a single host is 192.168.1.5/32.";

/** Reads networks as `allowed-networks=` lists them; `undefined` where one is none. */
export function parseNetworkList(text: string): readonly string[] | undefined {
  const networks = text.split(",").map((network) => network.trim());
  return networks.every(isNetwork) ? networks : undefined;
}

function isNetwork(text: string): boolean {
  const [, address = "", bits = ""] = /^([0-9a-f.:]+)\/(\d{1,3})$/i.exec(text) ?? [];
  const family = isIP(address);
  return family !== 0 && Number(bits) <= (family === 4 ? 32 : 128);
}
