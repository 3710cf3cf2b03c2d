import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatHttpDate, httpDateSeconds, parseHttpDate } from "./http-date.ts";

describe("parseHttpDate()", () => {
  it.each([
    ["Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777],
    ["Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777],
    ["Sun Nov  6 08:49:37 1994", 784_111_777],
    ["Sun Nov 16 08:49:37 1994", 784_975_777],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
    ["Tue, 29 Feb 2000 12:00:00 GMT", 951_825_600],
    ["Tue, 19 Jan 2038 03:14:08 GMT", 2_147_483_648],
    ["Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_800],
  ])("reads %s", (value, seconds) => {
    expect(parseHttpDate(value)).toBe(seconds);
  });

  it.each([
    "",
    "0",
    "foo",
    "1994-11-06T08:49:37Z",
    "784111777",
    "Sun, 6 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:37",
    "Sun, 06 Nov 1994 08:49:37 UTC",
    "Sun, 06 Nov 1994 08:49:37 +0000",
    "sun, 06 nov 1994 08:49:37 gmt",
    "06 Nov 1994 08:49:37 GMT",
    "Sun, 31 Feb 1994 08:49:37 GMT",
    "Sun, 00 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 24:00:00 GMT",
    "Sun, 06 Nov 1994 08:60:00 GMT",
    "Sun, 06 Nov 1994 08:49:61 GMT",
    "Sun, 06 Nov 94 08:49:37 GMT",
    " Sun, 06 Nov 1994 08:49:37 GMT",
    "Mon, 29 Feb 1999 12:00:00 GMT",
    "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
    "Sun Nov 6 08:49:37 1994",
  ])("refuses %j", (value) => {
    expect(parseHttpDate(value)).toBeUndefined();
  });

  it("reads a two-digit year as the nearest past one where it would lie more than 50 years ahead", () => {
    const inYears = (years: number): number => (new Date().getUTCFullYear() + years) % 100;
    const yearOf = (digits: number): number | undefined => {
      const seconds = parseHttpDate(`Sunday, 06-Nov-${String(digits).padStart(2, "0")} 08:49:37 GMT`);
      return seconds === undefined ? undefined : new Date(seconds * 1000).getUTCFullYear();
    };
    const now = new Date().getUTCFullYear();
    expect(yearOf(inYears(0))).toBe(now);
    expect(yearOf(inYears(-1))).toBe(now - 1);
    expect(yearOf(inYears(51))).toBe(now - 49);
  });

  it("reads back what formatHttpDate() writes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799 }), (seconds) => {
        expect(parseHttpDate(formatHttpDate(seconds))).toBe(seconds);
      }),
    );
  });
});

describe("httpDateSeconds()", () => {
  it("cuts to whole seconds, downwards", () => {
    expect(httpDateSeconds(new Date(1999))).toBe(1);
    expect(httpDateSeconds(new Date(2000))).toBe(2);
  });
});
