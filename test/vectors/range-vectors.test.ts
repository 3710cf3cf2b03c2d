import { describe, expect, it } from "vitest";
import { patternBytes } from "../../src/testing/pattern-bytes.ts";
import type { FieldLine } from "../wire/response-head.ts";
import { checkResponse, type ObservedResponse } from "./check-response.ts";
import { fillPlaceholders, fillVector, type FilledVector, loadRangeVectors, type Priming } from "./range-vectors.ts";

const priming: Priming = {
  etag: '"a1b2"',
  lastModified: "Wed, 01 May 2024 12:00:00 GMT",
  contentType: "video/mp4",
};

const vectors = loadRangeVectors().map((vector) => fillVector(vector, priming));

describe("loadRangeVectors()", () => {
  it("holds each id once and only resources this suite can make", () => {
    expect(new Set(vectors.map((vector) => vector.id)).size).toBe(vectors.length);
    expect(vectors.length).toBeGreaterThanOrEqual(152);
  });
});

describe("fillPlaceholders()", () => {
  it.each([
    ["{{etag}}", '"a1b2"'],
    ["{{weak(etag)}}", 'W/"a1b2"'],
    ["{{stripweak(etag)}}", '"a1b2"'],
    ["{{unquote(etag)}}", "a1b2"],
    ["{{upper(etag)}}", '"A1B2"'],
    ['"x"{{etag}}', '"x""a1b2"'],
    ["{{lm}}", "Wed, 01 May 2024 12:00:00 GMT"],
    ["{{lm-1}}", "Wed, 01 May 2024 11:59:59 GMT"],
    ["{{lm+1}}", "Wed, 01 May 2024 12:00:01 GMT"],
    ["{{rfc850(lm)}}", "Wednesday, 01-May-24 12:00:00 GMT"],
    ["{{asctime(lm)}}", "Wed May  1 12:00:00 2024"],
    ["{{ct}}", "video/mp4"],
  ])("fills %s", (text, filled) => {
    expect(fillPlaceholders(text, priming)).toBe(filled);
  });

  it("strips the mark of a weak tag where asked", () => {
    expect(fillPlaceholders("{{stripweak(etag)}} {{weak(etag)}}", { ...priming, etag: 'W/"x"' })).toBe('"x" W/"x"');
  });

  it("refuses a placeholder it does not know", () => {
    expect(() => fillPlaceholders("{{etga}}", priming)).toThrow("Unknown placeholder");
  });

  it("sends an array as that many field lines", () => {
    const vector = vectors.find(({ id }) => id === "D33");
    expect(vector?.requestFields).toEqual([
      ["Range", "bytes=0-1"],
      ["Range", "bytes=5-6"],
    ]);
  });
});

describe("checkResponse()", () => {
  it.each(vectors.map((vector) => [vector.id, vector] as const))("accepts the primary answer of %s", (_, vector) => {
    expect(checkResponse(vector, primaryAnswer(vector))).toEqual([]);
  });

  it.each(vectors.map((vector) => [vector.id, vector] as const))("refuses wrong answers to %s", (_, vector) => {
    const right = primaryAnswer(vector);
    const wrong = Object.entries(mutations).filter(([name]) => applies(name, vector));
    expect(wrong.length).toBeGreaterThanOrEqual(3);
    for (const [name, mutate] of wrong) {
      expect(checkResponse(vector, mutate(right)), name).not.toEqual([]);
    }
  });

  it("refuses a field that is absent, doubled or does not match", () => {
    const vector = vectorOf("F01");
    const right = primaryAnswer(vector);
    expect(checkResponse(vector, withField(right, "content-type", undefined))).not.toEqual([]);
    expect(checkResponse(vector, withField(right, "content-type", "video/mp4"))).not.toEqual([]);
    const doubled = { ...right, fields: [...right.fields, ["Content-Type", "video/mp4"] as const] };
    expect(checkResponse(vector, doubled)).toContain("2 field lines of content-type");
  });

  it.each([
    ["parts in another order", [[9999, 9999], [0, 0]], undefined],
    ["a part too few", [[0, 0]], undefined],
    ["a part too many", [[0, 0], [9999, 9999], [5, 5]], undefined],
    ["another total", [[0, 0], [9999, 9999]], (text: string) => text.replaceAll("/10000", "/10001")],
    ["another type in a part", [[0, 0], [9999, 9999]], (text: string) => text.replace("video/mp4", "video/mp3")],
    ["no final delimiter", [[0, 0], [9999, 9999]], (text: string) => text.replace("--b--", "--b")],
    ["bytes after the end", [[0, 0], [9999, 9999]], (text: string) => `${text}x`],
    ["a shifted Content-Range", [[0, 0], [9999, 9999]], (text: string) => text.replace("0-0/", "1-1/")],
    ["a longer Content-Range", [[0, 0], [9999, 9999]], (text: string) => text.replace("0-0/", "0-1/")],
  ] as const)("refuses a multipart body with %s", (_, slices, change) => {
    const vector = vectorOf("F01");
    const text = multipartText(slices, 10_000);
    const body = Buffer.from(change === undefined ? text : change(text), "latin1");
    const right = primaryAnswer(vector);
    expect(checkResponse(vector, { ...withField(right, "content-length", String(body.length)), body })).not.toEqual([]);
  });

  it("refuses what the policy forbids whatever a case leaves open", () => {
    const unsatisfiable = vectorOf("C02");
    const right = primaryAnswer(unsatisfiable);
    expect(checkResponse(unsatisfiable, withField(right, "content-disposition", "attachment"))).not.toEqual([]);
    expect(checkResponse(unsatisfiable, withField(right, "transfer-encoding", "chunked"))).not.toEqual([]);
    const notModified = vectorOf("G04");
    expect(checkResponse(notModified, withField(primaryAnswer(notModified), "etag", undefined))).not.toEqual([]);
  });
});

