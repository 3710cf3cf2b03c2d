import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createTemporaryFolder, type TemporaryFolder } from "../real/temporary-folder.ts";
import { portOf, runSluice, type SluiceProcess, startSluice } from "./sluice-process.ts";
import { type SlowOrigin, startSlowOrigin } from "./slow-origin.ts";

const mebibyte = 1024 ** 2;
const sizeBytes = 3 * mebibyte + 5;
let root: TemporaryFolder;
let origin: SlowOrigin;
/** The cache folder of the test that runs. */
let cache: string;

beforeAll(async () => {
  root = await createTemporaryFolder("cache");
  origin = await startSlowOrigin(sizeBytes);
});

afterAll(async () => {
  await origin[Symbol.asyncDispose]();
  await root[Symbol.asyncDispose]();
});

beforeEach(async () => {
  cache = join(await mkdtemp(join(root.path, "test-")), "cache");
});

afterEach(async () => {
  await rm(cache, { recursive: true, force: true });
});

const cacheEnv = { SLUICE_CACHE_SIZE: "256MiB" };

function start(args: readonly string[] = [], env: Readonly<Record<string, string>> = cacheEnv): SluiceProcess {
  const location = `films=${origin.address}`;
  return startSluice(["--port", "0", "--cache", cache, ...args, location], { folder: root.path, env });
}

function cacheCommand(
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  return runSluice(["cache", ...args, "--cache", cache], { folder: root.path });
}

interface Played {
  readonly status: string | null;
  readonly timing: string | null;
  readonly bytes: Uint8Array;
}

async function play(port: number, key = "a%20film.mp4", range = `bytes=0-${sizeBytes - 1}`): Promise<Played> {
  const response = await fetch(`http://127.0.0.1:${port}/media/films/${key}`, { headers: { range } });
  expect(response.status).toBe(206);
  const { headers } = response;
  return { status: headers.get("cache-status"), timing: headers.get("server-timing"), bytes: await response.bytes() };
}

async function figuresOf(port: number): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]),
  );
}

/** A slice is kept a moment after its last byte was delivered. */
async function untilHeld(port: number, slices: number): Promise<void> {
  await vi.waitFor(async () => expect((await figuresOf(port)).get("sluice_cache_slices")).toBe(slices), 5000);
}

async function stop(sluice: SluiceProcess): Promise<void> {
  sluice.child.kill("SIGTERM");
  expect(await sluice.ended).toMatchObject({ code: 0 });
}

