import type { RangeSpec } from "../bytes/byte-range.ts";

const maxPosition = Number.MAX_SAFE_INTEGER;

/**
 * Parses a `Range` field value (RFC 9110 section 14.1.1, 14.2).
 *
 * @returns the specs in the order given, or `undefined` where the field must be ignored: another unit, or any
 * spec that breaks the grammar (one bad spec makes the whole set invalid).
 */
export function parseRangeHeader(value: string): readonly RangeSpec[] | undefined {
  const equals = value.indexOf("=");
  if (equals === -1 || value.slice(0, equals).toLowerCase() !== "bytes") {
    return undefined;
  }
  const specs: RangeSpec[] = [];
  for (const element of value.slice(equals + 1).split(",")) {
    const text = trimOptionalWhitespace(element);
    // Empty list elements are legal for a recipient (RFC 9110 section 5.6.1.2).
    if (text === "") {
      continue;
    }
    const spec = parseRangeSpec(text);
    if (spec === undefined) {
      return undefined;
    }
    specs.push(spec);
  }
  return specs.length === 0 ? undefined : specs;
}

function parseRangeSpec(text: string): RangeSpec | undefined {
  const dash = text.indexOf("-");
  if (dash === -1) {
    return undefined;
  }
  const first = text.slice(0, dash);
  const last = text.slice(dash + 1);
  if (first === "") {
    return isDigits(last) ? { kind: "suffix", length: parsePosition(last) } : undefined;
  }
  if (!isDigits(first)) {
    return undefined;
  }
  const start = parsePosition(first);
  if (last === "") {
    return { kind: "open-ended", start };
  }
  if (!isDigits(last) || isLess(last, first)) {
    return undefined;
  }
  return { kind: "bounded", start, end: Math.min(parsePosition(last), maxPosition - 1) + 1 };
}

/** Space and tab only: `String.prototype.trim` would also take NBSP and line breaks. */
function trimOptionalWhitespace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isOptionalWhitespace(text.charCodeAt(start))) start += 1;
  while (end > start && isOptionalWhitespace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isOptionalWhitespace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

function isDigits(text: string): boolean {
  return /^[0-9]+$/.test(text);
}

/** Saturates instead of rounding: 2^53 + 1 must not become 2^53. */
function parsePosition(digits: string): number {
  return Math.min(Number(digits), maxPosition);
}

/** Compares digit strings of any length exactly, where `Number` would round. */
function isLess(a: string, b: string): boolean {
  const left = a.replace(/^0+(?=[0-9])/, "");
  const right = b.replace(/^0+(?=[0-9])/, "");
  return left.length === right.length ? left < right : left.length < right.length;
}
