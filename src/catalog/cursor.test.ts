import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isCatalogError } from "./catalog-error.ts";
import { formatCursor, parseCursor } from "./cursor.ts";

const position = fc.tuple(fc.string(), fc.integer());

describe("parseCursor", () => {
  it("reads back what formatCursor wrote", () => {
    fc.assert(
      fc.property(position, fc.string(), ([text, number], question) => {
        expect(parseCursor([question], formatCursor([question], [text, number]), ["", 0])).toEqual([text, number]);
      }),
    );
  });

  it("refuses another list's cursor, another shape, and anything made up", () => {
    const refused = (question: unknown, cursor: string): boolean => {
      try {
        parseCursor(question, cursor, ["", 0]);
        return false;
      } catch (error) {
        return isCatalogError(error, "bad-cursor");
      }
    };
    const good = formatCursor(["a"], ["x", 1]);
    expect(refused(["b"], good)).toBe(true);
    expect(refused(["a"], formatCursor(["a"], [1, "x"]))).toBe(true);
    expect(refused(["a"], formatCursor(["a"], ["x"]))).toBe(true);
    fc.assert(fc.property(fc.string(), (made) => refused(["a"], made)));
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.constantFrom(..."ABCxyz019-_=".split("")), (at, letter) => {
        const changed = good.slice(0, at) + letter + good.slice(at + 1);
        return changed === good || refused(["a"], changed);
      }),
    );
  });
});
