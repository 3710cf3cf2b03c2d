import { describe, expect, it } from "vitest";
import { parseEntityTag } from "./entity-tag.ts";
import { type ConditionalFields, type CurrentVersion, evaluatePreconditions, isRangeCurrent } from "./preconditions.ts";

const modified = "Wed, 01 May 2024 12:00:00 GMT";
const before = "Wed, 01 May 2024 11:59:59 GMT";
const after = "Wed, 01 May 2024 12:00:01 GMT";

function version(etag: string | undefined, hasDate = true): CurrentVersion {
  return {
    etag: etag === undefined ? undefined : parseEntityTag(etag),
    lastModifiedSeconds: hasDate ? Date.parse(modified) / 1000 : undefined,
  };
}

const strong = version('"a"');
const weak = version('W/"a"');
const bare = version(undefined, false);

describe("evaluatePreconditions()", () => {
  it.each<[string, ConditionalFields, CurrentVersion, ReturnType<typeof evaluatePreconditions>]>([
    ["no condition", {}, strong, "proceed"],
    ["If-Match that matches", { ifMatch: '"x", "a"' }, strong, "proceed"],
    ["If-Match that does not", { ifMatch: '"x"' }, strong, "precondition-failed"],
    ["If-Match *", { ifMatch: "*" }, strong, "proceed"],
    ["If-Match * without a tag", { ifMatch: "*" }, bare, "proceed"],
    ["If-Match on a weak tag, compared strongly", { ifMatch: 'W/"a"' }, weak, "precondition-failed"],
    ["If-Match in bad grammar", { ifMatch: "a" }, strong, "precondition-failed"],
    ["If-Match without a tag", { ifMatch: '"a"' }, bare, "precondition-failed"],
    ["If-Unmodified-Since then", { ifUnmodifiedSince: modified }, strong, "proceed"],
    ["If-Unmodified-Since before", { ifUnmodifiedSince: before }, strong, "precondition-failed"],
    ["If-Unmodified-Since nonsense", { ifUnmodifiedSince: "foo" }, strong, "proceed"],
    ["If-Unmodified-Since without a date", { ifUnmodifiedSince: before }, bare, "proceed"],
    ["If-Match beats If-Unmodified-Since", { ifMatch: '"a"', ifUnmodifiedSince: before }, strong, "proceed"],
    ["If-None-Match that matches", { ifNoneMatch: '"x", W/"a"' }, strong, "not-modified"],
    ["If-None-Match on a weak tag, compared weakly", { ifNoneMatch: '"a"' }, weak, "not-modified"],
    ["If-None-Match that does not", { ifNoneMatch: '"x"' }, strong, "proceed"],
    ["If-None-Match *", { ifNoneMatch: "*" }, bare, "not-modified"],
    ["If-None-Match in bad grammar", { ifNoneMatch: "a" }, strong, "proceed"],
    ["If-Modified-Since then", { ifModifiedSince: modified }, strong, "not-modified"],
    ["If-Modified-Since after", { ifModifiedSince: after }, strong, "not-modified"],
    ["If-Modified-Since before", { ifModifiedSince: before }, strong, "proceed"],
    ["If-Modified-Since nonsense", { ifModifiedSince: "foo" }, strong, "proceed"],
    ["If-Modified-Since without a date", { ifModifiedSince: after }, bare, "proceed"],
    [
      "If-None-Match beats If-Modified-Since, unmatched",
      { ifNoneMatch: '"x"', ifModifiedSince: after },
      strong,
      "proceed",
    ],
    [
      "If-None-Match beats If-Modified-Since, matched",
      { ifNoneMatch: '"a"', ifModifiedSince: before },
      strong,
      "not-modified",
    ],
    ["412 beats 304", { ifMatch: '"x"', ifNoneMatch: '"a"' }, strong, "precondition-failed"],
    ["304 after a If-Match that matches", { ifMatch: '"a"', ifNoneMatch: '"a"' }, strong, "not-modified"],
  ])("%s", (_, fields, current, verdict) => {
    expect(evaluatePreconditions(fields, current)).toBe(verdict);
  });
});

describe("isRangeCurrent()", () => {
  it.each<[string | undefined, CurrentVersion, boolean]>([
    [undefined, strong, true],
    ['"a"', strong, true],
    ['"b"', strong, false],
    ['W/"a"', strong, false],
    ['W/"a"', weak, false],
    ['"a"', weak, false],
    ['"a"', bare, false],
    ["a", strong, false],
    ["*", strong, false],
    ['"b", "a"', strong, false],
    ['"x""a"', strong, false],
    ["", strong, false],
    [modified, strong, true],
    ["Wednesday, 01-May-24 12:00:00 GMT", strong, true],
    ["Wed May  1 12:00:00 2024", strong, true],
    [before, strong, false],
    [after, strong, false],
    [modified, bare, false],
  ])("%s", (ifRange, current, expected) => {
    expect(isRangeCurrent(ifRange, current)).toBe(expected);
  });
});
