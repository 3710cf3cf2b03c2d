import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { patternObject } from "../upstream/upstream-object.ts";
import { fieldValue, fieldValues, formatRawRequest, RawConnection } from "../wire/raw-client.ts";
import { film, type ProxyStage, setUpProxyStage, verdictOf } from "./proxy-stage.ts";
import { chooseSeed, createRandom } from "./seeded-random.ts";

// K26, K28, K29 and K30: whole objects put together from ranges, on connections that live on.

const sizeBytes = 2 * 1024 * 1024 + 77;
const object = patternObject(sizeBytes);
const seed = chooseSeed();
let stage: ProxyStage;
let connection: RawConnection;

beforeAll(async () => {
  stage = await setUpProxyStage(object);
  connection = await RawConnection.open(stage.port);
});

afterAll(async () => {
  await connection[Symbol.asyncDispose]();
  await stage[Symbol.asyncDispose]();
});

describe("K26: keep-alive", () => {
  it("survives every status, and requests sent before the answers are read", async () => {
    const etag = object.etag ?? "";
    const requests: readonly (readonly [string, string, Record<string, string>, number])[] = [
      ["GET", film, {}, 200],
      ["GET", film, { Range: "bytes=0-99" }, 206],
      ["GET", film, { Range: "bytes=0-0,-1" }, 206],
      ["HEAD", film, {}, 200],
      ["HEAD", film, { Range: "bytes=0-1" }, 200],
      ["GET", film, { "If-None-Match": etag }, 304],
      ["HEAD", film, { "If-None-Match": etag }, 304],
      ["GET", film, { "If-Match": '"x"' }, 412],
      ["HEAD", film, { "If-Match": '"x"' }, 412],
      ["GET", film, { Range: "bytes=99999999-" }, 416],
      ["GET", "missing.mp4", {}, 404],
      ["HEAD", "missing.mp4", {}, 404],
      ["OPTIONS", film, {}, 204],
      ["DELETE", film, {}, 405],
      ["GET", film, { Range: "bytes=-7" }, 206],
    ];
    await using pipelined = await RawConnection.open(stage.port);
    for (const [method, key, fields] of requests) {
      pipelined.send(formatRawRequest({ method, target: `/${key}`, fields: Object.entries(fields) }));
    }
    for (const [method, , fields, status] of requests) {
      const response = await pipelined.readResponse({ method });
      expect([method, fields, response.status, response.reusable]).toEqual([method, fields, status, true]);
      if (status === 200 && method === "GET") expect(verdictOf(response, 0)).toBe("whole");
    }
    expect((await pipelined.reader.takeSurplus(100)).length).toBe(0);
  });
});

describe("K28: a walk in steps that overlap by one byte", () => {
  it("puts the object together exactly", async () => {
    const step = 8192;
    const walked = new Uint8Array(sizeBytes);
    for (let start = 0; start < sizeBytes - 1; start += step) {
      const response = await connection.request({
        target: `/${film}`,
        fields: [["Range", `bytes=${start}-${start + step}`]],
      });
      const last = Math.min(start + step, sizeBytes - 1);
      expect(fieldValue(response.fields, "Content-Range")).toBe(`bytes ${start}-${last}/${sizeBytes}`);
      if (start > 0) expect(response.body[0]).toBe(walked[start]);
      walked.set(response.body, start);
    }
    expect(verdictOf({ ...(await stage.request("HEAD")), body: walked }, 0)).toBe("whole");
  });
});

describe(`K29: ranges around every inner edge (SLUICE_TEST_SEED=${seed})`, () => {
  const edges = [0, 16_384, 65_536, 262_144, 1_048_576, 2_097_152, sizeBytes];
  const around = edges.flatMap((edge) => [edge - 1, edge, edge + 1]).filter((at) => at >= 0 && at < sizeBytes);

  it("holds the right bytes for every pair", async () => {
    const random = createRandom(seed);
    const pairs = around.flatMap((first) =>
      around.filter((last) => last >= first).map((last) => [first, last] as const),
    );
    const randomPairs = Array.from({ length: 60 }, () => {
      const first = random(sizeBytes);
      return [first, first + random(sizeBytes - first)] as const;
    });
    for (const [first, last] of [...pairs, ...randomPairs]) {
      const response = await connection.request({ target: `/${film}`, fields: [["Range", `bytes=${first}-${last}`]] });
      const name = `bytes=${first}-${last}`;
      expect(fieldValue(response.fields, "Content-Range"), name).toBe(`bytes ${first}-${last}/${sizeBytes}`);
      expect([verdictOf(response, first), response.body.length], name).toEqual(["whole", last - first + 1]);
    }
  });
});

describe("K30: behind a CDN that fetches in ranges", () => {
  it("every 206 is uncoded, has a total, a numeric length, no transfer coding, and one strong tag", async () => {
    const tags = new Set<string>();
    for (const range of ["bytes=0-", "bytes=0-1048575", "bytes=1048576-2097151", "bytes=-1", "bytes=0-0"]) {
      const { fields, status } = await connection.request({
        target: `/${film}`,
        fields: [
          ["Range", range],
          ["Accept-Encoding", "gzip, br"],
        ],
      });
      expect(status).toBe(206);
      expect(fieldValue(fields, "Content-Range")).toMatch(/^bytes \d+-\d+\/\d+$/);
      expect(fieldValue(fields, "Content-Length")).toMatch(/^\d+$/);
      expect(fieldValues(fields, "Transfer-Encoding")).toEqual([]);
      expect(fieldValues(fields, "Content-Encoding")).toEqual([]);
      tags.add(fieldValue(fields, "ETag") ?? "");
    }
    expect([...tags]).toEqual([object.etag]);
  });
});
