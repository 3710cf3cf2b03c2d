import { readFileSync } from "node:fs";
import { fieldValue, type FieldLine } from "../wire/response-head.ts";

/** What a response field must be: exactly this, matching this, or absent. */
export type FieldExpectation = string | null | { readonly re: string; readonly optional?: boolean };

/** One acceptable answer. */
export interface ExpectedAnswer {
  readonly status: number;
  readonly responseHeaders: Readonly<Record<string, FieldExpectation>>;
  /** Inclusive slices of the resource, in order; `[]` is empty, `null` is not checked. */
  readonly body: readonly (readonly [first: number, last: number])[] | null;
  readonly multipart?: boolean;
}

/** One case of `ranges.json`. Its own fields are the primary answer, the only one that counts for this server. */
export interface RangeVector extends ExpectedAnswer {
  readonly id: string;
  readonly group: string;
  readonly method: string;
  readonly resource: "strong" | "weak" | "no-validators" | "unknown-length" | "large";
  readonly size: number;
  /** An array value is that many field lines. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly source: string;
  readonly flexible: boolean;
  readonly alt?: readonly ExpectedAnswer[];
  /** Statuses that are wrong whatever else is allowed. */
  readonly never?: readonly number[];
  readonly note?: string;
  /** Another path than the resource's own. */
  readonly path?: string;
  /** Another version on the request line: `HTTP/1.0`. */
  readonly raw?: string;
  readonly maxMs?: number;
}

/** What a HEAD of the resource told, to fill placeholders with. */
export interface Priming {
  readonly etag: string;
  readonly lastModified: string;
  readonly contentType: string;
}

/** A vector whose placeholders have been filled. */
export interface FilledVector extends RangeVector {
  readonly requestFields: readonly FieldLine[];
  readonly priming: Priming;
}

/** The cases, read anew from the JSON file. */
export function loadRangeVectors(): readonly RangeVector[] {
  return JSON.parse(readFileSync(new URL("ranges.json", import.meta.url), "utf8")) as RangeVector[];
}

/** Takes what placeholders need from the fields of a HEAD response; what is absent becomes `""`. */
export function primingOf(fields: readonly FieldLine[]): Priming {
  return {
    etag: fieldValue(fields, "ETag") ?? "",
    lastModified: fieldValue(fields, "Last-Modified") ?? "",
    contentType: fieldValue(fields, "Content-Type") ?? "",
  };
}

/** Fills the placeholders of a vector's request and of its expected fields. */
export function fillVector(vector: RangeVector, priming: Priming): FilledVector {
  const requestFields = Object.entries(vector.headers).flatMap(([name, value]) =>
    [value].flat().map((line): FieldLine => [name, fillPlaceholders(line, priming)]),
  );
  const responseHeaders = Object.fromEntries(
    Object.entries(vector.responseHeaders).map(([name, expected]) => [
      name,
      typeof expected === "string" ? fillPlaceholders(expected, priming) : expected,
    ]),
  );
  return { ...vector, responseHeaders, requestFields, priming };
}

/** Replaces every `{{…}}`. @throws {Error} on one this suite does not know, so that no case goes out unfilled. */
export function fillPlaceholders(text: string, priming: Priming): string {
  return text.replace(/\{\{(.*?)\}\}/g, (_, expression: string) => {
    const value = placeholderValue(expression, priming);
    if (value === undefined) {
      throw new Error(`Unknown placeholder {{${expression}}}`);
    }
    return value;
  });
}

function placeholderValue(expression: string, { etag, lastModified, contentType }: Priming): string | undefined {
  switch (expression) {
    case "etag":
      return etag;
    case "weak(etag)":
      return `W/${withoutWeak(etag)}`;
    case "stripweak(etag)":
      return withoutWeak(etag);
    case "unquote(etag)":
      return withoutWeak(etag).replaceAll('"', "");
    case "upper(etag)":
      return etag.toUpperCase();
    case "lm":
      return lastModified;
    case "lm-1":
      return shiftSeconds(lastModified, -1);
    case "lm+1":
      return shiftSeconds(lastModified, 1);
    case "rfc850(lm)":
      return rfc850Date(new Date(lastModified));
    case "asctime(lm)":
      return asctimeDate(new Date(lastModified));
    case "ct":
      return contentType;
    default:
      return undefined;
  }
}

function withoutWeak(etag: string): string {
  return etag.replace(/^W\//, "");
}

function shiftSeconds(date: string, seconds: number): string {
  return new Date(Date.parse(date) + seconds * 1000).toUTCString();
}

const longDays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** `Wednesday, 01-May-24 12:00:00 GMT` */
function rfc850Date(date: Date): string {
  const [, day = "", month = "", year = "", time = ""] = date.toUTCString().split(" ");
  return `${longDays[date.getUTCDay()]}, ${day}-${month}-${year.slice(2)} ${time} GMT`;
}

/** `Wed May  1 12:00:00 2024` */
function asctimeDate(date: Date): string {
  const [weekday = "", day = "", month = "", year = "", time = ""] = date.toUTCString().split(" ");
  return `${weekday.slice(0, 3)} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}`;
}