describe("a server with a cache", () => {
  it("answers the second request by itself, and shows it everywhere", async () => {
    await using sluice = start();
    const port = await portOf(sluice);
    const cold = await play(port);
    expect(cold.status).toMatch(/^Sluice; fwd=uri-miss; stored; ttl=\d+$/);
    expect(cold.timing).toMatch(/^open;dur=\d+\.\d, cache;desc="uri-miss"$/);
    expect(Buffer.compare(cold.bytes, origin.body)).toBe(0);
    await untilHeld(port, 4);
    const asked = origin.requestCount;
    const before = await figuresOf(port);

    const warm = await play(port);
    expect([warm.status, warm.timing]).toEqual([
      expect.stringMatching(/^Sluice; hit; ttl=\d+$/),
      expect.stringMatching(/^open;dur=\d+\.\d, cache;desc="hit"$/),
    ]);
    expect(Buffer.compare(warm.bytes, origin.body)).toBe(0);
    expect(origin.requestCount).toBe(asked);
    expect(await sluice.logLine(({ cache: said }) => String(said).startsWith("hit;"))).toMatchObject({
      msg: "request",
      bytes: sizeBytes,
      hitBytes: sizeBytes,
      upstreamRequests: 0,
      upstreamBytes: 0,
    });
    const after = await figuresOf(port);
    const moved = (name: string): number => (after.get(name) ?? 0) - (before.get(name) ?? 0);
    expect({
      client: moved('sluice_client_bytes_total{source="films"}'),
      requests: moved('sluice_requests_total{source="films",status="2xx",outcome="complete"}'),
      hits: moved('sluice_cache_requests_total{source="films",result="hit"}'),
      hitBytes: moved('sluice_cache_hit_bytes_total{source="films"}'),
      upstream: moved('sluice_upstream_bytes_total{source="films"}'),
      firstBytes: moved('sluice_first_byte_seconds_count{source="films"}'),
    }).toEqual({ client: sizeBytes, requests: 1, hits: 1, hitBytes: sizeBytes, upstream: 0, firstBytes: 1 });
    expect(after.get("sluice_cache_used_bytes")).toBe(sizeBytes);
    expect(after.get("sluice_cache_limit_bytes")).toBe(256 * mebibyte);
    expect(await (await fetch(`http://127.0.0.1:${port}/readyz`)).json()).toMatchObject({ cache: { state: "on" } });
  });

  it("shows its figures to nobody's scripts", async () => {
    await using sluice = start();
    const headers = { origin: "https://evil.example" };
    const response = await fetch(`http://127.0.0.1:${await portOf(sluice)}/metrics`, { headers });
    expect(response.headers.get("content-type")).toContain("text/plain; version=0.0.4");
    expect(response.headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect([...response.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  it("keeps what it has across a restart, also under another name", async () => {
    {
      await using first = start();
      const port = await portOf(first);
      await play(port);
      await untilHeld(port, 4);
      await stop(first);
    }
    const asked = origin.requestCount;
    await using second = startSluice(["--port", "0", "--cache", cache, `movies=${origin.address}`], {
      folder: root.path,
      env: cacheEnv,
    });
    const address = `http://127.0.0.1:${await portOf(second)}/media/movies/a%20film.mp4`;
    const response = await fetch(address);
    expect(response.headers.get("cache-status")).toMatch(/^Sluice; hit;/);
    expect(Buffer.compare(await response.bytes(), origin.body)).toBe(0);
    expect(origin.requestCount).toBe(asked);
  });

  it("keeps nothing with --cache-size 0, of a source with cache=off, nor of a folder", async () => {
    await mkdir(join(root.path, "Films"), { recursive: true });
    const location = `off=${origin.address}?cache=off`;
    await using none = start(["--cache-size", "0"]);
    const noPort = await portOf(none);
    expect((await play(noPort)).status).toBeNull();
    expect(await (await fetch(`http://127.0.0.1:${noPort}/readyz`)).json()).not.toHaveProperty("cache");
    await stop(none);
    await using off = startSluice(["--port", "0", "--cache", cache, location, "Films"], {
      folder: root.path,
      env: cacheEnv,
    });
    await portOf(off);
    await stop(off);
    await expect(readFile(join(cache, "format"))).rejects.toThrow("ENOENT");
  });
});

describe("the cache folder", () => {
  it("belongs to one server: a second is told so, and what to do", async () => {
    await using first = start();
    await portOf(first);
    await using second = start();
    const { code, stdout, stderr } = await second.ended;
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(
      `sluice: Cannot use the cache folder ${cache}: another process is using it. Stop that one, or give this one a folder of its own: --cache OTHER.\n`,
    );
  });

  it("is the user's own where none is named; without it Sluice serves all the same, and says so", async () => {
    const env = { ...cacheEnv, XDG_CACHE_HOME: cache };
    const args = ["--port", "0", `films=${origin.address}`];
    await using first = startSluice(args, { folder: root.path, env });
    await portOf(first);
    expect(await first.logLine(({ folder }) => folder !== undefined)).toMatchObject({
      level: "info",
      folder: join(cache, "sluice"),
      msg: `keeping up to 256 MiB in ${join(cache, "sluice")}`,
    });
    await using second = startSluice(args, { folder: root.path, env });
    const port = await portOf(second);
    expect(await second.logLine(({ level }) => level === "warn")).toMatchObject({
      msg: expect.stringMatching(/another process is using it\..*--cache OTHER\. Going on without a cache\.$/),
    });
    expect((await play(port)).status).toBeNull();
    const ready = await (await fetch(`http://127.0.0.1:${port}/readyz`)).json();
    expect(ready).toMatchObject({
      status: "degraded",
      cache: { state: "off", detail: expect.stringContaining("Cannot use the cache folder: another process") },
    });
    expect(JSON.stringify(ready)).not.toContain(cache);
  });

  it.each([
    [["--cache-size", "1MiB"], '--cache-size is "1MiB". Use a size from 64MiB on, such as 10GiB, or 0 for no cache.'],
    [["--slice-size", "1000"], '--slice-size is "1000". Use 256KiB, 512KiB, 1MiB'],
    [["--cache", "/proc/sluice"], "The folder /proc/sluice (--cache) cannot be used"],
  ])("is not opened with %j", async (args, message) => {
    const { code, stderr } = await runSluice(["--port", "0", ...args, `films=${origin.address}`], {
      folder: root.path,
    });
    expect(code).not.toBe(0);
    expect(stderr).toContain(message);
  });
});

describe("sluice cache", () => {
  async function fill(port: number): Promise<void> {
    await play(port);
    await play(port, "2024/b.mp4", "bytes=0-99");
    await untilHeld(port, 5);
  }

  async function expectAllWorks(): Promise<void> {
    expect(await cacheCommand("ls")).toMatchObject({
      code: 0,
      stdout: "     1 MiB  films/2024/b.mp4\n     3 MiB  films/a film.mp4\n",
      stderr: "",
    });
    expect((await cacheCommand("ls", "films/2024")).stdout).toBe("     1 MiB  films/2024/b.mp4\n");
    const stat = await cacheCommand("stat", "films");
    expect(stat.stdout).toContain(`folder   ${cache}\nstate    on\nheld     4 MiB in films\nobjects  2\nslices   5\n`);
    expect(await cacheCommand("purge", "films/2024")).toMatchObject({
      code: 0,
      stdout: "Dropped 1 object, 1 slice, 1 MiB.\n",
    });
    expect((await cacheCommand("purge")).stdout).toBe("Dropped 1 object, 4 slices, 3 MiB.\n");
    expect(await cacheCommand("ls")).toMatchObject({ code: 0, stdout: "" });
    expect(await cacheCommand("ls", "nobody")).toMatchObject({
      code: 2,
      stderr: `sluice: "nobody" names no source of this cache. The sources are films. "sluice cache ls" shows what is held.\n`,
    });
  }

  it("works while the server runs, which fetches anew what was purged", async () => {
    await using sluice = start();
    const port = await portOf(sluice);
    await fill(port);
    await expectAllWorks();
    const asked = origin.requestCount;
    expect((await play(port)).status).toMatch(/fwd=uri-miss/);
    expect(origin.requestCount).toBeGreaterThan(asked);
  });

  it("works on the folder while none runs, whatever the grid it was kept on", async () => {
    await using sluice = start(["--slice-size", "1MiB"]);
    const port = await portOf(sluice);
    await fill(port);
    await stop(sluice);
    expect(await readFile(join(cache, "server.json"), "utf8")).not.toContain("token");
    await runSluice(["cache", "ls", "--slice-size", "4MiB", "--cache", cache]);
    await expectAllWorks();
  });

  it("says where it looked in vain", async () => {
    expect(await cacheCommand("ls")).toMatchObject({
      code: 1,
      stderr: `sluice: There is no cache in ${cache}. Name the folder that the server uses: --cache DIR.\n`,
    });
  });

  it("lets operators in by SLUICE_ADMIN_TOKEN, and nobody else", async () => {
    await using sluice = start([], { ...cacheEnv, SLUICE_ADMIN_TOKEN: "correct-horse-battery" });
    const port = await portOf(sluice);
    await fill(port);
    const address = `http://127.0.0.1:${port}/api/admin/cache/films`;
    expect((await fetch(address, { method: "DELETE" })).status).toBe(401);
    const headers = { authorization: "Bearer correct-horse-battery" };
    const dropped = { objects: 2, slices: 5, bytes: sizeBytes + mebibyte };
    expect(await (await fetch(address, { method: "DELETE", headers })).json()).toEqual({ dropped });
    expect(sluice.output.stderr).not.toContain("correct-horse");
  });
});
