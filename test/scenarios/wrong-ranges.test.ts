import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findPatternBreach } from "../../src/testing/index.ts";
import type { Fault } from "../upstream/fault.ts";
import { patternObject } from "../upstream/upstream-object.ts";
import { fieldValue, RawConnection } from "../wire/raw-client.ts";
import { film, type ProxyStage, setUpProxyStage, verdictOf } from "./proxy-stage.ts";

// Scenarios K01 to K08 and K19 to K24: what an upstream answers is checked before a byte of it is passed on.

const sizeBytes = 6 * 1024 * 1024 + 11;
const object = patternObject(sizeBytes);
let stage: ProxyStage;

beforeEach(async () => {
  stage = await setUpProxyStage(object);
});

afterEach(async () => {
  await stage[Symbol.asyncDispose]();
});

describe("K01: 200 and the whole object in answer to a range", () => {
  it.each(["bytes=0-99", "bytes=2000000-2000099", "bytes=-50", "bytes=3000000-"])(
    "%s is cut out of it, never mislabelled",
    async (range) => {
      stage.upstream.fault(film, { kind: "ignore-range" });
      const response = await stage.get({ Range: range });
      expect(response.status).toBe(206);
      const start = Number(/^bytes (\d+)-/.exec(fieldValue(response.fields, "Content-Range") ?? "")?.[1]);
      expect(verdictOf(response, start)).toBe("whole");
      expect(response.body.length).toBe(
        range.startsWith("bytes=3") ? sizeBytes - 3_000_000 : range === "bytes=-50" ? 50 : 100,
      );
    },
  );
});

const lies: readonly (readonly [string, Fault])[] = [
  ["K02: another start in Content-Range", { kind: "content-range", change: "start" }],
  ["K02: another end in Content-Range", { kind: "content-range", change: "end" }],
  ["K02: a range that begins earlier", { kind: "other-range", startDelta: -1 }],
  ["K02: a range that begins later", { kind: "other-range", startDelta: 1 }],
  ["K02: a shorter range", { kind: "other-range", maxLength: 1000 }],
  ["K03: a longer Content-Length", { kind: "content-length", delta: 1 }],
  ["K03: a shorter Content-Length", { kind: "content-length", delta: -1 }],
  ["K04: a malformed Content-Range", { kind: "content-range", change: "malformed" }],
  ["K04: no total in Content-Range", { kind: "content-range", change: "unknown-total" }],
  ["K04: no Content-Range", { kind: "content-range", change: "absent" }],
  ["K23: a coded body", { kind: "gzip" }],
];

describe.each(lies)("%s", (_, lie) => {
  it("is a clean 502 where nothing was sent", async () => {
    stage.upstream.fault(film, lie);
    const response = await stage.get({ Range: "bytes=1000000-2999999" });
    expect([response.status, response.complete]).toEqual([502, true]);
    expect(fieldValue(response.fields, "Content-Type")).toBe("application/problem+json");
  });

  it("breaks the connection where bytes were sent, and all those are right", async () => {
    stage.upstream.fault(film, { ...lie, after: 1 });
    const response = await stage.get();
    expect([response.status, fieldValue(response.fields, "Content-Length")]).toEqual([200, String(sizeBytes)]);
    expect(verdictOf(response, 0)).toBe("prefix");
    expect(response.body.length).toBeGreaterThan(0);
    expect((await stage.lastDelivery()).outcome).toBe("failed");
  });
});

describe("K04: another total in Content-Range", () => {
  it("in a later answer is another version: the connection breaks", async () => {
    stage.upstream.fault(film, { kind: "content-range", change: "total", after: 1 });
    expect(verdictOf(await stage.get(), 0)).toBe("prefix");
  });
});