function vectorOf(id: string): FilledVector {
  const vector = vectors.find((candidate) => candidate.id === id);
  if (vector === undefined) throw new Error(`No vector ${id}`);
  return vector;
}

const mutations: Readonly<Record<string, (right: ObservedResponse) => ObservedResponse>> = {
  "another status": (right) => ({ ...right, status: right.status === 500 ? 501 : 500 }),
  "a broken transfer": (right) => ({ ...right, complete: false }),
  "too slow": (right) => ({ ...right, elapsedMs: 1e9 }),
  "a Content-Range that is not due": (right) => withField(right, "content-range", "bytes 1-2/3"),
  "a body one byte longer": (right) => ({ ...right, body: Buffer.concat([right.body, Buffer.alloc(1)]) }),
  "a wrong first byte": (right) => flipByte(right, 0),
  "a wrong last byte": (right) => flipByte(right, right.body.length - 1),
};

function flipByte(response: ObservedResponse, at: number): ObservedResponse {
  const body = Uint8Array.from(response.body);
  body[at] = (body[at] ?? 0) ^ 1;
  return { ...response, body };
}

/** Which mutations really make this vector's answer wrong: a case that leaves the body open accepts any. */
function applies(name: string, vector: FilledVector): boolean {
  if (name === "too slow") return vector.maxMs !== undefined;
  if (name === "a Content-Range that is not due") return vector.responseHeaders["content-range"] !== undefined;
  if (name.startsWith("a wrong")) return (vector.body?.length ?? 0) > 0;
  return true;
}

/** An answer built from the vector alone, as a flawless server would give it. */
function primaryAnswer(vector: FilledVector): ObservedResponse {
  const body =
    vector.multipart === true
      ? Buffer.from(multipartText(vector.body ?? [], vector.size), "latin1")
      : Buffer.concat((vector.body ?? []).map(([first, last]) => patternBytes(first, last - first + 1)));
  const fields = new Map<string, string>([
    ["etag", priming.etag],
    ["content-type", priming.contentType],
    ["date", "Wed, 01 May 2024 12:00:00 GMT"],
  ]);
  if (vector.status < 300) fields.set("last-modified", priming.lastModified).set("accept-ranges", "bytes");
  if (vector.method !== "HEAD" && vector.status !== 304) fields.set("content-length", String(body.length));
  for (const [name, expected] of Object.entries(vector.responseHeaders)) {
    if (typeof expected === "string") fields.set(name, expected);
  }
  if (vector.multipart === true) fields.set("content-type", "multipart/byteranges; boundary=b");
  return { status: vector.status, fields: [...fields], body, complete: true, elapsedMs: 1 };
}

function multipartText(slices: readonly (readonly [number, number])[], size: number): string {
  const parts = slices.map(([first, last]) => {
    const bytes = Buffer.from(patternBytes(first, last - first + 1)).toString("latin1");
    return `--b\r\nContent-Type: video/mp4\r\nContent-Range: bytes ${first}-${last}/${size}\r\n\r\n${bytes}\r\n`;
  });
  return `${parts.join("")}--b--\r\n`;
}

function withField(response: ObservedResponse, name: string, value: string | undefined): ObservedResponse {
  const others = response.fields.filter(([field]) => field.toLowerCase() !== name);
  const fields: FieldLine[] = value === undefined ? others : [...others, [name, value]];
  return { ...response, fields };
}
