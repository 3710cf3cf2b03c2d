import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { copyFile, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { hostname } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { connect } from "node:tls";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithParts } from "../real/require-part.ts";
import { createTemporaryFolder, type TemporaryFolder } from "../real/temporary-folder.ts";
import { runSluice, type SluiceProcess, startSluice, waitFor } from "./sluice-process.ts";

describeWithParts(["openssl"], "https", () => {
  let folder: TemporaryFolder;
  const path = (name: string): string => join(folder.path, name);
  const media = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));

  beforeAll(async () => {
    folder = await createTemporaryFolder("tls");
    await mkdir(path("Films"));
    await writeFile(path("Films/a.mp4"), media);
    await makeCertificate("given", "media.example");
    await makeCertificate("other", "other.example");
    const lock = ["pkey", "-in", path("given.key"), "-aes128", "-passout", "pass:x", "-out", path("locked.key")];
    await promisify(execFile)("openssl", lock);
    await writeFile(path("damaged.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  /** `NAME.crt` and `NAME.key`, as an authority hands them out. */
  async function makeCertificate(name: string, host: string): Promise<void> {
    const args = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", `/CN=${host}`];
    const files = [
      "-addext",
      `subjectAltName=DNS:${host}`,
      "-keyout",
      path(`${name}.key`),
      "-out",
      path(`${name}.crt`),
    ];
    await promisify(execFile)("openssl", [...args, ...files]);
  }

  function start(args: readonly string[], state: string): SluiceProcess {
    return startSluice(["--port", "0", "--state", path(state), ...args, "Films"], { folder: folder.path });
  }

  async function originOf(sluice: SluiceProcess): Promise<string> {
    const said = await waitFor(
      () => /^Sluice is listening on (\S+)$/m.exec(sluice.output.stdout)?.[1],
      () => `Sluice has not said where it listens:\n${sluice.output.stderr}`,
    );
    expect(said).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    return said;
  }

  /** Asks as a browser does that trusts this authority and no other. */
  async function ask(
    address: string,
    ca: string,
    options: { readonly servername?: string; readonly headers?: Readonly<Record<string, string>> } = {},
  ): Promise<{ status: number | undefined; body: Buffer }> {
    const sent = request(address, { ca, agent: false, ...options }).end();
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    return { status: answer.statusCode, body: await buffer(answer) };
  }

  async function certificateAt(origin: string): Promise<X509Certificate> {
    const { port } = new URL(origin);
    const socket = connect({ port: Number(port), host: "127.0.0.1", rejectUnauthorized: false });
    try {
      await once(socket, "secureConnect");
      const certificate = socket.getPeerX509Certificate();
      if (certificate === undefined) throw new Error("The server showed no certificate");
      return certificate;
    } finally {
      socket.destroy();
    }
  }

  it("makes itself a certificate that its authority vouches for, and keeps it", async () => {
    const state = "kept/state";
    let first: X509Certificate;
    {
      await using sluice = start(["--tls", "self"], state);
      const origin = await originOf(sluice);
      const authority = await readFile(path(`${state}/tls-own-authority.crt`), "utf8");
      const range = await ask(`${origin}/media/films/a.mp4`, authority, { headers: { range: "bytes=1000-199999" } });
      expect(range.status).toBe(206);
      expect(range.body.equals(media.subarray(1000, 200_000))).toBe(true);
      first = await certificateAt(origin);
      expect(first.checkHost("localhost")).toBeDefined();
      expect(first.checkHost(hostname())).toBeDefined();
      expect(first.checkIP("127.0.0.1")).toBeDefined();
      expect(first.checkIP("::1")).toBeDefined();
      expect(first.ca).toBe(false);
      const days = (first.validToDate.getTime() - first.validFromDate.getTime()) / 86_400_000;
      expect(days, "Apple's devices accept no more").toBeLessThan(825);
      expect(new X509Certificate(authority).ca).toBe(true);
      expect((await stat(path(`${state}/tls-own.pem`))).mode & 0o777).toBe(0o600);
      expect(authority).not.toContain("PRIVATE");
      sluice.child.kill("SIGTERM");
      expect((await sluice.ended).code).toBe(0);
    }
    await using again = start(["--tls", "self"], state);
    expect((await certificateAt(await originOf(again))).fingerprint256).toBe(first.fingerprint256);
  });

  it("says who is not answered: http on the https port ends, and harms nobody", async () => {
    await using sluice = start(["--tls", "self"], "plain/state");
    const origin = await originOf(sluice);
    await expect(fetch(origin.replace("https:", "http:"))).rejects.toThrow("fetch failed");
    const authority = await readFile(path("plain/state/tls-own-authority.crt"), "utf8");
    expect((await ask(`${origin}/healthz`, authority)).status).toBe(200);
  });

  it("lets an answer finish while it drains", async () => {
    await using sluice = start(["--tls", "self"], "drain/state");
    const origin = await originOf(sluice);
    const authority = await readFile(path("drain/state/tls-own-authority.crt"), "utf8");
    const sent = request(`${origin}/media/films/a.mp4`, { ca: authority, agent: false }).end();
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    sluice.child.kill("SIGTERM");
    await sluice.logLine(({ msg }) => msg === "told to stop: draining");
    expect((await buffer(answer)).equals(media)).toBe(true);
    expect((await sluice.ended).code).toBe(0);
  });

  it("has workers shake hands, and what the owner answers come through them", async () => {
    await using sluice = start(["--tls", "self", "--workers", "2"], "workers/state");
    const origin = await originOf(sluice);
    const authority = await readFile(path("workers/state/tls-own-authority.crt"), "utf8");
    expect((await ask(`${origin}/media/films/a.mp4`, authority)).body.equals(media)).toBe(true);
    expect((await ask(`${origin}/healthz`, authority)).status).toBe(200);
  });

  it("takes files that it is given, in one or in two", async () => {
    const [certificate, key] = await Promise.all(
      ["given.crt", "given.key"].map((name) => readFile(path(name), "utf8")),
    );
    await writeFile(path("both.pem"), `${certificate}${key}`);
    for (const value of ["given.crt,given.key", "both.pem"]) {
      await using sluice = start(["--tls", value], "files/state");
      const origin = await originOf(sluice);
      const { status } = await ask(`${origin}/healthz`, certificate ?? "", { servername: "media.example" });
      expect(status, value).toBe(200);
    }
  });

  it("lets the operator at the cache of a server that speaks https", async () => {
    // A folder needs no cache.
    const args = ["--cache", path("cache"), "--cache-size", "64MiB", "remote=http://127.0.0.1:9/"];
    await using sluice = start(["--tls", "self", ...args], "cache/state");
    await originOf(sluice);
    const env = { SLUICE_CACHE_SIZE: "64MiB" };
    const { code, stdout, stderr } = await runSluice(["cache", "stat", "--cache", path("cache")], {
      folder: folder.path,
      env,
    });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("64 MiB");
  });

  it.each([
    ["nowhere.pem", /^sluice: Cannot read .*nowhere\.pem \(--tls\): there is no such file\. Use --tls self, /],
    ["given.key", /given\.key \(--tls\) holds no certificate in PEM\./],
    [
      "given.crt",
      /given\.crt \(--tls\) holds no private key in PEM\. Add it, or name its own file as well: --tls FILE,KEY\./,
    ],
    ["given.crt,other.key", /The key in .*other\.key is not that of the certificate in .*given\.crt \(--tls\)\./],
    ["given.crt,locked.key", /locked\.key \(--tls\) is locked by a passphrase/],
    ["damaged.pem", /The certificate in .*damaged\.pem \(--tls\) is damaged\./],
    ["a,b,c", /^sluice: --tls is "a,b,c"\. Use self, /],
  ])("refuses --tls %s in words", async (value, words) => {
    const { code, stderr } = await runSluice(["--tls", value, "Films"], { folder: folder.path });
    expect(stderr).toMatch(words);
    expect(code).toBe(2);
  });

  it("says what --tls self lacks where there is no openssl", async () => {
    const env = { PATH: path("Films") };
    const args = ["--tls", "self", "--port", "0", "--state", path("none/state"), "Films"];
    const { code, stderr } = await runSluice(args, { folder: folder.path, env });
    expect(stderr).toContain("--tls self has its certificate made by the program openssl, and there is none in PATH.");
    expect(code).toBe(1);
  });

  it("refuses a certificate of its own that has been damaged, and says what to do", async () => {
    await mkdir(path("damaged/state"), { recursive: true });
    await copyFile(path("given.crt"), path("damaged/state/tls-own.pem"));
    const { code, stderr } = await runSluice(["--tls", "self", "--state", path("damaged/state"), "Films"], {
      folder: folder.path,
    });
    expect(stderr).toContain("Remove it: a new one is made");
    expect(code).toBe(1);
  });
});