describe("K05: another version between two upstream answers of one response", () => {
  const next = patternObject(sizeBytes, { salt: 9 });

  it.each([
    ["an upstream that heeds If-Match", []],
    ["one that ignores it", [{ kind: "ignore-conditions" }]],
  ] as const)("is never spliced: %s", async (_, extra) => {
    stage.upstream.fault(film, { kind: "replace", with: next, request: 1 }, ...extra);
    const response = await stage.get();
    expect(verdictOf(response, 0)).toBe("prefix");
    expect(response.body.length).toBeLessThan(sizeBytes);
    expect(verdictOf(await stage.get(), 0, 9)).toBe("whole");
  });

  it("is never spliced where the new version has the old one's tag, size and date, but says another total", async () => {
    stage.upstream.fault(film, {
      kind: "replace",
      with: patternObject(sizeBytes + 1, { salt: 9, etag: object.etag ?? "" }),
      request: 1,
    });
    expect(verdictOf(await stage.get(), 0)).toBe("prefix");
  });

  it("shows in every later request: it carries If-Match", async () => {
    await stage.get();
    const [first, ...later] = stage.upstream.requests;
    expect(first?.fields["if-match"]).toBeUndefined();
    expect(later.length).toBeGreaterThan(1);
    expect(later.every(({ fields }) => fields["if-match"] === object.etag)).toBe(true);
  });

  it("holds for If-Unmodified-Since where there is only a date", async () => {
    const dated = patternObject(sizeBytes, { etag: null });
    stage.upstream.put(film, dated);
    expect(verdictOf(await stage.get(), 0)).toBe("whole");
    const later = stage.upstream.requests.slice(1);
    expect(later.length).toBeGreaterThan(1);
    expect(later.every(({ fields }) => fields["if-unmodified-since"] === dated.lastModified?.toUTCString())).toBe(true);
    const newer = patternObject(sizeBytes, { etag: null, salt: 9, lastModified: new Date("2024-06-01T12:00:00Z") });
    stage.upstream.fault(film, { kind: "replace", with: newer, request: 1 });
    expect(verdictOf(await stage.get(), 0)).toBe("prefix");
  });

  it("cannot happen without any validator: one upstream answer serves the whole body", async () => {
    stage.upstream.put(film, patternObject(sizeBytes, { etag: null, lastModified: null }));
    const response = await stage.get({ Range: "bytes=100-" });
    expect([response.status, verdictOf(response, 100)]).toEqual([206, "whole"]);
    expect(fieldValue(response.fields, "ETag")).toBeUndefined();
    expect(stage.upstream.requests.filter(({ bodyBytes }) => bodyBytes > 2_000_000)).toHaveLength(1);
  });
});

describe("K06: the upstream dies in the middle of a body", () => {
  it.each(["close", "reset"] as const)("for good, by %s: the viewer sees a broken message", async (how) => {
    stage.upstream.fault(
      film,
      { kind: "cut", afterBodyBytes: 200_000, how, request: 1 },
      { kind: "drop", how, after: 1 },
    );
    const response = await stage.get();
    expect(verdictOf(response, 0)).toBe("prefix");
    expect(fieldValue(response.fields, "Content-Length")).toBe(String(sizeBytes));
  });

  it("while its length is unknown: the viewer sees a broken message too", async () => {
    stage.upstream.fault(
      film,
      { kind: "ignore-range" },
      { kind: "no-length", framing: "chunked" },
      { kind: "cut", afterBodyBytes: 200_000 },
    );
    const response = await stage.get();
    expect([response.status, verdictOf(response, 0)]).toEqual([200, "prefix"]);
  });
});

describe("K07: the first bytes of a slow object", () => {
  it("are complete as soon as they are there, and the connection goes on", async () => {
    stage.upstream.fault(film, { kind: "stall", at: 1000, ms: Infinity, request: 1 });
    await using connection = await RawConnection.open(stage.port);
    const first = await connection.request({ target: `/${film}`, fields: [["Range", "bytes=0-999"]] });
    expect([first.status, verdictOf(first, 0)]).toEqual([206, "whole"]);
    expect(first.elapsedMs).toBeLessThan(300);
    const second = await connection.request({ target: `/${film}`, fields: [["Range", "bytes=5-9"]] });
    expect([second.status, findPatternBreach(second.body, 5)]).toEqual([206, -1]);
  });

  it("arrive although the rest never does", async () => {
    stage.upstream.fault(film, { kind: "stall", at: 70_000, ms: Infinity, request: 1 });
    await using connection = await RawConnection.open(stage.port);
    const response = await connection.request({ target: `/${film}` }, { maxBodyBytes: 60_000 });
    expect(response.elapsedMs).toBeLessThan(300);
    expect(findPatternBreach(response.body, 0)).toBe(-1);
  });
});

describe("K08: a stray Content-Range on a 200", () => {
  it("is not passed on", async () => {
    stage.upstream.fault(film, { kind: "ignore-range", strayContentRange: true });
    const whole = await stage.get();
    expect([whole.status, fieldValue(whole.fields, "Content-Range"), verdictOf(whole, 0)]).toEqual([
      200,
      undefined,
      "whole",
    ]);
    const part = await stage.get({ Range: "bytes=7-8" });
    expect(fieldValue(part.fields, "Content-Range")).toBe(`bytes 7-8/${sizeBytes}`);
  });
});

