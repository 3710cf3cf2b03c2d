import { once } from "node:events";
import { createServer, request as sendRequest, type IncomingMessage, type RequestListener } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isSourceError } from "../../src/source/index.ts";
import { OutboundClient } from "../../src/sources/outbound/outbound-client.ts";
import {
  OutboundGuard,
  type OutboundGuardOptions,
  type ResolvedAddress,
} from "../../src/sources/outbound/outbound-guard.ts";
import { startGuardingProxy } from "../../src/sources/outbound/guarding-proxy.ts";
import { forbiddenForms, forbiddenHosts, publicHosts } from "./forbidden-addresses.ts";

const limits = { maxBytes: 1000, timeoutMs: 5_000 };
/** What a test may reach; 127.0.0.1 is what it must not. */
const allowedNetworks = ["127.0.0.9/32"];

interface Listener extends AsyncDisposable {
  readonly port: number;
  connections: number;
}

/** Counts every connection that reaches this machine on its port, by whatever address. */
async function listen(host: string, answer: RequestListener): Promise<Listener> {
  const server = createServer(answer);
  server.listen(0, host);
  await once(server, "listening");
  const listener: Listener = {
    port: (server.address() as AddressInfo).port,
    connections: 0,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
  server.on("connection", () => (listener.connections += 1));
  return listener;
}

let forbidden: Listener;
let allowed: Listener;
beforeAll(async () => {
  forbidden = await listen("::", (_request, response) => response.end("secret"));
  allowed = await listen("127.0.0.9", (request, response) => {
    const target = decodeURIComponent((request.url ?? "/").slice(1));
    if (target === "") response.end("welcome");
    else response.writeHead(302, { location: target }).end();
  });
});
afterAll(async () => {
  await forbidden[Symbol.asyncDispose]();
  await allowed[Symbol.asyncDispose]();
});

async function outcome(url: string, options: OutboundGuardOptions = {}): Promise<string> {
  using client = new OutboundClient(options);
  try {
    return (await client.fetchText(url, limits)).text;
  } catch (error) {
    return isSourceError(error) ? error.code : String(error);
  }
}

describe("the outbound guard", () => {
  it("sees a listener on every address of this machine", async () => {
    const before = forbidden.connections;
    expect(await outcome(`http://127.0.0.1:${forbidden.port}/`, { allowedNetworks: ["127.0.0.0/8"] })).toBe("secret");
    expect(await outcome(`http://[::1]:${forbidden.port}/`, { allowedNetworks: ["::1/128"] })).toBe("secret");
    expect(forbidden.connections).toBe(before + 2);
  });

  it(`connects to none of ${forbiddenHosts.length} forbidden hosts`, async () => {
    const before = forbidden.connections;
    expect(forbiddenHosts.length).toBeGreaterThanOrEqual(60);
    for (const host of forbiddenHosts) {
      expect(await outcome(`http://${host}:${forbidden.port}/`), host).toMatch(/^(forbidden|invalid-key)$/);
    }
    expect(forbidden.connections).toBe(before);
  });

  it("connects to none of them by a name that resolves to it", async () => {
    const before = forbidden.connections;
    const literals = forbiddenHosts
      .flatMap((host) => URL.parse(`http://${host}/`)?.hostname ?? [])
      .map((host) => host.replace(/^\[|\]$/g, ""));
    for (const address of literals) {
      const resolveName = (): Promise<ResolvedAddress[]> =>
        Promise.resolve([{ address, family: address.includes(":") ? 6 : 4 }]);
      expect(await outcome(`http://innocent.example:${forbidden.port}/`, { resolveName }), address).toBe("forbidden");
    }
    expect(forbidden.connections).toBe(before);
  });

  it("reads no address that is not plain http or https", () => {
    const guard = new OutboundGuard();
    for (const form of forbiddenForms) {
      expect(() => guard.vetUrl(form), form).toThrow(/Cannot/);
    }
  });

  it("lets public addresses pass", () => {
    const guard = new OutboundGuard();
    for (const host of publicHosts) {
      expect(guard.vetUrl(`https://${host}/a`).protocol, host).toBe("https:");
    }
  });

  it("uses only what is permitted of a name with several addresses", async () => {
    const resolveName = (): Promise<ResolvedAddress[]> =>
      Promise.resolve(["127.0.0.1", "127.0.0.9", "10.0.0.1"].map((address) => ({ address, family: 4 })));
    const guard = new OutboundGuard({ allowedNetworks, resolveName });
    expect(await guard.resolve("several.example")).toEqual([{ address: "127.0.0.9", family: 4 }]);
  });

  it("is not fooled by a name that changes its meaning", async () => {
    const before = forbidden.connections;
    let calls = 0;
    const resolveName = (): Promise<ResolvedAddress[]> =>
      Promise.resolve([{ address: ++calls % 2 === 1 ? "127.0.0.9" : "127.0.0.1", family: 4 }]);
    const url = `http://rebinding.example:${allowed.port}/`;
    for (let round = 1; round <= 10; round += 1) {
      // Each connection resolves once: what was vetted is what is connected to.
      expect(await outcome(url, { allowedNetworks, resolveName })).toBe(round % 2 === 1 ? "welcome" : "forbidden");
      expect(calls).toBe(round);
    }
    expect(forbidden.connections).toBe(before);
  });

  it("vets each redirect", async () => {
    const before = forbidden.connections;
    const via = (target: string): string => `http://127.0.0.9:${allowed.port}/${encodeURIComponent(target)}`;
    expect(await outcome(via(via("/")), { allowedNetworks })).toBe("welcome");
    for (const host of forbiddenHosts.filter((name) => /^[\w.:[\]]+$/.test(name))) {
      const target = `http://${host}:${forbidden.port}/`;
      expect(await outcome(via(via(target)), { allowedNetworks }), host).toMatch(/^(forbidden|invalid-key)$/);
    }
    for (const form of forbiddenForms.filter((text) => /^[a-z]+:/.test(text))) {
      expect(await outcome(via(form), { allowedNetworks }), form).toMatch(/^(forbidden|invalid-key|unavailable)$/);
    }
    expect(await outcome(via(via(via(via(via(via("/")))))), { allowedNetworks })).toBe("bad-upstream");
    expect(forbidden.connections).toBe(before);
  });

  it("keeps to the hosts it was given, by whole labels", () => {
    const guard = new OutboundGuard({ allowedHosts: ["example.com"] });
    for (const host of ["example.com", "EXAMPLE.com", "a.b.example.com", "example.com."]) {
      expect(guard.vetUrl(`https://${host}/`).protocol).toBe("https:");
    }
    for (const host of ["evilexample.com", "example.com.evil.net", "example.org", "com"]) {
      expect(() => guard.vetUrl(`https://${host}/`), host).toThrow(/not among those allowed/);
    }
  });

  it("refuses what is too large, and what takes too long", async () => {
    await using large = await listen("127.0.0.9", (request, response) => {
      if (request.url === "/chunked") response.write("x".repeat(2000));
      else if (request.url === "/slow") response.write("x");
      else response.end("x".repeat(1001));
    });
    using client = new OutboundClient({ allowedNetworks });
    const origin = `http://127.0.0.9:${large.port}`;
    await expect(client.fetchBytes(`${origin}/`, limits)).rejects.toThrow(/larger than 1000 bytes/);
    await expect(client.fetchBytes(`${origin}/chunked`, limits)).rejects.toThrow(/larger than 1000 bytes/);
    await expect(client.fetchBytes(`${origin}/slow`, { ...limits, timeoutMs: 100 })).rejects.toThrow(/within 100 ms/);
  });
});

describe("the guarding proxy", () => {
  async function viaProxy(proxy: string, target: string): Promise<number> {
    const { hostname, port, username, password } = new URL(proxy);
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
    const request = sendRequest({ hostname, port, path: target, headers: { "proxy-authorization": authorization } });
    request.end();
    const [response] = (await once(request, "response")) as [IncomingMessage];
    response.resume();
    return response.statusCode ?? 0;
  }

  async function tunnelTo(proxy: string, authority: string): Promise<string> {
    const { hostname, port, username, password } = new URL(proxy);
    const socket = connect(Number(port), hostname);
    const authorization = Buffer.from(`${username}:${password}`).toString("base64");
    socket.write(
      `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\nProxy-Authorization: Basic ${authorization}\r\n\r\n`,
    );
    const [chunk] = (await once(socket, "data")) as [Buffer];
    socket.destroy();
    return chunk.toString("latin1").slice(9, 12);
  }

  it("lets a program reach what the guard permits, and nothing else", async () => {
    const before = forbidden.connections;
    await using proxy = await startGuardingProxy(new OutboundGuard({ allowedNetworks }));
    expect(await viaProxy(proxy.url, `http://127.0.0.9:${allowed.port}/`)).toBe(200);
    expect(await tunnelTo(proxy.url, `127.0.0.9:${allowed.port}`)).toBe("200");
    for (const host of forbiddenHosts) {
      expect(await viaProxy(proxy.url, encodeURI(`http://${host}:${forbidden.port}/`)), host).toBeGreaterThanOrEqual(
        400,
      );
    }
    for (const host of ["127.0.0.1", "[::1]", "localhost", "[::ffff:127.0.0.1]", "2130706433"]) {
      expect(await tunnelTo(proxy.url, `${host}:${forbidden.port}`), host).toBe("403");
    }
    expect(forbidden.connections).toBe(before);
  });

  it("serves nobody who does not know its secret", async () => {
    await using proxy = await startGuardingProxy(new OutboundGuard({ allowedNetworks }));
    const target = `http://127.0.0.9:${allowed.port}/`;
    const before = allowed.connections;
    expect(await viaProxy(proxy.url.replace(/sluice:[^@]+/, "sluice:guess"), target)).toBe(407);
    expect(await tunnelTo(proxy.url.replace(/sluice:[^@]+/, "sluice:guess"), `127.0.0.9:${allowed.port}`)).toBe("407");
    expect(allowed.connections).toBe(before);
  });
});
