import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FaultyUpstream } from "../upstream/faulty-upstream.ts";
import type { Fault } from "../upstream/fault.ts";
import { patternObject } from "../upstream/upstream-object.ts";
import { fieldValue, RawConnection, type RawResponse } from "../wire/raw-client.ts";
import { film, type ProxyStage, setUpProxyStage, shortTimeouts, verdictOf } from "./proxy-stage.ts";

// What an upstream refuses or garbles becomes one clear status with a problem body, before a byte of media.

const sizeBytes = 2 * 1024 * 1024;
let stage: ProxyStage;

beforeEach(async () => {
  stage = await setUpProxyStage(patternObject(sizeBytes));
});

afterEach(async () => {
  await stage[Symbol.asyncDispose]();
});

function expectProblem(response: RawResponse, status: number): void {
  expect([response.status, response.complete, response.reusable]).toEqual([status, true, true]);
  expect(fieldValue(response.fields, "Content-Type")).toBe("application/problem+json");
  expect(fieldValue(response.fields, "Cache-Control")).toBe("no-store");
  const text = Buffer.from(response.body).toString();
  expect(JSON.parse(text)).toMatchObject({ status });
  // Nothing of the upstream's address is for viewers.
  expect(text).not.toMatch(/127\.0\.0\.1|film\.mp4|upstream answered/);
}

const failures: readonly (readonly [string, number, Fault])[] = [
  ["404", 404, { kind: "status", status: 404 }],
  ["410", 404, { kind: "status", status: 410 }],
  ["401", 403, { kind: "status", status: 401 }],
  ["403", 403, { kind: "status", status: 403, body: "x".repeat(100_000) }],
  ["400", 502, { kind: "status", status: 400 }],
  ["451", 502, { kind: "status", status: 451 }],
  ["204", 502, { kind: "status", status: 204 }],
  ["304 to nothing asked", 502, { kind: "status", status: 304 }],
  ["503 for good", 503, { kind: "slow-down" }],
  ["503 that wants more patience than a viewer has", 503, { kind: "slow-down", retryAfterSeconds: 600 }],
  ["500 for good", 503, { kind: "status", status: 500 }],
  ["garbage instead of a status line", 502, { kind: "garbage", text: "SSH-2.0-OpenSSH_9.2p1\r\n" }],
  ["a head over 64 KiB", 502, { kind: "huge-head", bytes: 70_000 }],
  ["no answer at all", 504, { kind: "stall", at: "head", ms: Infinity }],
  ["a reset for good", 503, { kind: "drop", how: "reset" }],
  ["a redirect in a circle", 502, { kind: "redirect", to: `/${film}` }],
  ["a redirect to a file", 502, { kind: "redirect", to: "file:///etc/passwd" }],
  ["a redirect to another origin", 502, { kind: "redirect", to: "http://127.0.0.1:9/film.mp4" }],
  ["a redirect to nowhere", 502, { kind: "redirect", to: "http://" }],
];

describe.each(failures)("an upstream that answers with %s", (_, status, fault) => {
  it(`is a clean ${status} for GET, a range and HEAD`, async () => {
    stage.upstream.fault(film, fault);
    expectProblem(await stage.get(), status);
    expectProblem(await stage.get({ Range: "bytes=5-9" }), status);
    const head = await stage.request("HEAD");
    expect([head.status, head.body.length]).toEqual([status, 0]);
  });

  it("leaves no connection in use, and the next answer is right", async () => {
    stage.upstream.fault(film, fault);
    await stage.get();
    stage.upstream.fault(film);
    const response = await stage.get({ Range: "bytes=100-199" });
    expect([response.status, verdictOf(response, 100)]).toEqual([206, "whole"]);
    expect(stage.upstream.connectionsOpen).toBeLessThanOrEqual(2);
  });
});

