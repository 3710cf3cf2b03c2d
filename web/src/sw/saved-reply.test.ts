import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { patternBytes } from "../../../src/testing/pattern-bytes.ts";
import { checkResponse, type ObservedResponse } from "../../../test/vectors/check-response.ts";
import { fillVector, loadRangeVectors, type RangeVector } from "../../../test/vectors/range-vectors.ts";
import type { FieldLine } from "../../../test/wire/response-head.ts";
import { replyWithSaved, type SavedVersion } from "./saved-reply.ts";

const savedAtMs = Date.parse("2024-05-01T12:00:00Z");

function versionOf({ size }: Pick<RangeVector, "size">): SavedVersion {
  return { sizeBytes: size, mediaType: "video/mp4", etag: '"strong"', savedAtMs };
}

function answer(method: string, headers: Headers, version: SavedVersion): ObservedResponse {
  const reply = replyWithSaved(method, headers, version);
  const { start, end } = reply.span ?? { start: 0, end: 0 };
  const fields: FieldLine[] = [...Object.entries(reply.headers), ["date", new Date().toUTCString()]];
  return { status: reply.status, fields, body: patternBytes(start, end - start), complete: true, elapsedMs: 0 };
}

/** Written out, so that none drops out unseen. */
const inapplicable: Readonly<Record<string, string>> = {
  A12: "another path: the worker knows no such item",
  B47: "5 GiB: positions are tested below, without the bytes",
  H22: "a weak tag: what is saved is pinned by a strong one",
  L02: "no length: only whole objects are saved",
  L04: "no length",
};

describe("answers with saved media", () => {
  const vectors = loadRangeVectors();
  const applicable = vectors.filter(({ id }) => inapplicable[id] === undefined);

  it.each(applicable.map((vector) => [vector.id, vector] as const))("as the server: %s", (_, vector) => {
    const version = versionOf(vector);
    const lastModified = new Date(savedAtMs).toUTCString();
    const filled = fillVector(vector, { etag: version.etag, lastModified, contentType: version.mediaType });
    const headers = new Headers(filled.requestFields.map(([name, value]): [string, string] => [name, value]));
    const observed = answer(vector.method, headers, version);
    // Several ranges are answered whole, which every such vector allows.
    const isWhole = vector.multipart === true && vector.alt?.some(({ status }) => status === 200);
    const expected =
      isWhole === true ? { ...filled, ...vector.alt?.find(({ status }) => status === 200), multipart: false } : filled;
    expect(checkResponse(expected, observed)).toEqual([]);
  });

  it(`leaves out ${Object.entries(inapplicable)
    .map((entry) => entry.join(": "))
    .join("; ")}`, () => {
    expect(vectors.length - applicable.length).toBe(Object.keys(inapplicable).length);
  });

  it("counts in gigabytes", () => {
    const version = versionOf({ size: 5 * 2 ** 30 });
    const reply = replyWithSaved("GET", new Headers({ range: "bytes=4294967296-" }), version);
    expect(reply).toMatchObject({ status: 206, span: { start: 2 ** 32, end: 5 * 2 ** 30 } });
  });

  it("sends what lies within, whatever is asked", () => {
    const position = fc.bigInt({ min: 0n, max: 2n ** 80n });
    fc.assert(
      fc.property(fc.nat(2000), fc.option(position), fc.option(position), (size, first, last) => {
        const range = `bytes=${first ?? ""}-${last ?? ""}`;
        const { status, span } = replyWithSaved("GET", new Headers({ range }), versionOf({ size }));
        expect([200, 206, 416]).toContain(status);
        if (span !== undefined && status === 206) {
          expect(span.start).toBeGreaterThanOrEqual(0);
          expect(span.end).toBeGreaterThan(span.start);
          expect(span.end).toBeLessThanOrEqual(size);
        }
      }),
    );
  });
});
