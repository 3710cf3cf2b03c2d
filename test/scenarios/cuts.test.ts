import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { patternObject } from "../upstream/upstream-object.ts";
import { fieldValue } from "../wire/raw-client.ts";
import { film, type ProxyStage, setUpProxyStage, verdictOf } from "./proxy-stage.ts";
import { chooseSeed, createRandom } from "./seeded-random.ts";

// An upstream connection that breaks: the viewer notices nothing while the version holds, and gets no wrong byte where it does not.

const mebibyte = 1024 * 1024;
const sizeBytes = 3 * mebibyte + 7;
const seed = chooseSeed();
const random = createRandom(seed);
const edges = [0, 1, 2, 16_383, 16_384, 65_535, 65_536, 65_537, 262_143, 262_144, mebibyte - 1, mebibyte];
/** Positions in the first answer, which is at most a mebibyte. */
const positions = [...edges, ...Array.from({ length: 24 }, () => random(mebibyte))].toSorted((a, b) => a - b);

let stage: ProxyStage;

beforeEach(async () => {
  stage = await setUpProxyStage(patternObject(sizeBytes));
});

afterEach(async () => {
  await stage[Symbol.asyncDispose]();
});

describe(`a cut at any byte (SLUICE_TEST_SEED=${seed})`, () => {
  it.each(positions)("by close at %i: the body is complete and exact", async (position) => {
    stage.upstream.fault(film, { kind: "cut", afterBodyBytes: position, request: 1 });
    const response = await stage.get();
    expect([response.status, verdictOf(response, 0), response.body.length]).toEqual([200, "whole", sizeBytes]);
  });

  it.each(positions.filter((_, index) => index % 4 === 0))("by reset at %i, in a range", async (position) => {
    stage.upstream.fault(film, { kind: "cut", afterBodyBytes: position, how: "reset", request: 1 });
    const response = await stage.get({ Range: "bytes=1000-" });
    expect([response.status, verdictOf(response, 1000), response.body.length]).toEqual([
      206,
      "whole",
      sizeBytes - 1000,
    ]);
  });

  it.each(positions.filter((_, index) => index % 4 === 1))(
    "at %i, and another version when we come back: never mixed",
    async (position) => {
      const next = patternObject(sizeBytes, { salt: 77 });
      stage.upstream.fault(
        film,
        { kind: "cut", afterBodyBytes: position, request: 1 },
        { kind: "replace", with: next, request: 1, afterBodyBytes: position },
        { kind: "ignore-conditions", after: 1 },
      );
      const response = await stage.get();
      const isOld = verdictOf(response, 0) === "prefix" && response.body.length <= position;
      const isNew = verdictOf(response, 0, 77) === "whole" && fieldValue(response.fields, "ETag") === next.etag;
      expect(isOld || isNew, `${response.body.length} bytes, cut at ${position}`).toBe(true);
    },
  );
});

describe("cuts that go on", () => {
  it("every 100 kB: the body is complete, because each try makes progress", async () => {
    stage.upstream.fault(film, { kind: "cut", afterBodyBytes: 100_000 });
    const response = await stage.get();
    expect([verdictOf(response, 0), response.body.length]).toEqual(["whole", sizeBytes]);
    expect(stage.upstream.requests.length).toBeLessThan(45);
  });

  it("before each answer: a 503 within seconds, after few tries", async () => {
    stage.upstream.fault(film, { kind: "drop" });
    const response = await stage.get();
    expect(response.status).toBe(503);
    expect(response.elapsedMs).toBeLessThan(5000);
    expect(stage.upstream.requests.length).toBeLessThanOrEqual(8);
  });

  it("of connections kept idle: nobody notices", async () => {
    expect((await stage.get({ Range: "bytes=0-9" })).status).toBe(206);
    stage.upstream.breakConnections("reset");
    expect((await stage.get({ Range: "bytes=0-9" })).status).toBe(206);
    stage.upstream.fault(film, { kind: "close-idle", afterMs: 0 });
    for (let round = 0; round < 20; round += 1) {
      const response = await stage.get({ Range: "bytes=10-19" });
      expect([response.status, verdictOf(response, 10)]).toEqual([206, "whole"]);
    }
  });

  it("by a stall: taken up again from the exact byte", async () => {
    stage.upstream.fault(film, { kind: "stall", at: 300_000, ms: Infinity, request: 1 });
    const response = await stage.get();
    expect([verdictOf(response, 0), response.body.length]).toEqual(["whole", sizeBytes]);
    expect(stage.upstream.requests[1]?.fields["range"]).toMatch(/^bytes=300000-/);
  });

  it("while a trickle is no stall", async () => {
    stage.upstream.fault(film, { kind: "trickle", chunkBytes: 100, everyMs: 50 });
    const response = await stage.get({ Range: "bytes=0-999" });
    expect([response.status, verdictOf(response, 0)]).toEqual([206, "whole"]);
  });

  it("cost no byte twice", async () => {
    stage.upstream.fault(film, { kind: "cut", afterBodyBytes: 500_000, request: 1 });
    expect(verdictOf(await stage.get(), 0)).toBe("whole");
    expect(stage.upstream.bodyBytes).toBe(sizeBytes);
  });
});