describe("an upstream that recovers", () => {
  it.each<[string, Fault]>([
    ["503 SlowDown twice", { kind: "slow-down", first: 2 }],
    ["503 with Retry-After: 1", { kind: "slow-down", retryAfterSeconds: 1, first: 1 }],
    ["500 once", { kind: "status", status: 500, first: 1 }],
    ["a dropped connection", { kind: "drop", first: 1 }],
    ["no answer once", { kind: "stall", at: "head", ms: Infinity, first: 1 }],
  ])("(%s) is tried again before the viewer hears of it", async (_, fault) => {
    stage.upstream.fault(film, fault);
    const startedAt = performance.now();
    const response = await stage.get({ Range: "bytes=10-99" });
    expect([response.status, verdictOf(response, 10)]).toEqual([206, "whole"]);
    if (fault.kind === "slow-down" && fault.retryAfterSeconds === 1) {
      expect(performance.now() - startedAt).toBeGreaterThan(950);
    }
  });

  it("after bytes were sent: goes on from the exact byte", async () => {
    stage.upstream.fault(film, { kind: "cut", afterBodyBytes: 400_000, request: 1 }, { kind: "slow-down", request: 2 });
    const response = await stage.get();
    expect([response.status, verdictOf(response, 0), response.body.length]).toEqual([200, "whole", sizeBytes]);
  });

  it("is reached again after it refused connections", async () => {
    await stage.upstream.refuse();
    expectProblem(await stage.get(), 503);
    await stage.upstream.resume();
    expect((await stage.get({ Range: "bytes=0-0" })).status).toBe(206);
  });
});

describe("an upstream that redirects", () => {
  it("is followed within its own origin, and the target remembered for the spans that follow", async () => {
    stage.upstream.put("moved/film.mp4", patternObject(sizeBytes));
    stage.upstream.fault(film, { kind: "redirect", to: "/moved/film.mp4", status: 307 });
    expect(verdictOf(await stage.get(), 0)).toBe("whole");
    expect(stage.upstream.requests.filter(({ key }) => key === film)).toHaveLength(1);
  });

  it("K25: goes back to the address it came from once the target has expired, and the viewer notices nothing", async () => {
    stage.upstream.put(film, patternObject(sizeBytes * 4));
    stage.upstream.put("signed/1", patternObject(sizeBytes * 4));
    stage.upstream.put("signed/2", patternObject(sizeBytes * 4));
    stage.upstream.fault(
      film,
      { kind: "redirect", to: "/signed/1", request: 1 },
      { kind: "redirect", to: "/signed/2", after: 1 },
    );
    stage.upstream.fault("signed/1", { kind: "status", status: 403, after: 1 });
    expect(verdictOf(await stage.get(), 0)).toBe("whole");
    expect(stage.upstream.requests.some(({ key }) => key === "signed/2")).toBe(true);
  });

  it("is followed to origins the operator allows, without the headers meant for the first", async () => {
    await using other = await FaultyUpstream.start();
    other.put("cdn.mp4", patternObject(sizeBytes));
    await using allowed = await setUpProxyStage(patternObject(1), {
      ...shortTimeouts,
      headers: { Authorization: "Bearer secret" },
      allowedRedirectOrigins: [other.origin],
    });
    allowed.upstream.fault(film, { kind: "redirect", to: `${other.origin}/cdn.mp4` });
    expect(verdictOf(await allowed.get(), 0)).toBe("whole");
    expect(allowed.upstream.requests[0]?.fields["authorization"]).toBe("Bearer secret");
    expect(other.requests.length).toBeGreaterThan(0);
    expect(other.requests.every(({ fields }) => fields["authorization"] === undefined)).toBe(true);
  });
});

describe("a viewer who leaves while we wait", () => {
  it.each<[string, Fault]>([
    ["for an answer", { kind: "stall", at: "head", ms: Infinity }],
    ["to try again", { kind: "slow-down", retryAfterSeconds: 4 }],
    ["in the middle of a body", { kind: "stall", at: 100, ms: Infinity }],
  ])("%s frees the upstream at once", async (_, fault) => {
    await using patient = await setUpProxyStage(patternObject(sizeBytes), {});
    patient.upstream.fault(film, fault);
    const connection = await RawConnection.open(patient.port);
    connection.send(`GET /${film} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await expect.poll(() => patient.upstream.requests.length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    connection.abort();
    const delivery = await patient.lastDelivery();
    expect(delivery.outcome).toBe("aborted");
    expect(delivery.durationMs).toBeLessThan(2000);
    await expect.poll(() => patient.upstream.connectionsOpen).toBeLessThanOrEqual(fault.kind === "slow-down" ? 1 : 0);
    expect(patient.upstream.requests).toHaveLength(1);
  });
});
