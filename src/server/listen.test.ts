import { describe, expect, it } from "vitest";
import { formatOrigin, localOrigin, reachableOrigins } from "./listen.ts";

describe("addresses", () => {
  it.each([
    ["127.0.0.1", "http://127.0.0.1:80", "http://127.0.0.1:80"],
    ["::1", "http://[::1]:80", "http://[::1]:80"],
    ["0.0.0.0", "http://0.0.0.0:80", "http://127.0.0.1:80"],
    ["::", "http://[::]:80", "http://[::1]:80"],
  ])("writes %s as %s and opens %s", (host, origin, local) => {
    expect(formatOrigin({ host, port: 80 })).toBe(origin);
    expect(localOrigin({ host, port: 80 })).toBe(local);
  });

  it("lists further addresses only of a server that listens on all", () => {
    expect(reachableOrigins({ host: "127.0.0.1", port: 80 })).toEqual([]);
    const origins = reachableOrigins({ host: "0.0.0.0", port: 80 });
    expect(origins.length).toBeGreaterThan(0);
    expect(origins.every((origin) => /^http:\/\/\d+\.\d+\.\d+\.\d+:80$/.test(origin))).toBe(true);
  });
});
