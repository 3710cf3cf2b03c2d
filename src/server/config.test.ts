import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseCommandLine } from "./command-line.ts";
import { loadConfig, type ServerConfig } from "./config.ts";
import { readEnvironment } from "./env.ts";
import { StartError } from "./start-error.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-config-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

interface Given {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, unknown>>;
}

async function load({ args = [], env = {}, files = {} }: Given): Promise<ServerConfig> {
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  }
  const command = parseCommandLine(args);
  if (command.kind !== "serve") {
    throw new Error(`Not a command that serves: ${JSON.stringify(command)}`);
  }
  const flags = command.settings;
  return loadConfig({
    flags,
    configFlag: command.configFile,
    environment: readEnvironment(env),
    folder,
    home: "/home/ann",
  });
}

async function problemOf(given: Given): Promise<string> {
  const error = await load(given).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StartError);
  expect((error as StartError).exitCode).toBe(2);
  return (error as StartError).message;
}

describe("loadConfig()", () => {
  it("has defaults for everything", async () => {
    expect(await load({})).toEqual({
      host: "127.0.0.1",
      port: 8080,
      stateFolder: "/home/ann/.local/state/sluice",
      isStateFolderChosen: false,
      library: {
        kind: "sqlite",
        path: "/home/ann/.local/state/sluice/library.db",
        stateFolder: "/home/ann/.local/state/sluice",
        isChosen: false,
      },
      scanIntervalSeconds: 3600,
      requireSigned: false,
      cache: {
        folder: "/home/ann/.cache/sluice",
        isFolderChosen: false,
        limitBytes: undefined,
        sliceBytes: 1024 ** 2,
        memoryBytes: 64 * 1024 ** 2,
      },
      workers: 1,
      adminToken: undefined,
      logLevel: "info",
      open: false,
      drainTimeoutMs: 30_000,
      cacheControl: undefined,
      maxResponseBytes: undefined,
      allowedOrigins: "*",
      crossOriginResourcePolicy: "cross-origin",
      sources: [],
      file: undefined,
    });
  });

  it("prefers flags to variables to the file", async () => {
    const files = { "sluice.config.json": { host: "file", port: 1, drainTimeout: 1, sources: ["f=./f"] } };
    const env = { SLUICE_HOST: "env", SLUICE_PORT: "2", SLUICE_SOURCES: "e=./e" };
    const config = await load({ args: ["--host", "flag", "g=./g"], env, files });
    expect(config).toMatchObject({ host: "flag", port: 2, drainTimeoutMs: 1000, sources: [{ name: "g" }] });
    expect(await load({ env, files })).toMatchObject({ host: "env", sources: [{ name: "e" }] });
    expect(await load({ files })).toMatchObject({ host: "file", port: 1, sources: [{ name: "f" }] });
  });

  it.each(["sluice.config.yaml", "sluice.config.yml"])("reads %s", async (name) => {
    const config = await load({
      files: { [name]: "port: 81\nopen: yes\nsources:\n  - films=./Films\n  - {name: b, location: s3://bucket}\n" },
    });
    expect(config).toMatchObject({
      port: 81,
      open: true,
      sources: [{ name: "films" }, { name: "b" }],
      file: join(folder, name),
    });
  });

  it("takes an empty file, and one named by flag or variable", async () => {
    expect(await load({ files: { "sluice.config.yaml": "# nothing yet\n" } })).toMatchObject({ port: 8080 });
    expect(await load({ args: ["--config", "a.json"], files: { "a.json": { port: 3 } } })).toMatchObject({ port: 3 });
    expect(await load({ env: { SLUICE_CONFIG: "a.json" } })).toMatchObject({ port: 3 });
  });

  it("takes paths in a file from the file's folder, others from the working folder", async () => {
    const nested = await mkdtemp(join(folder, "nested-"));
    await writeFile(join(nested, "c.json"), JSON.stringify({ sources: ["./Films"], state: "state" }));
    const config = await load({ args: ["--config", join(nested, "c.json"), "--cache", "cache"] });
    expect(config).toMatchObject({
      sources: [{ location: { root: join(nested, "Films") } }],
      stateFolder: join(nested, "state"),
      cache: { folder: join(folder, "cache"), isFolderChosen: true },
    });
  });

  it("knows a file, a server and no library at all", async () => {
    const libraryOf = async (...args: readonly string[]): Promise<unknown> => (await load({ args })).library;
    expect(await libraryOf("--database", "off")).toEqual({ kind: "off" });
    expect(await libraryOf("--database", "music.db")).toMatchObject({ kind: "sqlite", path: join(folder, "music.db") });
    expect(await libraryOf("--database", "postgresql://db/music")).toMatchObject({
      kind: "postgres",
      connectionString: "postgresql://db/music",
      isChosen: true,
    });
    expect(await libraryOf("--state", "s")).toMatchObject({ path: join(folder, "s/library.db"), isChosen: true });
  });

  it("reads all that a source can be told", async () => {
    const credentials = { accessKeyId: "id", secretAccessKey: "secret" };
    const sources = [
      {
        name: "s",
        location: "s3://bucket",
        delivery: "redirect",
        redirectLifetime: 50_000,
        cacheControl: "no-store",
        credentials,
      },
      {
        name: "h",
        location: "https://host/",
        headers: { Authorization: "Bearer x" },
        allowedRedirectOrigins: ["https://cdn.example"],
      },
    ];
    expect((await load({ files: { "sluice.config.json": { sources } } })).sources).toMatchObject([
      { name: "s", delivery: "redirect", redirectLifetimeSeconds: 50_000, cacheControl: "no-store", credentials },
      {
        name: "h",
        delivery: "proxy",
        headers: { Authorization: "Bearer x" },
        allowedRedirectOrigins: ["https://cdn.example"],
      },
    ]);
  });

  it.each([
    ["3MiB", 3_145_728],
    ["4 MiB", 4_194_304],
    ["5000000", 5_000_000],
  ])("reads the size %s", async (text, bytes) => {
    expect(await load({ args: ["--max-response-bytes", text] })).toMatchObject({ maxResponseBytes: bytes });
  });

  it("keeps remote sources unless told otherwise, and folders only if told", async () => {
    const sources = [
      "a=https://host/?cache=eager&fresh-for=0",
      "b=s3://bucket?cache=off",
      "c=s3://bucket/c?stale-if-error=60&trust-weak-validators=true",
      "d=./d",
      { name: "e", location: "./e", cache: "exact", staleWhileRevalidate: 5 },
      { name: "f", location: "https://host/f/?cache=off&fresh-for=9", cache: "balanced" },
      "g=https://host/g/",
    ];
    const config = await load({ files: { "sluice.config.json": { sources } } });
    expect(Object.fromEntries(config.sources.map(({ name, caching }) => [name, caching]))).toEqual({
      a: { readAhead: "eager", freshForSeconds: 0 },
      b: undefined,
      c: { readAhead: "balanced", staleIfErrorSeconds: 60, trustWeakValidators: true },
      d: undefined,
      e: { readAhead: "exact", staleWhileRevalidateSeconds: 5 },
      f: { readAhead: "balanced", freshForSeconds: 9 },
      g: { readAhead: "balanced" },
    });
    expect(config.sources[0]?.location.text).toBe("https://host/");
  });

  it("reads how large the cache may be", async () => {
    const args = ["--cache-size", "2GiB", "--slice-size", "4MiB", "--memory-cache-size", "0"];
    const cache = { limitBytes: 2 * 1024 ** 3, sliceBytes: 4 * 1024 ** 2, memoryBytes: 0 };
    expect(await load({ args })).toMatchObject({ cache });
    expect(await load({ env: { SLUICE_CACHE_SIZE: "0", XDG_CACHE_HOME: "/var/cache/ann" } })).toMatchObject({
      cache: { limitBytes: 0, folder: "/var/cache/ann/sluice", isFolderChosen: false },
    });
  });

  it("reads how many workers there are", async () => {
    expect(await load({ args: ["--workers", "3"], env: { SLUICE_WORKERS: "2" } })).toMatchObject({ workers: 3 });
    expect(await load({ env: { SLUICE_WORKERS: "auto" } })).toMatchObject({ workers: availableParallelism() });
    expect(await load({ files: { "sluice.config.json": { workers: 4 } } })).toMatchObject({ workers: 4 });
  });

  it("reads origins", async () => {
    const env = { SLUICE_ALLOWED_ORIGINS: "https://a.example https://b.example:81" };
    expect(await load({ env })).toMatchObject({ allowedOrigins: ["https://a.example", "https://b.example:81"] });
  });

  it("reads the public origin as it is copied from a browser", async () => {
    const args = ["--public-origin", "HTTPS://Media.example.org:443/"];
    expect(await load({ args })).toMatchObject({ publicOrigin: "https://media.example.org" });
  });

  it.each([
    [{ args: ["--public-origin", "https://a.example/sluice"] }, "without a path: https://media.example.org."],
    [{ env: { SLUICE_PUBLIC_ORIGIN: "media.example.org" } }, 'SLUICE_PUBLIC_ORIGIN is "media.example.org". Use the'],
    [{ args: ["--database", "off", "news=feed:https://host/f"] }, '"news" is a feed (feed:https://host/f), whose'],
    [{ args: ["--port", "eighty"] }, '--port is "eighty". Use a whole number from 0 to 65535; 0 takes any free port.'],
    [{ args: ["--port", "70000"] }, '--port is "70000".'],
    [{ env: { SLUICE_PORT: "1.5" } }, 'SLUICE_PORT is "1.5".'],
    [{ env: { SLUICE_OPEN: "maybe" } }, 'SLUICE_OPEN is "maybe". Use true or false.'],
    [{ args: ["--log-level", "loud"] }, '--log-level is "loud". Use trace, debug, info'],
    [{ args: ["--drain-timeout=-1"] }, '--drain-timeout is "-1". Use a number of seconds'],
    [{ args: ["--max-response-bytes", "1MiB"] }, "Use a number of bytes from 3145728"],
    [{ args: ["--cache-size", "1MiB"] }, '--cache-size is "1MiB". Use a size from 64MiB on, such as 10GiB, or 0'],
    [{ env: { SLUICE_CACHE_SIZE: "lots" } }, 'SLUICE_CACHE_SIZE is "lots". Use a size from 64MiB on'],
    [{ args: ["--slice-size", "3MiB"] }, '--slice-size is "3MiB". Use 256KiB, 512KiB, 1MiB'],
    [{ args: ["--memory-cache-size", "1PB"] }, '--memory-cache-size is "1PB". Use a size from 0 to 64GiB'],
    [{ args: ["--workers", "0"] }, '--workers is "0". Use auto for one a core, or a whole number from 1 to 64.'],
    [{ args: ["--workers", "1.5"] }, '--workers is "1.5". Use auto'],
    [{ env: { SLUICE_WORKERS: "65" } }, 'SLUICE_WORKERS is "65". Use auto'],
    [{ files: { "sluice.config.json": { workers: "many" } } }, '"workers" in sluice.config.json is "many". Use auto'],
    [{ env: { SLUICE_ADMIN_TOKEN: "short" } }, "SLUICE_ADMIN_TOKEN is hidden here, and wrong. Use 16 to 256 letters"],
    [{ args: ["s3://bucket?cache=on"] }, '"cache" of "s3://bucket?..." is "on". Use off, exact'],
    [{ args: ["https://host/?fresh-for=soon"] }, '"fresh-for" of "https://host/?..." is "soon". Use a whole number'],
    [{ args: ["https://host/?token=a&cache=off"] }, "holds a query, but keys are appended"],
    [
      { files: { "sluice.config.json": { sources: [{ location: "s3://bucket", freshFor: -1 }] } } },
      '"sources[0].freshFor" in sluice.config.json is -1. Use a whole number of seconds',
    ],
    [{ args: ["--cache-control", "a\nb"] }, "Use the text of a Cache-Control header"],
    [{ env: { SLUICE_ALLOWED_ORIGINS: "https://a.example/x" } }, "SLUICE_ALLOWED_ORIGINS"],
    [{ files: { "sluice.config.json": { port: true } } }, '"port" in sluice.config.json is true.'],
    [
      { files: { "sluice.config.json": { prot: 1 } } },
      '"prot" in sluice.config.json means nothing to Sluice. Did you mean "port"?',
    ],
    [{ files: { "sluice.config.json": { zzz: 1 } } }, "The keys are host, port"],
    [{ files: { "sluice.config.json": { sources: [] } } }, "List at least one location"],
    [{ files: { "sluice.config.json": { sources: "./a" } } }, "Use a list of locations"],
    [{ files: { "sluice.config.json": { sources: ["./a", 5] } } }, '"sources[1]" in sluice.config.json is 5.'],
    [{ files: { "sluice.config.json": { sources: [{ name: "a" }] } } }, 'Every source needs a "location"'],
    [
      { files: { "sluice.config.json": { sources: [{ location: "./a", delivry: "x" }] } } },
      'has a key "delivry" that means nothing to Sluice. Did you mean "delivery"?',
    ],
    [
      { files: { "sluice.config.json": { sources: [{ location: "./a", delivery: "redirect" }] } } },
      "works for S3 buckets only",
    ],
    [
      { files: { "sluice.config.json": { sources: [{ location: "./a", headers: { a: "b" } }] } } },
      "works for HTTP origins only",
    ],
    [
      { files: { "sluice.config.json": { sources: [{ location: "s3://bucket", redirectLifetime: 60 }] } } },
      "43200 (12 hours)",
    ],
    [
      { files: { "sluice.config.json": { sources: ["ok=./a", "ftp://x"] } } },
      '"sources" in sluice.config.json, location 2: "ftp://x"',
    ],
    [{ args: ["a=./x", "a=./y"] }, 'Two sources are named "a"'],
    [{ args: ["--config", "none.json"] }, "none.json (named by --config) does not exist."],
    [{ env: { SLUICE_CONFIG: "none.yaml" } }, "(named by SLUICE_CONFIG) does not exist."],
    [{ args: ["--config", "x.toml"], files: { "x.toml": "" } }, "neither .json nor .yaml"],
    [{ files: { "sluice.config.json": "{,}" } }, "cannot be parsed"],
    [{ files: { "sluice.config.yaml": "a: [" } }, "cannot be parsed"],
    [{ files: { "sluice.config.json": [] } }, "must hold an object"],
    [{ files: { "sluice.config.json": {}, "sluice.config.yml": "" } }, "sluice.config.json and sluice.config.yml"],
  ] satisfies readonly (readonly [Given, string])[])("explains %j", async (given, message) => {
    expect(await problemOf(given)).toContain(message);
  });

  it("names everything that is wrong at once", async () => {
    const message = await problemOf({ args: ["--port", "x"], env: { SLUICE_LOG_LEVEL: "y" } });
    expect(message.split("\n")).toHaveLength(2);
  });

  it("shows no secret of a source", async () => {
    const sources = [
      { location: "https://host/", headers: { Authorization: "SECRET\n" } },
      { location: "s3://bucket", credentials: { accessKeyId: "SECRET", secretAccessKey: 5, other: "SECRET" } },
    ];
    const message = await problemOf({ files: { "sluice.config.json": { sources } } });
    expect(message).toContain("hidden here");
    expect(message).not.toContain("SECRET");
  });
});
