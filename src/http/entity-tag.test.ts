import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesStrongly, matchesWeakly, parseEntityTag, parseEntityTagList } from "./entity-tag.ts";

describe("parseEntityTag()", () => {
  it.each([
    ['"a"', { weak: false, opaque: "a" }],
    ['W/"a"', { weak: true, opaque: "a" }],
    ['""', { weak: false, opaque: "" }],
    ['"a,b\\c\'d"', { weak: false, opaque: "a,b\\c'd" }],
    ['"\u00e9"', { weak: false, opaque: "\u00e9" }],
  ])("reads %s", (value, tag) => {
    expect(parseEntityTag(value)).toEqual(tag);
  });

  it.each([
    "",
    "a",
    '"a',
    'a"',
    'w/"a"',
    'W/ "a"',
    '"a" ',
    ' "a"',
    '"a""b"',
    '"a", "b"',
    '"a b"',
    '"\u0007"',
    '"日"',
    "*",
  ])("refuses %j", (value) => {
    expect(parseEntityTag(value)).toBeUndefined();
  });
});

describe("parseEntityTagList()", () => {
  it.each([
    ["*", "*"],
    [" * ", "*"],
    ['"a"', ["a"]],
    ['"foo", "bar", \t"a,b" , W/"baz"', ["foo", "bar", "a,b", "baz"]],
    [' "foo",, "bar" ,', ["foo", "bar"]],
    [",", []],
    ["", []],
  ])("reads %j", (value, expected) => {
    const tags = parseEntityTagList(value);
    expect(tags === "*" ? tags : tags?.map((tag) => tag.opaque)).toEqual(expected);
  });

  it.each(["a", '"a" "b"', '"a""b"', '"a", b', '*, "a"', '"a", *', '"a'])("refuses %j", (value) => {
    expect(parseEntityTagList(value)).toBeUndefined();
  });

  it("reads back any list of tags, however separated", () => {
    const opaque = fc.string({
      unit: fc.constantFrom("a", "b", ",", ";", "*", "\\", "W", "/", "!", "~"),
      maxLength: 8,
    });
    const tag = fc.record({ weak: fc.boolean(), opaque });
    const separator = fc.constantFrom(",", ", ", " ,\t", ",,", " , , ");
    fc.assert(
      fc.property(fc.array(tag, { minLength: 1 }), separator, (tags, between) => {
        const text = tags.map(({ weak, opaque: inner }) => `${weak ? "W/" : ""}"${inner}"`).join(between);
        expect(parseEntityTagList(text)).toEqual(tags);
      }),
    );
  });

  it("takes no more than linear time", () => {
    const startedAt = performance.now();
    parseEntityTagList(`${'"a",'.repeat(20_000)}x`);
    parseEntityTagList(" ,".repeat(50_000));
    parseEntityTagList(`"${"a".repeat(100_000)}`);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});

describe("matchesStrongly() and matchesWeakly()", () => {
  // The table of RFC 9110 section 8.8.3.2.
  it.each([
    ['W/"1"', 'W/"1"', false, true],
    ['W/"1"', 'W/"2"', false, false],
    ['W/"1"', '"1"', false, true],
    ['"1"', '"1"', true, true],
    ['"1"', '"2"', false, false],
    ['"a"', '"A"', false, false],
  ])("compares %s with %s", (a, b, strong, weak) => {
    const [left, right] = [parseEntityTag(a), parseEntityTag(b)];
    if (left === undefined || right === undefined) throw new Error("not a tag");
    expect([matchesStrongly(left, right), matchesWeakly(left, right)]).toEqual([strong, weak]);
    expect([matchesStrongly(right, left), matchesWeakly(right, left)]).toEqual([strong, weak]);
  });
});
