import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { segmentBytes, segmentCount, segmentParts, segmentSpan } from "./segment-grid.ts";

describe("the grid of segments", () => {
  it("covers an object without gap or overlap", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 * segmentBytes }), (sizeBytes) => {
        const spans = Array.from({ length: segmentCount(sizeBytes) }, (_, index) => segmentSpan(index, sizeBytes));
        expect(spans[0]?.start).toBe(0);
        expect(spans.at(-1)?.end).toBe(sizeBytes);
        for (const [index, { start, end }] of spans.entries()) {
          expect(end).toBeGreaterThan(start);
          expect(start).toBe(spans[index - 1]?.end ?? 0);
        }
      }),
    );
  });

  it("cuts any span into pieces that lie within one segment each, and are its bytes in order", () => {
    const position = fc.integer({ min: 0, max: 10 * segmentBytes });
    fc.assert(
      fc.property(position, position, fc.integer({ min: 64 * 1024, max: 2 * segmentBytes }), (one, other, maxBytes) => {
        const span = { start: Math.min(one, other), end: Math.max(one, other) };
        let at = span.start;
        for (const { index, span: piece } of segmentParts(span, maxBytes)) {
          expect(index * segmentBytes + piece.start).toBe(at);
          expect(piece.end).toBeLessThanOrEqual(segmentBytes);
          expect(piece.end - piece.start).toBeLessThanOrEqual(maxBytes);
          expect(piece.end).toBeGreaterThan(piece.start);
          at = index * segmentBytes + piece.end;
        }
        expect(at).toBe(span.end);
      }),
    );
  });
});
