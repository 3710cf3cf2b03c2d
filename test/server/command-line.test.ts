import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createTemporaryFolder, type TemporaryFolder } from "../real/temporary-folder.ts";
import { portOf, runSluice, startSluice } from "./sluice-process.ts";

let folder: TemporaryFolder;
const films = (): string => join(folder.path, "Films");

beforeAll(async () => {
  folder = await createTemporaryFolder("command-line");
  await mkdir(films());
  await writeFile(join(films(), "a b.mp4"), Buffer.from("0123456789"));
});

afterAll(async () => {
  await folder[Symbol.asyncDispose]();
});

async function listenAnywhere(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

describe("sluice", () => {
  it("says where it listens on the first line of stdout, plays a range, and logs the request on stderr", async () => {
    await using sluice = startSluice(["--port", "0", "Films"], { folder: folder.path });
    const port = await portOf(sluice);
    const response = await fetch(`http://127.0.0.1:${port}/media/films/a%20b.mp4?token=secret`, {
      headers: { range: "bytes=2-4" },
    });
    expect(response.status).toBe(206);
    expect(response.headers.get("content-range")).toBe("bytes 2-4/10");
    expect(response.headers.get("content-type")).toBe("video/mp4");
    expect(await response.text()).toBe("234");
    const line = await sluice.logLine(({ msg }) => msg === "request");
    expect(line).toMatchObject({
      level: "info",
      method: "GET",
      path: "/media/films/a%20b.mp4",
      source: "films",
      key: "a b.mp4",
      status: 206,
      bytes: 3,
      firstByteMs: expect.any(Number),
      durationMs: expect.any(Number),
      upstreamRequests: 0,
      upstreamBytes: 0,
      outcome: "complete",
      remoteAddress: "127.0.0.1",
    });
    expect(sluice.output.stderr).not.toContain("secret");
    expect(sluice.output.stdout).toMatch(/^Sluice is listening on [^\n]*\n$/);
  });

  it("serves the demo library where no location is given", async () => {
    await using sluice = startSluice(["--port", "0"], { folder: folder.path });
    const port = await portOf(sluice);
    const response = await fetch(`http://127.0.0.1:${port}/`);
    expect(await response.text()).toContain("/browse/demo/Films/");
  });

  it("ends by itself with --help and --version", async () => {
    const help = await runSluice(["--help"]);
    expect([help.code, help.stdout.split("\n", 1)[0], help.stderr]).toEqual([
      0,
      "Usage: sluice [options] [name=]location ...",
      "",
    ]);
    expect(await runSluice(["-v"])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  it("tells an older Node's user what to do", async () => {
    const pretence = 'Object.defineProperty(process, "versions", { value: { node: "20.1.0" } })';
    const { code, stderr } = await runSluice([], {
      nodeArgs: ["--import", `data:text/javascript,${encodeURIComponent(pretence)}`],
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^sluice: Sluice needs Node 24 or newer, and this is Node 20\.1\.0 [^\n]*npx [^\n]*\n$/);
  });

  it("opens the address by the desktop's program, without a shell", async () => {
    const bin = join(folder.path, "bin");
    await mkdir(bin);
    await writeFile(join(bin, "xdg-open"), '#!/bin/sh\nprintf "%s|" "$#" "$@" > "$0.called"\n', { mode: 0o755 });
    await using sluice = startSluice(["--port", "0", "--open", "Films"], { folder: folder.path, env: { PATH: bin } });
    const port = await portOf(sluice);
    await vi.waitFor(async () => {
      expect(await readFile(join(bin, "xdg-open.called"), "utf8")).toBe(`1|http://127.0.0.1:${port}|`);
    }, 5000);
  });

  it("goes on where there is no program to open it with", async () => {
    const env = { PATH: "/nonexistent" };
    await using sluice = startSluice(["--port", "0", "--open", "Films"], { folder: folder.path, env });
    const port = await portOf(sluice);
    expect(await sluice.logLine(({ level }) => level === "warn")).toMatchObject({
      msg: expect.stringMatching(/^Cannot run xdg-open: .* Open http:\/\/127\.0\.0\.1:\d+ yourself\.$/),
    });
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  });

  it("names a port that is taken, and the way out", async () => {
    const server = createServer();
    const port = await listenAnywhere(server);
    const { code, stdout, stderr } = await runSluice(["--port", String(port), "Films"], { folder: folder.path });
    server.close();
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(
      `sluice: Cannot listen on http://127.0.0.1:${port}: another program already uses port ${port}.`,
    );
    expect(stderr).not.toContain("    at ");
  });

  it.each([
    [["--prot", "1"], 2, 'There is no option --prot. Did you mean "--port"?'],
    [["--port", "eighty"], 2, '--port is "eighty".'],
    [["nowhere"], 2, "does not exist. Check how it is written, or create it."],
    [["Films/a b.mp4"], 2, "is not a folder. Give the folder it lies in:"],
    [["a=Films", "a=."], 2, 'Two sources are named "a"'],
    [
      ["https://user:hunter2@host/"],
      2,
      'holds credentials, which would end up in logs. Take them out of the address and give this source "headers"',
    ],
    [["--config", "none.yaml"], 2, "none.yaml (named by --config) does not exist."],
    [["--port", "0", "--state", "/proc/sluice", "Films"], 1, "The folder /proc/sluice (--state) cannot be used"],
    [["--port", "0", "--cache", "Films/a b.mp4", "Films"], 1, "(--cache) cannot be used: it is a file, not a folder."],
    [["--port", "0", "--host", "192.0.2.1", "Films"], 1, "this machine has no address 192.0.2.1"],
  ])("refuses %j with a paragraph and exit code %i", async (args, code, message) => {
    const ending = await runSluice(args, { folder: folder.path });
    expect(ending).toMatchObject({ code, stdout: "" });
    expect(ending.stderr).toContain(message);
    expect(ending.stderr).toMatch(/^sluice: [^\n]*\n$/);
    expect(ending.stderr).not.toContain("hunter2");
  });

  it("reads a configuration file, below variables, below options", async () => {
    const config = {
      port: 1,
      logLevel: "silent",
      sources: [{ name: "mine", location: "./Films", cacheControl: "max-age=5" }],
    };
    await writeFile(join(folder.path, "server.json"), JSON.stringify(config));
    const env = { SLUICE_PORT: "0", SLUICE_LOG_LEVEL: "info" };
    await using sluice = startSluice(["--config", "server.json", "--log-level", "debug"], { folder: folder.path, env });
    const response = await fetch(`http://127.0.0.1:${await portOf(sluice)}/media/mine/a%20b.mp4`);
    expect([response.status, response.headers.get("cache-control")]).toEqual([200, "max-age=5"]);
    expect(await sluice.logLine(({ msg }) => msg === "serving")).toMatchObject({
      config: join(folder.path, "server.json"),
    });
  });

  it("serves what it can where another source is out of reach, and says so", async () => {
    const gone = createServer();
    const port = await listenAnywhere(gone);
    gone.close();
    await using sluice = startSluice(["--port", "0", "Films", `far=http://127.0.0.1:${port}/`], {
      folder: folder.path,
    });
    const base = `http://127.0.0.1:${await portOf(sluice)}`;
    expect(await sluice.logLine(({ level }) => level === "warn")).toMatchObject({
      source: "far",
      msg: expect.stringContaining('cannot reach source "far"'),
    });
    const ready = await fetch(`${base}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      {
        status: "degraded",
        sources: [
          { name: "films", state: "ready" },
          { name: "far", state: "failing", detail: "The source cannot be reached." },
        ],
      },
    ]);
    expect((await fetch(`${base}/media/films/a%20b.mp4`)).status).toBe(200);
    expect((await fetch(`${base}/media/far/a.mp4`)).status).toBe(503);
    expect((await fetch(`${base}/healthz`)).status).toBe(200);
  });
});

describe("sluice check", () => {
  it("prints a line for each source, and fails where one does", async () => {
    const origin = createServer((_request, response) => void response.writeHead(403).end());
    const port = await listenAnywhere(origin);
    const ending = await runSluice(["check", "Films", `web=http://127.0.0.1:${port}/`, "nowhere"], {
      folder: folder.path,
    });
    origin.close();
    expect(ending.code).toBe(1);
    const [first, second, third] = ending.stdout.split("\n");
    expect(first).toBe(`ok    films (${films()})`);
    expect(second).toMatch(/^FAIL {2}web .*403.*"headers"/);
    expect(third).toMatch(/^FAIL {2}nowhere .*does not exist/);
  });

  it("succeeds where all can be reached", async () => {
    expect(await runSluice(["check", "Films"], { folder: folder.path })).toMatchObject({ code: 0, stderr: "" });
  });
});
