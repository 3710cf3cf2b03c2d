import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Source } from "../../src/source/index.ts";
import { createS3Source } from "../../src/sources/index.ts";
import type { Fault } from "../upstream/fault.ts";
import { FaultyUpstream } from "../upstream/faulty-upstream.ts";
import { patternObject } from "../upstream/upstream-object.ts";
import { type MediaServer, startMediaServer } from "../wire/media-server.ts";
import { fieldValue, type RawResponse, rawRequest } from "../wire/raw-client.ts";
import { verdictOf } from "./proxy-stage.ts";

// What S3 does on bad days. That the source works with S3 at all is shown on a real server (remote-conformance, replay).

const sizeBytes = 3 * 1024 * 1024;
const key = "films/2024/a b.mp4";
const object = patternObject(sizeBytes);

let upstream: FaultyUpstream;
let source: Source;
let server: MediaServer;

beforeEach(async () => {
  upstream = await FaultyUpstream.start();
  upstream.put(key, object);
  source = createS3Source({
    bucket: "films",
    prefix: "2024",
    endpoint: new URL(upstream.origin),
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "not-a-secret" },
    timeouts: { firstByteMs: 400, stallMs: 400 },
  });
  server = await startMediaServer(source);
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await source[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

async function get(fields: Readonly<Record<string, string>> = {}, method = "GET"): Promise<RawResponse> {
  return await rawRequest(server.port, { method, target: "/a%20b.mp4", fields: Object.entries(fields) });
}

function errorXml(code: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>secret details</Message></Error>`;
}

describe("an S3 bucket on a bad day", () => {
  it("503 SlowDown before the first byte and between spans is waited out", async () => {
    upstream.fault(
      key,
      { kind: "slow-down", request: 1 },
      { kind: "slow-down", request: 3 },
      { kind: "slow-down", request: 4 },
    );
    const response = await get();
    expect([response.status, verdictOf(response, 0), response.body.length]).toEqual([200, "whole", sizeBytes]);
  });

  it.each<[string, number, Fault]>([
    ["NoSuchKey", 404, { kind: "status", status: 404, body: errorXml("NoSuchKey") }],
    ["NoSuchBucket", 503, { kind: "status", status: 404, body: errorXml("NoSuchBucket") }],
    ["AccessDenied", 403, { kind: "status", status: 403, body: errorXml("AccessDenied") }],
    ["SlowDown for good", 503, { kind: "slow-down" }],
    ["InternalError for good", 503, { kind: "status", status: 500, body: errorXml("InternalError") }],
    ["a bucket in another region", 502, { kind: "redirect", to: "http://127.0.0.1:9/", status: 301 }],
    [
      "AuthorizationHeaderMalformed",
      502,
      { kind: "status", status: 400, body: errorXml("AuthorizationHeaderMalformed") },
    ],
    ["an endless error body", 403, { kind: "status", status: 403, body: "<Error>".repeat(50_000) }],
    ["silence", 504, { kind: "stall", at: "head", ms: Infinity }],
  ])("%s is a %i that says nothing of the bucket", async (_, status, fault) => {
    upstream.fault(key, fault);
    const response = await get({ Range: "bytes=5-9" });
    expect(response.status).toBe(status);
    expect(fieldValue(response.fields, "Content-Type")).toBe("application/problem+json");
    expect(Buffer.from(response.body).toString()).not.toMatch(/secret|films|2024|127\.0\.0\.1/);
    expect((await get({}, "HEAD")).status).toBe(status);
  });

  it("cut at any of these bytes, the body goes on with If-Match and a fresh signature", async () => {
    for (const position of [0, 1, 65_536, 700_001, 1_048_575]) {
      upstream.resetCounts();
      upstream.fault(key, { kind: "cut", afterBodyBytes: position, how: "reset", request: 1 });
      const response = await get();
      expect([verdictOf(response, 0), response.body.length], `cut at ${position}`).toEqual(["whole", sizeBytes]);
      for (const { fields } of upstream.requests) {
        expect(fields["authorization"]).toMatch(
          /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/[^/]+\/s3\/aws4_request/,
        );
        // The range may change from try to try, so it stays outside of what is signed.
        expect(fields["authorization"]).not.toMatch(/SignedHeaders=[^,]*range/);
      }
      expect(upstream.requests.at(-1)?.fields["if-match"]).toBe(object.etag);
    }
  });

  it("replaced between two spans, the connection breaks; the next viewer gets the new version", async () => {
    upstream.fault(key, { kind: "replace", with: patternObject(sizeBytes, { salt: 5 }), request: 1 });
    expect(verdictOf(await get(), 0)).toBe("prefix");
    expect(verdictOf(await get(), 0, 5)).toBe("whole");
  });

  it("K19, K20: odd Range fields and HEAD never reach it as they are", async () => {
    for (const range of ["bytes=0-1,5-6", "bytes=5-2", "items=0-1", "bytes=-0", "bytes=0-1, bytes=5-6"]) {
      await get({ Range: range });
    }
    const head = await get({ Range: "bytes=0-1" }, "HEAD");
    expect([head.status, fieldValue(head.fields, "Content-Length")]).toEqual([200, String(sizeBytes)]);
    for (const { method, fields, target } of upstream.requests) {
      expect(method === "HEAD" ? "bytes=0-0" : (fields["range"] ?? "bytes=0-0")).toMatch(
        /^bytes=(?:\d+-\d+|-[1-9]\d*)$/,
      );
      expect(target).toBe("/films/2024/a%20b.mp4");
    }
  });

  it("keeps answering while its clock is twenty minutes off, as a refusal's Date tells", async () => {
    const skewed = new Date(Date.now() + 20 * 60_000).toUTCString();
    upstream.fault(key, {
      kind: "status",
      status: 403,
      body: errorXml("RequestTimeTooSkewed"),
      fields: { Date: skewed },
      request: 1,
    });
    const response = await get({ Range: "bytes=0-9" });
    expect([response.status, verdictOf(response, 0)]).toEqual([206, "whole"]);
    // Signed again, and from then on, by the bucket's clock.
    const signedAt = upstream.requests.map(({ fields }) => parseAmzDate(fields["x-amz-date"] ?? ""));
    expect((signedAt[1] ?? 0) - (signedAt[0] ?? 0)).toBeGreaterThan(19 * 60_000);
    await get({ Range: "bytes=0-9" });
    expect(upstream.requests).toHaveLength(3);
  });
});

/** `20261121T011500Z` */
function parseAmzDate(text: string): number {
  return Date.parse(text.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, "$1-$2-$3:$4:$5"));
}
