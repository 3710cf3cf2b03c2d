import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTemporaryFolder, type TemporaryFolder } from "../real/temporary-folder.ts";
import { RawConnection, rawRequest, type RawResponse } from "../wire/raw-client.ts";
import { fieldValue } from "../wire/response-head.ts";
import { portOf, type SluiceProcess, startSluice } from "./sluice-process.ts";

let folder: TemporaryFolder;
let sluice: SluiceProcess;
let port: number;

beforeAll(async () => {
  folder = await createTemporaryFolder("hostile");
  await mkdir(join(folder.path, "Films"));
  await writeFile(join(folder.path, "secret.txt"), "SECRET");
  await writeFile(join(folder.path, "Films", "a.mp4"), Buffer.alloc(100_000, "abcdefghij"));
  await writeFile(join(folder.path, "Films", "été 🎬 100%.mp4"), "named");
  sluice = startSluice(["--port", "0", "Films"], { folder: folder.path });
  port = await portOf(sluice);
});

afterAll(async () => {
  await sluice[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

function problemIn(response: RawResponse): unknown {
  expect(fieldValue(response.fields, "content-type")).toBe("application/problem+json");
  return JSON.parse(Buffer.from(response.body).toString());
}

describe("paths on the wire", () => {
  it.each([
    ["/media/films/../secret.txt", 400],
    ["/media/films/%2e%2e/secret.txt", 400],
    ["/media/films/.%2E/secret.txt", 400],
    ["/media/films/..%2fsecret.txt", 400],
    ["/media/films/%2e%2e%2fsecret.txt", 400],
    ["/media/films/..%5csecret.txt", 400],
    ["/media/films/..\\secret.txt", 400],
    ["/media/films/%c0%ae%c0%ae/secret.txt", 400],
    ["/media/films/%252e%252e/secret.txt", 404],
    ["/media/films//../secret.txt", 400],
    ["/media/films//etc/passwd", 400],
    ["/media/films/a.mp4%00.txt", 400],
    ["/media/films/%", 400],
    ["/media/films/%zz", 400],
    ["/media/films/\xff\xfe", 400],
    // Node's parser takes no bytes beyond ASCII, whatever they would spell.
    ["/media/films/\xc3\xa9.mp4", 400],
    [`/media/films/${"a".repeat(1025)}`, 414],
    [`/media/films/${"a".repeat(300)}`, 404],
    ["/media/films/", 404],
    ["/media/films/a.mp4/", 404],
    ["/media/other/a.mp4", 404],
    ["/media/__proto__/a.mp4", 404],
    ["/media/films/a.mp4/x", 404],
    ["/media/films/a.mp4#x", 400],
    ["//media/films/a.mp4", 404],
    ["//evil.test/media/films/a.mp4", 404],
    ["/x/../media/films/a.mp4", 400],
    ["/browse/films/%2e%2e/%2E./", 400],
    ["/browse/films/..%2f", 400],
    ["/\\evil.test/", 400],
    ["http://evil.test/media/films/../secret.txt", 400],
  ])("answers %s with %i and a problem", async (target, status) => {
    const response = await rawRequest(port, { target });
    expect(response.status).toBe(status);
    expect(problemIn(response)).toMatchObject({ status });
  });

  it.each([
    ["/media/films/a.mp4", 100_000],
    ["/media/films/a.mp4?x=../../secret.txt", 100_000],
    ["http://evil.test/media/films/a.mp4", 100_000],
    ["/media/films/%61.mp4", 100_000],
    ["/media/films/%C3%A9t%C3%A9%20%F0%9F%8E%AC%20100%25.mp4", 5],
  ])("delivers %s", async (target, length) => {
    const response = await rawRequest(port, { target });
    expect([response.status, response.body.length]).toEqual([200, length]);
  });
});

describe("methods", () => {
  it.each(["POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])(
    "answers %s with 405, for media and for the rest",
    async (method) => {
      for (const target of ["/media/films/a.mp4", "/"]) {
        const response = await rawRequest(port, { method, target, fields: [["Content-Length", "0"]] });
        expect(response.status).toBe(405);
        expect(fieldValue(response.fields, "allow")).toBe("GET, HEAD, OPTIONS");
        expect(problemIn(response)).toMatchObject({ code: "method-not-allowed" });
      }
    },
  );

  it("answers OPTIONS, also for the server as a whole", async () => {
    for (const target of ["*", "/", "/media/films/a.mp4"]) {
      const response = await rawRequest(port, { method: "OPTIONS", target });
      expect([response.status, fieldValue(response.fields, "allow")]).toEqual([204, "GET, HEAD, OPTIONS"]);
    }
    expect((await rawRequest(port, { target: "*" })).status).toBe(400);
  });
});

describe("heads", () => {
  it("answers 64 KiB of header with 431", async () => {
    const response = await rawRequest(port, {
      target: "/media/films/a.mp4",
      fields: [["X-Long", "x".repeat(64 * 1024)]],
    });
    expect(response.status).toBe(431);
    expect(problemIn(response)).toMatchObject({ code: "header-too-large" });
  });

  it("answers a thousand ranges with the whole file", async () => {
    const ranges = Array.from({ length: 1000 }, (_, index) => `${index}-${index}`).join(",");
    const response = await rawRequest(port, { target: "/media/films/a.mp4", fields: [["Range", `bytes=${ranges}`]] });
    expect([response.status, response.body.length]).toEqual([200, 100_000]);
  });

  it.each([
    ["no request at all", "\x16\x03\x01\x02\x00\x01\x00\r\n\r\n"],
    ["no Host", "GET / HTTP/1.1\r\n\r\n"],
    [
      "a length and a coding",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ["two lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"],
    ["a blank before the colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n"],
    ["a bare CR", "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n"],
    ["a NUL in a field", "GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n"],
    ["a hostile Host", "GET / HTTP/1.1\r\nHost: a b/../c\r\n\r\n"],
  ])("answers %s with 400 and a problem", async (_what, text) => {
    await using connection = await RawConnection.open(port);
    connection.send(text);
    const response = await connection.readResponse();
    expect(response.status).toBe(400);
    expect(problemIn(response)).toMatchObject({ status: 400 });
  });

  it("answers HTTP/1.0, which needs no Host", async () => {
    for (const target of ["/healthz", "/media/films/a.mp4"]) {
      expect((await rawRequest(port, { target, version: "HTTP/1.0", host: null })).status).toBe(200);
    }
  });

  it("answers three pipelined requests in their order", async () => {
    await using connection = await RawConnection.open(port);
    const get = (target: string, fields = ""): string => `GET ${target} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;
    const media = "/media/films/a.mp4";
    connection.send(get(media) + get(media, "Range: bytes=3-5\r\n") + get("/healthz"));
    const responses = [
      await connection.readResponse(),
      await connection.readResponse(),
      await connection.readResponse(),
    ];
    expect(responses.map(({ status }) => status)).toEqual([200, 206, 200]);
    expect(Buffer.from(responses[1]?.body ?? []).toString()).toBe("def");
  });

  it("keeps rubbish that follows a request out of its answer", async () => {
    await using connection = await RawConnection.open(port);
    connection.send("GET /media/films/a.mp4 HTTP/1.1\r\nHost: a\r\n\r\n\0\0rubbish\r\n\r\n");
    const response = await connection.readResponse().catch(() => undefined);
    const text = Buffer.from(response?.body ?? []).toString();
    expect(text.replaceAll("abcdefghij", "")).not.toContain("HTTP/1.1");
  });

  it("answers a head that never ends with 408, within its time", async () => {
    await using connection = await RawConnection.open(port);
    connection.send("GET /media/films/a.mp4 HTTP/1.1\r\nHost: a\r\nX-Slow: ");
    const drip = setInterval(() => connection.send("x"), 500);
    try {
      const startedAt = performance.now();
      const response = await connection.readResponse({ timeoutMs: 25_000 });
      expect([response.status, problemIn(response)]).toMatchObject([408, { code: "request-timeout" }]);
      const elapsedMs = performance.now() - startedAt;
      expect(elapsedMs).toBeGreaterThan(14_000);
      expect(elapsedMs).toBeLessThan(20_000);
    } finally {
      clearInterval(drip);
    }
  });

  it("is none the worse for all this", async () => {
    expect((await rawRequest(port, { target: "/media/films/a.mp4" })).body.length).toBe(100_000);
    expect(sluice.output.stderr).not.toMatch(/"level":"(?:error|fatal)"/);
    expect(sluice.output.stderr).not.toContain("Warning");
    expect(sluice.child.exitCode).toBeNull();
  });
});
