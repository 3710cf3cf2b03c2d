import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createMediaHandler, type DeliveryRecord } from "../../src/delivery/index.ts";
import type { Source } from "../../src/source/index.ts";
import { createHttpSource } from "../../src/sources/index.ts";
import { findPatternBreach } from "../../src/testing/index.ts";
import { FaultyUpstream } from "../upstream/faulty-upstream.ts";
import { patternObject } from "../upstream/upstream-object.ts";

// The Web path under the same troubles as the socket: a broken body is an errored stream, and who stops reading stops the upstream.

const sizeBytes = 64 * 1024 * 1024;
let upstream: FaultyUpstream;
let source: Source;
let deliveries: DeliveryRecord[];

beforeEach(async () => {
  upstream = await FaultyUpstream.start();
  upstream.put("film.mp4", patternObject(sizeBytes));
  source = createHttpSource({ baseUrl: new URL(upstream.origin), timeouts: { firstByteMs: 400, stallMs: 400 } });
  deliveries = [];
});

afterEach(async () => {
  await source[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

async function get(init: RequestInit = {}): Promise<Response> {
  const handler = createMediaHandler(source, { onDelivered: (record) => deliveries.push(record) });
  return await handler.handleWeb(new Request("http://127.0.0.1/film.mp4", init), "film.mp4");
}

function readerOf(response: Response): ReadableStreamDefaultReader<Uint8Array> {
  if (response.body === null) throw new Error("The response has no body");
  return response.body.getReader();
}

async function expectNothingLeft(outcome: DeliveryRecord["outcome"]): Promise<void> {
  await expect.poll(() => deliveries.map((record) => record.outcome), { timeout: 5000 }).toEqual([outcome]);
  await expect.poll(() => upstream.connectionsOpen, { timeout: 8000 }).toBe(0);
}

describe("a Web response", () => {
  it("whose reader cancels frees the upstream", async () => {
    const reader = readerOf(await get());
    const first = await reader.read();
    expect(findPatternBreach(first.value ?? new Uint8Array(1), 0)).toBe(-1);
    await reader.cancel();
    await expectNothingLeft("aborted");
    expect(upstream.bodyBytes).toBeLessThan(8 * 1024 * 1024);
  });

  it("whose request is aborted frees the upstream, before and after the first byte", async () => {
    const controller = new AbortController();
    const reader = readerOf(await get({ signal: controller.signal }));
    await reader.read();
    controller.abort();
    await expect(readToEnd(reader)).rejects.toThrow();
    await expectNothingLeft("aborted");

    deliveries = [];
    upstream.fault("film.mp4", { kind: "stall", at: "head", ms: Infinity });
    await expect(get({ signal: AbortSignal.timeout(100) })).rejects.toThrow();
    await expectNothingLeft("aborted");
  });

  it("nobody reads pulls next to nothing", async () => {
    const response = await get();
    await sleep(300);
    const pulled = upstream.bodyBytes;
    await sleep(300);
    expect(upstream.bodyBytes).toBe(pulled);
    expect(pulled).toBeLessThan(8 * 1024 * 1024);
    await response.body?.cancel();
    await expectNothingLeft("aborted");
  });

  it("whose body cannot be completed errors; it never ends short", async () => {
    upstream.fault("film.mp4", { kind: "cut", afterBodyBytes: 300_000, request: 1 }, { kind: "drop", after: 1 });
    const response = await get();
    expect([response.status, response.headers.get("Content-Length")]).toEqual([200, String(sizeBytes)]);
    await expect(response.arrayBuffer()).rejects.toThrow();
    await expectNothingLeft("failed");
  });

  it("that replaced media would splice errors instead", async () => {
    upstream.fault("film.mp4", { kind: "replace", with: patternObject(sizeBytes, { salt: 3 }), request: 1 });
    await expect((await get()).arrayBuffer()).rejects.toThrow();
    await expectNothingLeft("failed");
  });

  it("gives chunks that stay as they are after the next ones have been read", async () => {
    const reader = readerOf(await get({ headers: { Range: "bytes=0-4999999" } }));
    const chunks: Uint8Array[] = [];
    for (let next = await reader.read(); !next.done; next = await reader.read()) chunks.push(next.value);
    let offset = 0;
    for (const chunk of chunks) {
      expect(findPatternBreach(chunk, offset)).toBe(-1);
      offset += chunk.length;
    }
    expect(offset).toBe(5_000_000);
    await expectNothingLeft("complete");
  });
});

async function readToEnd(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await reader.read()).done);
}
