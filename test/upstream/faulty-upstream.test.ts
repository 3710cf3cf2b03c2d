import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findPatternBreach, patternBytes } from "../../src/testing/pattern-bytes.ts";
import { fieldValue, RawConnection, rawRequest, type RawResponse } from "../wire/raw-client.ts";
import type { Fault } from "./fault.ts";
import { FaultyUpstream } from "./faulty-upstream.ts";
import { patternObject } from "./upstream-object.ts";

const object = patternObject(300_000);
let upstream: FaultyUpstream;

beforeEach(async () => {
  upstream = await FaultyUpstream.start();
  upstream.put("film.mp4", object);
});

afterEach(async () => {
  await upstream[Symbol.asyncDispose]();
});

async function get(fields: Record<string, string> = {}, method = "GET"): Promise<RawResponse> {
  return await rawRequest(upstream.port, { method, target: "/film.mp4", fields: Object.entries(fields) });
}

async function getWith(
  fault: Fault,
  fields: Record<string, string> = { Range: "bytes=10-200009" },
): Promise<RawResponse> {
  upstream.fault("film.mp4", fault);
  return await get(fields);
}

function contentRange(response: RawResponse): string | undefined {
  return fieldValue(response.fields, "Content-Range");
}

describe("FaultyUpstream without faults", () => {
  it("answers whole objects, ranges and HEAD rightly, on one connection", async () => {
    await using connection = await RawConnection.open(upstream.port);
    const whole = await connection.request({ target: "/film.mp4" });
    expect([whole.status, whole.body.length, findPatternBreach(whole.body, 0)]).toEqual([200, 300_000, -1]);
    const part = await connection.request({ target: "/film.mp4", fields: [["Range", "bytes=-7"]] });
    expect([part.status, contentRange(part), findPatternBreach(part.body, 299_993)]).toEqual([
      206,
      "bytes 299993-299999/300000",
      -1,
    ]);
    const head = await connection.request({ method: "HEAD", target: "/film.mp4", fields: [["Range", "bytes=0-1"]] });
    expect([head.status, fieldValue(head.fields, "Content-Length")]).toEqual([200, "300000"]);
    expect((await connection.reader.takeSurplus(20)).length).toBe(0);
    expect([upstream.connectionsOpened, upstream.requests.length, upstream.bodyBytes]).toEqual([1, 3, 300_007]);
  });

  it("evaluates conditions", async () => {
    const tag = object.etag ?? "";
    expect((await get({ "If-Match": '"other"' })).status).toBe(412);
    expect((await get({ "If-Match": tag, Range: "bytes=0-0" })).status).toBe(206);
    expect((await get({ "If-None-Match": tag })).status).toBe(304);
    expect((await get({ "If-Unmodified-Since": "Tue, 30 Apr 2024 12:00:00 GMT" })).status).toBe(412);
    expect((await get({ "If-Range": '"other"', Range: "bytes=0-0" })).status).toBe(200);
  });

  it("answers 404, 405 and 416", async () => {
    expect((await rawRequest(upstream.port, { target: "/none" })).status).toBe(404);
    expect((await get({}, "PUT")).status).toBe(405);
    const unsatisfiable = await get({ Range: "bytes=300000-" });
    expect([unsatisfiable.status, contentRange(unsatisfiable)]).toEqual([416, "bytes */300000"]);
  });

  it("serves objects larger than memory, no faster than they are read", async () => {
    upstream.put("huge.mp4", patternObject(2 ** 40));
    await using connection = await RawConnection.open(upstream.port);
    const start = 2 ** 40 - 2 ** 30;
    const part = await connection.request(
      { target: "/huge.mp4", fields: [["Range", `bytes=${start}-`]] },
      { maxBodyBytes: 100_000 },
    );
    expect([part.body.length, findPatternBreach(part.body, start)]).toEqual([100_000, -1]);
    expect(upstream.bodyBytes).toBeLessThan(64 * 2 ** 20);
  });
});

