import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { expect, it } from "vitest";
import { isSourceError } from "../../src/source/index.ts";
import { OutboundClient } from "../../src/sources/index.ts";
import { describeWithParts } from "../real/require-part.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";
import { ConnectProxy } from "./connect-proxy.ts";
import { film, isPattern, setUpSiteStage } from "./site-stage.ts";

const limits = { maxBytes: 10_000_000, timeoutMs: 10_000 };
const allowedNetworks = ["127.0.0.1/32"];

describeWithParts(["yt-dlp"], "an operator's own proxy", () => {
  it("carries what yt-dlp asks and what we read, so that a site sees one address", async () => {
    await using proxy = await ConnectProxy.start();
    await using stage = await setUpSiteStage({ proxy: proxy.url });
    stage.site.put("a", film(3_000_000));
    expect(await stage.source.search("film", { limit: 5 })).toHaveLength(1);
    expect(proxy.tunnels.length).toBeGreaterThan(0);
    await using object = await stage.source.open(stage.keyOf("a"));
    expect(await isPattern(object, { start: 0, end: 3_000_000 })).toBe(true);
    expect(await isPattern(object, { start: 2_000_000, end: 2_100_000 })).toBe(true);
    expect(new Set(proxy.tunnels)).toEqual(new Set([new URL(stage.site.origin).host]));
    expect([...stage.site.askers]).toEqual([proxy.ownAddress]);
  });

  it("is not asked for what must not be reached", async () => {
    await using proxy = await ConnectProxy.start();
    await using stage = await setUpSiteStage({ proxy: proxy.url, allowedNetworks: [] });
    const key = `page:${Buffer.from(stage.site.watchAddress("a")).toString("base64url")}`;
    const byName = `page:${Buffer.from(stage.site.watchAddress("a").replace("127.0.0.1", "localhost")).toString("base64url")}`;
    for (const page of [key, byName]) {
      const error = await stage.source.open(page).catch((thrown: unknown) => thrown);
      expect(isSourceError(error, "forbidden"), String(error)).toBe(true);
    }
    using client = new OutboundClient({ proxy: proxy.url });
    for (const address of ["http://127.0.0.1:9/", "http://localhost:9/", "https://localhost:9/", "http://[::1]:9/"]) {
      const error = await client.fetchBytes(address, limits).catch((thrown: unknown) => thrown);
      expect(isSourceError(error, "forbidden"), `${address}: ${String(error)}`).toBe(true);
    }
    expect(proxy.tunnels).toEqual([]);
  });

  it("that refuses, is none, or is away is told of in words", async () => {
    await using proxy = await ConnectProxy.start();
    await using stage = await setUpSiteStage();
    const wrong = new URL(proxy.url);
    wrong.password = "guess";
    const away = new URL("http://127.0.0.1:9");
    const site = new URL(stage.site.origin);
    const refusals = [
      [wrong, undefined, /407 Proxy Authentication Required; check the user and password/],
      [proxy.url, "HTTP/1.1 403 Forbidden\r\n\r\n", /refuses with 403 Forbidden; it must permit CONNECT/],
      [proxy.url, "SSH-2.0-OpenSSH\r\n\r\n", /does not answer as an HTTP proxy/],
      [proxy.url, `HTTP/1.1 200 OK\r\nA: ${"a".repeat(70_000)}`, /does not answer as an HTTP proxy/],
      [proxy.url, "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", /something nobody has asked for/],
      [proxy.url, "", /closed/],
      [away, undefined, /ECONNREFUSED/],
      [site, undefined, /closed|refuses|does not answer|hang up/],
    ] as const;
    for (const [url, refusal, words] of refusals) {
      proxy.refusal = refusal;
      using client = new OutboundClient({ proxy: url, allowedNetworks });
      const error = await client
        .fetchBytes(`${stage.site.origin}/api/video/a`, limits)
        .catch((thrown: unknown) => thrown);
      expect(isSourceError(error, "unavailable"), `${words.source}: ${String(error)}`).toBe(true);
      expect(String(error)).toMatch(words);
    }
    await using behind = await setUpSiteStage({ proxy: wrong });
    const error = await behind.source.open(behind.keyOf("a")).catch((thrown: unknown) => thrown);
    expect(isSourceError(error, "unavailable"), String(error)).toBe(true);
  });
});

describeWithParts(["openssl"], "TLS through an operator's own proxy", () => {
  it("ends at the site: names are checked, bytes exact, connections used again", async () => {
    await using folder = await createTemporaryFolder("proxy-tls");
    const [key, cert] = [join(folder.path, "key.pem"), join(folder.path, "cert.pem")];
    const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"];
    const made = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", cert, ...names];
    execFileSync("openssl", ["req", ...made], { stdio: "ignore" });
    const body = Buffer.alloc(5_000_000, "tunnel ");
    const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_request, response) =>
      response.end(body),
    );
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const trusted = getCACertificates("default");
    await using proxy = await ConnectProxy.start();
    try {
      const { port } = server.address() as AddressInfo;
      using client = new OutboundClient({ proxy: proxy.url, allowedNetworks });
      await expect(client.fetchBytes(`https://127.0.0.1:${port}/`, limits)).rejects.toThrow(/self-signed certificate/);
      setDefaultCACertificates([...trusted, readFileSync(cert, "utf8")]);
      for (let round = 0; round < 3; round += 1) {
        const { bytes } = await client.fetchBytes(`https://127.0.0.1:${port}/`, limits);
        expect(Buffer.compare(bytes, body)).toBe(0);
      }
      expect(proxy.tunnels).toEqual([`127.0.0.1:${port}`, `127.0.0.1:${port}`]);
    } finally {
      setDefaultCACertificates(trusted);
      server.closeAllConnections();
      server.close();
    }
  });
});