describe("K09: conditions in front of a pure proxy", () => {
  it("are held against the version that was just asked for, never against one that is remembered", async () => {
    const etag = object.etag ?? "";
    expect((await stage.get({ "If-None-Match": etag })).status).toBe(304);
    expect([stage.upstream.requests.length, stage.upstream.bodyBytes]).toEqual([1, 1]);
    const next = patternObject(sizeBytes, { salt: 9, lastModified: new Date("2024-06-01T12:00:00Z") });
    stage.upstream.put(film, next);
    const statuses = [
      await stage.get({ "If-None-Match": etag, Range: "bytes=0-9" }),
      await stage.get({ "If-Match": etag, Range: "bytes=0-9" }),
      await stage.get({ "If-Range": etag, Range: "bytes=0-9" }),
      await stage.get({ "If-Modified-Since": object.lastModified?.toUTCString() ?? "", Range: "bytes=0-9" }),
      await stage.get({ "If-Unmodified-Since": object.lastModified?.toUTCString() ?? "" }),
      await stage.get({ "If-Match": next.etag ?? "", Range: "bytes=0-9" }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([206, 412, 200, 206, 412, 206]);
  });
});

describe("K19: ranges the upstream would misunderstand", () => {
  it.each([
    "bytes=0-1,5-6",
    "bytes=5-2",
    "seconds=0-10",
    "bytes=-0",
    "bytes=0-0,-1",
    "bytes=a-b",
    "bytes=0-1, bytes=5-6",
  ])("%s never reaches it", async (range) => {
    await stage.get({ Range: range });
    expect(stage.upstream.requests.length).toBeGreaterThan(0);
    for (const { fields } of stage.upstream.requests) {
      expect(fields["range"]).toMatch(/^bytes=(?:\d+-\d+|-[1-9]\d*)$/);
      expect(fields["accept-encoding"]).toBe("identity");
    }
  });
});

describe("K20: HEAD with a Range", () => {
  it("tells the whole length, costs one request and next to no bytes", async () => {
    const response = await stage.request("HEAD", { Range: "bytes=0-1" });
    expect([response.status, fieldValue(response.fields, "Content-Length")]).toEqual([200, String(sizeBytes)]);
    expect([stage.upstream.requests.length, stage.upstream.bodyBytes]).toEqual([1, 1]);
  });
});

describe("K21: an empty object, whose upstream answers 416 to any range", () => {
  it.each([undefined, "bytes=0-", "bytes=0-0", "bytes=-1", "bytes=5-"])("is 200 and empty for %s", async (range) => {
    stage.upstream.put(film, patternObject(0));
    const response = await stage.get(range === undefined ? {} : { Range: range });
    expect([response.status, response.body.length, fieldValue(response.fields, "Content-Length")]).toEqual([
      200,
      0,
      "0",
    ]);
    expect(fieldValue(response.fields, "ETag")).toBe('"pattern-0-0"');
  });
});

describe("K22: replaced between the answer that opens and the one that reads", () => {
  it("gives the new version where nothing was sent, with the conditions held against that", async () => {
    const next = patternObject(sizeBytes + 5, { salt: 9 });
    // A condition that may end in 304 is opened by a request for one byte, and the range read by another.
    stage.upstream.fault(film, { kind: "replace", with: next, request: 1 });
    const response = await stage.get({ Range: "bytes=100-", "If-None-Match": '"other"' });
    expect([response.status, verdictOf(response, 100, 9)]).toEqual([206, "whole"]);
    expect(fieldValue(response.fields, "Content-Range")).toBe(`bytes 100-${sizeBytes + 4}/${sizeBytes + 5}`);
    expect(fieldValue(response.fields, "ETag")).toBe(next.etag);
  });
});

describe("K24: an upstream without a length", () => {
  it.each(["chunked", "until-close"] as const)("(%s) gives 200, the whole body and no length", async (framing) => {
    stage.upstream.put(film, patternObject(128));
    stage.upstream.fault(film, { kind: "ignore-range" }, { kind: "no-length", framing });
    const response = await stage.get({ Range: "bytes=0-129" });
    expect([response.status, verdictOf(response, 0), response.body.length]).toEqual([200, "whole", 128]);
    expect(fieldValue(response.fields, "Content-Range")).toBeUndefined();
    expect(fieldValue(response.fields, "Content-Length")).toBeUndefined();
  });

  it("that answers ranges all the same has a length: Content-Range tells it", async () => {
    stage.upstream.fault(film, { kind: "no-length", framing: "chunked" });
    const response = await stage.get({ Range: "bytes=100-2999999" });
    expect([response.status, verdictOf(response, 100)]).toEqual([206, "whole"]);
    expect(fieldValue(response.fields, "Content-Length")).toBe("2999900");
  });
});