describe("FaultyUpstream with faults", () => {
  it.each(["close", "reset"] as const)("cuts after so many body bytes by %s", async (how) => {
    const response = await getWith({ kind: "cut", afterBodyBytes: 70_000, how });
    expect(response.complete).toBe(false);
    if (how === "close") expect(response.body.length).toBe(70_000);
    expect(findPatternBreach(response.body, 10)).toBe(-1);
  });

  it("drops the connection before the head, for the requests in scope only", async () => {
    upstream.fault("film.mp4", { kind: "drop", first: 1 }, { kind: "status", status: 403, request: 3 });
    await expect(get()).rejects.toThrow("closed without a response");
    expect((await get()).status).toBe(200);
    expect((await get()).status).toBe(403);
    expect((await get()).status).toBe(200);
  });

  it("stalls before the head and in the body", async () => {
    expect((await getWith({ kind: "stall", at: "head", ms: 120 })).firstByteMs).toBeGreaterThan(100);
    const inBody = await getWith({ kind: "stall", at: 1000, ms: 120 });
    expect(inBody.firstByteMs).toBeLessThan(100);
    expect(inBody.elapsedMs).toBeGreaterThan(100);
    expect([inBody.complete, findPatternBreach(inBody.body, 10)]).toEqual([true, -1]);
  });

  it("slows down as S3 does", async () => {
    const response = await getWith({ kind: "slow-down", retryAfterSeconds: 2 });
    expect([response.status, fieldValue(response.fields, "Retry-After")]).toEqual([503, "2"]);
    expect(Buffer.from(response.body).toString()).toContain("<Code>SlowDown</Code>");
  });

  it("replaces the object after a request or inside a body", async () => {
    const next = patternObject(300_000, { salt: 3 });
    expect(findPatternBreach((await getWith({ kind: "replace", with: next })).body, 10)).toBe(-1);
    expect(findPatternBreach((await get()).body, 0, 3)).toBe(-1);
    const inside = await getWith({ kind: "replace", with: object, afterBodyBytes: 500 });
    expect(findPatternBreach(inside.body, 10, 3)).toBe(-1);
    expect(fieldValue((await get()).fields, "ETag")).toBe(object.etag);
  });

  it.each([
    ["start", "bytes 11-200009/300000"],
    ["end", "bytes 10-200008/300000"],
    ["total", "bytes 10-200009/300001"],
    ["malformed", "bytes=10-200009/300000"],
    ["unknown-total", "bytes 10-200009/*"],
    ["absent", undefined],
  ] as const)("lies in Content-Range: %s", async (change, text) => {
    expect(contentRange(await getWith({ kind: "content-range", change }))).toBe(text);
  });

  it("answers another range than asked, consistently", async () => {
    const response = await getWith({ kind: "other-range", startDelta: -5, maxLength: 50 });
    expect([contentRange(response), response.body.length]).toEqual(["bytes 5-54/300000", 50]);
    expect(findPatternBreach(response.body, 5)).toBe(-1);
  });

  it("lies in Content-Length", async () => {
    expect((await getWith({ kind: "content-length", delta: 5 })).complete).toBe(false);
    upstream.fault("film.mp4", { kind: "content-length", delta: -5 });
    await using connection = await RawConnection.open(upstream.port);
    const short = await connection.request({ target: "/film.mp4", fields: [["Range", "bytes=0-99"]] });
    expect(short.body.length).toBe(95);
    expect((await connection.reader.takeSurplus(50)).length).toBe(5);
  });

  it("ignores ranges, with or without a stray Content-Range", async () => {
    const plain = await getWith({ kind: "ignore-range" });
    expect([plain.status, plain.body.length, contentRange(plain)]).toEqual([200, 300_000, undefined]);
    expect(contentRange(await getWith({ kind: "ignore-range", strayContentRange: true }))).toBe("bytes 0-9/300000");
  });

  it("ignores conditions", async () => {
    expect((await getWith({ kind: "ignore-conditions" }, { "If-Match": '"other"' })).status).toBe(200);
  });

  it("gzips what should be identity", async () => {
    const response = await getWith({ kind: "gzip" });
    expect(fieldValue(response.fields, "Content-Encoding")).toBe("gzip");
    expect(findPatternBreach(gunzipSync(response.body), 10)).toBe(-1);
  });

  it.each(["chunked", "until-close"] as const)("hides the length: %s", async (framing) => {
    const response = await getWith({ kind: "no-length", framing });
    expect([response.framing, response.complete, response.body.length]).toEqual([framing, true, 200_000]);
    expect(findPatternBreach(response.body, 10)).toBe(-1);
  });

  it("trickles", async () => {
    const response = await getWith({ kind: "trickle", chunkBytes: 10, everyMs: 10 }, { Range: "bytes=0-99" });
    expect(response.elapsedMs).toBeGreaterThan(80);
    expect(response.body).toEqual(Buffer.from(patternBytes(0, 100)));
  });

  it("redirects", async () => {
    const response = await getWith({ kind: "redirect", to: "/other", status: 307 });
    expect([response.status, fieldValue(response.fields, "Location")]).toEqual([307, "/other"]);
  });

  it("sends garbage and heads too large", async () => {
    await expect(getWith({ kind: "garbage", text: "junk" })).rejects.toThrow("Not a status line");
    const huge = await getWith({ kind: "huge-head", bytes: 70_000 });
    expect(fieldValue(huge.fields, "X-Padding")).toHaveLength(70_000);
  });

  it("closes an idle connection it said to keep", async () => {
    upstream.fault("film.mp4", { kind: "close-idle", afterMs: 30 });
    await using connection = await RawConnection.open(upstream.port);
    expect((await connection.request({ target: "/film.mp4" })).reusable).toBe(true);
    await connection.reader.waitForEnd(Date.now() + 1000);
    await expect.poll(() => upstream.connectionsOpen).toBe(0);
  });

  it("refuses and resets connections, and comes back on its port", async () => {
    await upstream.refuse();
    await expect(get()).rejects.toThrow("ECONNREFUSED");
    await upstream.resume();
    expect((await get()).status).toBe(200);
    upstream.resetOnAccept(true);
    await expect(get()).rejects.toThrow();
  });

  it("frees connections the peer left in a stall", async () => {
    upstream.fault("film.mp4", { kind: "stall", at: "head", ms: Infinity });
    const connection = await RawConnection.open(upstream.port);
    connection.send("GET /film.mp4 HTTP/1.1\r\nHost: x\r\n\r\n");
    await expect.poll(() => upstream.requests.length).toBe(1);
    connection.abort();
    await expect.poll(() => upstream.connectionsOpen).toBe(0);
  });
});
