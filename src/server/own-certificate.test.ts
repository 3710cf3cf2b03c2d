import type { NetworkInterfaceInfo } from "node:os";
import { describe, expect, it } from "vitest";
import { namesOfThisMachine } from "./own-certificate.ts";

function address(text: string, scopeid?: number): NetworkInterfaceInfo {
  const shared = { address: text, netmask: "", mac: "", internal: false, cidr: null };
  return scopeid === undefined ? { ...shared, family: "IPv4" } : { ...shared, family: "IPv6", scopeid };
}

describe("the names in a certificate of one's own", () => {
  it("are those by which browsers in the same network reach this machine", () => {
    const interfaces = { lo: [address("127.0.0.1")], eth0: [address("192.168.1.5"), address("fd00::5", 0)] };
    expect(namesOfThisMachine("nas", interfaces)).toEqual([
      "DNS:localhost",
      "IP:127.0.0.1",
      "IP:::1",
      "DNS:nas",
      "DNS:nas.local",
      "IP:192.168.1.5",
      "IP:fd00::5",
    ]);
  });

  it("leave out what is good on one cable only, and names that would be more than a name in OpenSSL's settings", () => {
    const interfaces = { eth0: [address("fe80::1", 2)] };
    expect(namesOfThisMachine("a,DNS:bank.example\n[x]", interfaces)).toEqual([
      "DNS:localhost",
      "IP:127.0.0.1",
      "IP:::1",
    ]);
    expect(namesOfThisMachine("nas.home.arpa", {})).toContain("DNS:nas.home.arpa");
    expect(namesOfThisMachine("nas.home.arpa", {})).not.toContain("DNS:nas.home.arpa.local");
  });
});
